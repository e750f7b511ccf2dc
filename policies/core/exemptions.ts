import { z } from "zod";
import { matches } from "./pattern";
import type { Finding } from "./rule";

const exemptionSchema = z.strictObject({
  /** Name of a rule. */
  rule: z.string(),
  /** Name of a resource; `*` stands for any characters. */
  resource: z.string().min(1),
  /** Where it holds: what is fine on a laptop may not be in production. */
  environment: z.enum(["dev", "prod"]),
  /** For the reviewer: why the rule does not apply, and what protects instead. */
  reason: z.string().min(30),
  /** Last day on which it holds. */
  expires: z.iso.date(),
});

/** One place at which one rule does not apply, for a reason, until a day. */
export type Exemption = z.infer<typeof exemptionSchema>;
export type Environment = Exemption["environment"];

/** Reads the file of exemptions: a list. Throws with every fault in it. */
export function parseExemptions(content: string, rules: ReadonlySet<string>): readonly Exemption[] {
  const list = z.array(exemptionSchema).parse(JSON.parse(content));
  const strange = list.filter(({ rule }) => !rules.has(rule)).map(({ rule }) => rule);
  if (strange.length > 0) throw new Error(`exemptions of rules that do not exist: ${strange.join(", ")}`);
  return list;
}

/** The exemptions of one environment, and which of them were needed. */
export class Exemptions {
  private readonly used = new Set<Exemption>();

  constructor(
    private readonly list: readonly Exemption[],
    /** As in 2026-11-23. */
    private readonly today: string,
  ) {}

  /** Whether a finding is exempt. One that has expired exempts nothing. */
  cover(rule: string, { urn }: Finding): boolean {
    const name = urn.split("::").at(-1) ?? urn;
    const exemption = this.list.find(
      (one) => one.rule === rule && one.expires >= this.today && matches(one.resource, name),
    );
    if (exemption !== undefined) this.used.add(exemption);
    return exemption !== undefined;
  }

  /** What is wrong with the list itself, after every rule has run. */
  faults(): string[] {
    return this.list
      .filter((one) => !this.used.has(one))
      .map((one) => {
        const what = `the exemption of ${one.resource} from ${one.rule}`;
        return one.expires < this.today
          ? `${what} ended on ${one.expires}: mend what it covers, or have it reviewed again with a later day`
          : `${what} is not needed any more: delete it from the file of exemptions`;
      });
  }
}
