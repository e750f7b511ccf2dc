import { z } from "zod";

const eventSchema = z.looseObject({
  policyEvent: z
    .looseObject({
      resourceUrn: z.string().optional(),
      message: z.string(),
      policyName: z.string(),
      enforcementLevel: z.string(),
      severity: z.string().optional(),
    })
    .optional(),
});

/** What one rule found at one resource. */
export interface PolicyResult {
  readonly rule: string;
  readonly level: "advisory" | "mandatory";
  readonly severity: string;
  readonly urn: string;
  /** What must hold, where it does not, why that matters and how to mend it, a line each. */
  readonly message: string;
}

/** Reads a line of what Pulumi prints with `--json`; undefined for a line about anything else. */
export function parseResult(line: string): PolicyResult | undefined {
  if (!line.includes('"policyEvent"')) return undefined;
  const event = eventSchema.safeParse(JSON.parse(line));
  const found = event.success ? event.data.policyEvent : undefined;
  if (found === undefined) return undefined;
  return {
    rule: found.policyName,
    level: found.enforcementLevel === "advisory" ? "advisory" : "mandatory",
    severity: found.severity ?? "",
    urn: found.resourceUrn ?? "",
    message: found.message.replace(/<\{%[^%]*%\}>/g, "").trim(),
  };
}

/** The worst first, then by rule and resource, so that two runs can be compared. */
export function sorted(results: readonly PolicyResult[]): PolicyResult[] {
  const key = ({ level, rule, urn }: PolicyResult): string =>
    `${level === "mandatory" ? 0 : 1} ${rule} ${urn}`;
  return [...results].sort((a, b) => key(a).localeCompare(key(b)));
}
