import { z } from "zod";
import { watcherNames } from "./adapter";
import type { Rule } from "./rule";

const levels = z.enum(["advisory", "mandatory", "disabled"]);
export type Level = z.infer<typeof levels>;

/** What an environment says about the rules: the content of a file that Pulumi takes as `--policy-pack-config`. */
export type PackConfig = Readonly<
  Record<string, Level | ({ enforcementLevel: Level } & Record<string, unknown>)>
>;

/**
 * Reads the configuration of an environment. Pulumi itself accepts a name that no rule has, and takes a rule that the file
 * forgets for whatever the pack says; here every rule must be listed, and nothing else.
 * @throws Error that names every fault
 */
export function parseConfig(content: string, rules: readonly Rule[]): PackConfig {
  const config = z.record(z.string(), z.unknown()).parse(JSON.parse(content));
  const known = new Map<string, z.ZodType>([
    ...rules.map((rule): [string, z.ZodType] => [rule.name, entryOf(rule)]),
    ...Object.values(watcherNames).map((name): [string, z.ZodType] => [name, mandatory]),
    [watcherNames.unsure, levels],
    [watcherNames.unsureOnStack, levels],
    [watcherNames.ceiling, z.strictObject({ enforcementLevel: levels, ceiling: z.int().min(0) })],
  ]);
  const faults = [
    ...Object.keys(config)
      .filter((name) => !known.has(name))
      .map((name) => `${name}: no rule has this name`),
    ...[...known.keys()].filter((name) => !(name in config)).map((name) => `${name}: has no level`),
    ...[...known].flatMap(([name, schema]) => {
      const checked = schema.safeParse(config[name]);
      return checked.success || !(name in config) ? [] : [`${name}: ${z.prettifyError(checked.error)}`];
    }),
  ];
  if (faults.length > 0) throw new Error(`policy configuration:\n  - ${faults.join("\n  - ")}`);
  return config as PackConfig;
}

/** What watches over the rules cannot be switched off. */
const mandatory = z.literal("mandatory");

/** The level of a rule; with its options where it has any. */
function entryOf({ options = {} }: Rule): z.ZodType {
  const shape = Object.entries(options).map(([name, { default: value }]): [string, z.ZodType] => [
    name,
    (typeof value === "number" ? z.number() : z.array(z.string())).optional(),
  ]);
  return z.union([levels, z.strictObject({ enforcementLevel: levels, ...Object.fromEntries(shape) })]);
}

/** The level of a rule in an environment. */
export function levelOf(config: PackConfig, name: string): Level {
  const entry = config[name];
  return typeof entry === "object" ? entry.enforcementLevel : (entry ?? "mandatory");
}
