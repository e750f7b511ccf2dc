import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { Report, type Rule } from "../../policies/core/rule";
import { viewOf } from "../../policies/core/evaluation";
import type { Resource } from "../../policies/core/resource";
import { UNKNOWN as UNKNOWN_VALUE, type Value } from "../../policies/core/value";
import type { parseConfig } from "../../policies/core/config";
import { edit, put } from "./paths";
import { type Fixture, UNKNOWN, urnOf } from "./rpc";

/** One change of a real program: what somebody may do on a bad day. */
export interface Mutation {
  /** What somebody did, as a reviewer would say it. */
  readonly what: string;
  readonly stack: "dev" | "prod";
  /** The resource: its type, and its name where there are several of that type (`*` for any characters). */
  readonly type: string;
  readonly name?: string;
  /** Properties to set, by their path (`./paths.ts`): `spec.template.spec.containers[web].image`, `envs[+]`. */
  readonly set?: Readonly<Record<string, JavaScriptValue>>;
  /** Texts of which a part is replaced, by their path. */
  readonly edit?: Readonly<Record<string, readonly [from: string, to: string]>>;
  /** Properties to take away, by their path. */
  readonly unset?: readonly string[];
  /** Take the resource away. */
  readonly gone?: true;
  /** Protection from deletion taken away. */
  readonly unprotected?: true;
  /** Make the change in every such resource, and not in the first alone. */
  readonly each?: true;
  /** A resource that is added; type and name above are then its own. */
  readonly add?: Readonly<Record<string, JavaScriptValue>>;
  /** How many are added. @default 1 */
  readonly copies?: number;
  /** The rule that must catch it. */
  readonly caughtBy: string;
  /** Rules that have a reason to speak too. */
  readonly also?: readonly string[];
}

/** A program's resources as the rules see them. */
export const asResources = (fixtures: readonly Fixture[]): readonly Resource[] => {
  const urns = new Map(fixtures.map((fixture) => [fixture.name ?? "it", urnOf(fixture)]));
  const urn = (name: string): string => urns.get(name) ?? name;
  return fixtures.map((fixture) => asResource(fixture, urn));
};

function asResource(fixture: Fixture, urn: (name: string) => string): Resource {
  const dependsOn = Object.entries(fixture.dependsOn ?? {});
  const properties = (given: Readonly<Record<string, JavaScriptValue>> = {}) =>
    Object.fromEntries<Value>(Object.entries(given).map(([key, value]) => [key, asValue(value)]));
  return {
    type: fixture.type,
    name: fixture.name ?? "it",
    urn: urnOf(fixture),
    props: properties(fixture.props),
    protect: fixture.protect ?? false,
    provider: properties(fixture.provider),
    parent: fixture.parent === undefined ? undefined : urn(fixture.parent),
    dependencies: dependsOn.flatMap(([, names]) => names.map(urn)),
    propertyDependencies: Object.fromEntries(dependsOn.map(([key, names]) => [key, names.map(urn)])),
  };
}

function asValue(value: JavaScriptValue): Value {
  if (value === UNKNOWN) return UNKNOWN_VALUE;
  if (Array.isArray(value)) return value.map(asValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asValue(inner)]));
}

/** The program with the change in it, and the resources that were changed. @throws when the mutation fits nothing */
export function mutated(
  fixtures: readonly Fixture[],
  mutation: Mutation,
): { all: readonly Fixture[]; changed: readonly Fixture[] } {
  if (mutation.add !== undefined) {
    const changed = added(fixtures, mutation, mutation.add);
    return { all: [...fixtures, ...changed], changed };
  }
  const { type, name = "*" } = mutation;
  const pattern = new RegExp(`^${name.replaceAll("*", ".*")}$`);
  const fitting = fixtures.filter((one) => one.type === type && pattern.test(one.name ?? ""));
  const found = mutation.each === true ? fitting : fitting.slice(0, 1);
  if (found.length === 0) throw new Error(`${mutation.what}: no ${type} ${name} in ${mutation.stack}`);
  if (mutation.gone === true) return { all: fixtures.filter((one) => !found.includes(one)), changed: [] };
  const changes = new Map(found.map((one) => [one, changedBy(mutation, one)]));
  if ([...changes].every(([before, after]) => JSON.stringify(before) === JSON.stringify(after)))
    throw new Error(`${mutation.what}: changes nothing`);
  return { all: fixtures.map((one) => changes.get(one) ?? one), changed: [...changes.values()] };
}

/** As the program adds what it has: under its provider, and protected. */
function added(
  fixtures: readonly Fixture[],
  { type, name = "it", copies = 1 }: Mutation,
  props: Fixture["props"],
): readonly Fixture[] {
  const kin = fixtures.find((one) => one.provider !== undefined && providerOf(one.type) === providerOf(type));
  return Array.from({ length: copies }, (_, index) => ({
    type,
    name: index === 0 ? name : `${name}-${index}`,
    props,
    protect: true,
    provider: kin?.provider ?? {},
  }));
}

function changedBy(mutation: Mutation, found: Fixture): Fixture {
  const { set = {}, edit: edits = {}, unset = [] } = mutation;
  const props = structuredClone(found.props);
  for (const [path, value] of Object.entries(set)) put(props, path, value);
  for (const [path, change] of Object.entries(edits)) edit(props, path, change);
  for (const path of unset) put(props, path, undefined);
  return { ...found, props, ...(mutation.unprotected === true ? { protect: false } : {}) };
}

const providerOf = (type: string): string => type.split(":")[0] ?? "";

/** What rules find: the names of those that refuse, and how many places they cannot tell. */
export interface Found {
  readonly refused: readonly { rule: string; urn: string; path: string; found: string }[];
  readonly unsure: readonly { rule: string; urn: string; path: string }[];
}

/** Runs rules at the levels of an environment over a program; where only one resource is new, rules about one see just it. */
export function findings(
  rules: readonly Rule[],
  config: ReturnType<typeof parseConfig>,
  all: readonly Resource[],
  only: readonly Resource[] = all,
): Found {
  const refused: { rule: string; urn: string; path: string; found: string }[] = [];
  const unsure: { rule: string; urn: string; path: string }[] = [];
  for (const rule of rules) {
    const entry = config[rule.name];
    if (entry === "disabled" || (typeof entry === "object" && entry.enforcementLevel === "disabled"))
      continue;
    const options = typeof entry === "object" ? entry : {};
    const types = new Set(rule.types);
    const reports =
      rule.kind === "resource"
        ? only.filter(({ type }) => types.has(type)).map((resource) => judged(rule, options, resource))
        : [
            judgedStack(
              rule,
              options,
              all.filter(({ type }) => types.has(type)),
            ),
          ];
    for (const { kind, ...finding } of reports.flatMap(({ findings: found }) => found)) {
      if (kind === "violation") refused.push({ rule: rule.name, ...finding });
      else unsure.push({ rule: rule.name, ...finding });
    }
  }
  return { refused, unsure };
}

function judged(
  rule: Rule & { kind: "resource" },
  options: Readonly<Record<string, unknown>>,
  resource: Resource,
): Report {
  const report = new Report(rule, options, resource);
  rule.check(resource, report);
  return report;
}

function judgedStack(
  rule: Rule & { kind: "stack" },
  options: Readonly<Record<string, unknown>>,
  all: readonly Resource[],
): Report {
  const report = new Report(rule, options);
  if (all.length > 0) rule.check(viewOf(all), report);
  return report;
}
