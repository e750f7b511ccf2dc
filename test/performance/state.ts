import { z } from "zod";

const stateSchema = z.object({
  deployment: z.object({
    resources: z.array(
      z.looseObject({
        urn: z.string(),
        type: z.string(),
        id: z.string().optional(),
        custom: z.boolean().optional(),
        inputs: z.record(z.string(), z.unknown()).optional(),
        dependencies: z.array(z.string()).optional(),
      }),
    ),
  }),
});

/** A resource of a state, with its inputs as a program would write them. */
export interface StateResource {
  readonly urn: string;
  /** Logical name: the end of the URN. */
  readonly name: string;
  readonly type: string;
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URNs of the resources that must exist before it. */
  readonly dependencies: readonly string[];
}

/** Key by which the state marks a secret; with `--show-secrets` its text stands beside it, as JSON. */
const SECRET = "4dabf18193072939515e22adb298388d";

/** Without marks of secrets and without what the engine adds. */
const reveal = (inputs: unknown): Record<string, unknown> =>
  z.record(z.string(), z.unknown()).parse(
    JSON.parse(JSON.stringify(inputs ?? {}), (key, value: unknown) => {
      if (key.startsWith("__")) return undefined;
      if (typeof value !== "object" || value === null || !(SECRET in value) || !("plaintext" in value))
        return value;
      return JSON.parse(String(value.plaintext));
    }),
  );

/**
 * The resources that providers made, in the order in which they were.
 * @param exported what `pulumi stack export --show-secrets` prints
 */
export function resourcesOf(exported: string): StateResource[] {
  return stateSchema
    .parse(JSON.parse(exported))
    .deployment.resources.filter(({ custom, type }) => custom === true && !type.startsWith("pulumi:"))
    .map(({ urn, type, id = "", inputs, dependencies = [] }) => ({
      urn,
      name: urn.split("::").at(-1) ?? urn,
      type,
      id,
      inputs: reveal(inputs),
      dependencies,
    }));
}
