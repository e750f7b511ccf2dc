import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { type Json, type Properties, type PropertyChange, UNKNOWN_TEXT } from "./model";
import { isList, isObject, rootOf, under, valueAt } from "./properties-path";

/** What a provider says of a property: `diffKind` is add, delete or update, with `-replace` where the resource is. */
export const diffSchema = z.record(
  z.string(),
  z.looseObject({ diffKind: z.string(), inputDiff: z.boolean().nullish() }),
);

/** Both sides of a resource that changes, and what its provider says of the way between. */
export interface Sides {
  readonly inputs: { readonly before: Properties; readonly after: Properties };
  /** What it was known to be, for a property that the program does not set. */
  readonly outputs: Properties;
  readonly detailed: z.infer<typeof diffSchema>;
  /** Properties that replace it, where the provider only names them. */
  readonly keys: readonly string[];
}

/** The properties that change, each as deep as the difference goes, in the order of their paths. */
export function propertyChanges(sides: Sides): readonly PropertyChange[] {
  const { inputs, detailed, keys } = sides;
  const told = Object.keys(detailed);
  const found =
    told.length > 0
      ? told.flatMap((path) => toldChange(path, sides))
      : compare("", inputs.before, inputs.after, (path) => keys.includes(rootOf(path)));
  // A provider may name a property and a part of it.
  const distinct = new Map(found.map((change) => [JSON.stringify(change), change]));
  return [...distinct.values()].sort((a, b) => order(a.path, b.path) || order(a.kind, b.kind));
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What a provider says of one path, looked into where it only names the top of what changes. */
function toldChange(path: string, { inputs, outputs, detailed }: Sides): readonly PropertyChange[] {
  const { diffKind = "update", inputDiff } = detailed[path] ?? {};
  const replaces = diffKind.endsWith("-replace");
  const input = valueAt(inputs.before, path);
  const before = input === undefined && inputDiff !== true ? valueAt(outputs, path) : input;
  const after = valueAt(inputs.after, path);
  const deeper = compare(path, before, after, () => replaces);
  if (deeper.length > 0) return deeper;
  // Secrets look alike, and what was only put in another order may matter to the provider.
  const kind = diffKind.startsWith("add") ? "add" : diffKind.startsWith("delete") ? "delete" : "update";
  return [{ path, kind, before, after, replaces }];
}

type Replaces = (path: string) => boolean;

/** What differs between two values. Elements that have a name are compared by it, so that their order is none. */
function compare(
  path: string,
  before: Json | undefined,
  after: Json | undefined,
  replaces: Replaces,
): readonly PropertyChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isObject(before) && isObject(after)) return byName(before, after, (key) => under(path, key), replaces);
  if (isList(before) && isList(after)) return lists(path, before, after, replaces);
  const kind = before === undefined ? "add" : after === undefined ? "delete" : "update";
  return [{ path, kind, before, after, replaces: replaces(path) }];
}

type Named = Readonly<Record<string, Json>>;

const byName = (
  before: Named,
  after: Named,
  pathOf: (key: string) => string,
  replaces: Replaces,
): readonly PropertyChange[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    compare(pathOf(key), before[key], after[key], replaces),
  );

function lists(
  path: string,
  before: readonly Json[],
  after: readonly Json[],
  replaces: Replaces,
): readonly PropertyChange[] {
  for (const key of KEYS) {
    const [old, now] = [named(before, key), named(after, key)];
    if (old !== undefined && now !== undefined)
      return byName(old, now, (name) => `${path}[${name}]`, replaces);
  }
  const [gone, come] = [without(before, after), without(after, before)];
  if (gone.length === moved(before, after) && before.length === after.length)
    return before.flatMap((item, index) => compare(`${path}[${index}]`, item, after[index], replaces));
  const one = { path: `${path}[]`, replaces: replaces(path) };
  return [
    ...gone.map((item) => ({ ...one, kind: "delete" as const, before: item, after: undefined })),
    ...come.map((item) => ({ ...one, kind: "add" as const, before: undefined, after: item })),
  ];
}

/** At how many places two lists differ. */
const moved = (before: readonly Json[], after: readonly Json[]): number =>
  before.filter((item, index) => !isDeepStrictEqual(item, after[index])).length;

/** What is in one list and not in another, as often as it is. */
function without(items: readonly Json[], others: readonly Json[]): readonly Json[] {
  const left = [...others];
  return items.filter((item) => {
    const index = left.findIndex((other) => isDeepStrictEqual(item, other));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

/** How the element of a list says its name. */
type Key = (item: Json) => string | undefined;

const property =
  (name: string): Key =>
  (item) => {
    const value = isObject(item) ? item[name] : undefined;
    // One that is not known yet is no name, though it is a text.
    return typeof value === "string" && value !== UNKNOWN_TEXT ? value : undefined;
  };

/** `NAME=value`, as in the environment of a Docker container, or `--name=value`, as on a command line. */
const assignment: Key = (item) =>
  typeof item === "string" ? /^(-{0,2}[A-Za-z_][\w.-]*)=/.exec(item)?.[1] : undefined;

const KEYS: readonly Key[] = [
  ...["name", "label", "containerPath", "mountPath", "file", "host", "sid", "Sid", "id", "key"].map(property),
  assignment,
];

/** A list as an object by the names of its elements; undefined where one has none, or two have the same. */
function named(items: readonly Json[], key: Key): Named | undefined {
  const names = items.map(key);
  if (names.some((name) => name === undefined) || new Set(names).size < names.length) return undefined;
  return Object.fromEntries(items.map((item, index) => [names[index] ?? "", item]));
}
