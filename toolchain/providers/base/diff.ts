import type { Diff, Properties, Property } from "./resource";
import { childPath, covers, parsePath, valueAt } from "./paths";
import { isProps, UNKNOWN, type Props, type Value } from "./value";

/**
 * The difference of two sets of inputs, by the schema's `replaces` and `set` flags. An input that is absent has its default:
 * the official plugins leave defaults out of the inputs that they keep, and a stack of theirs goes on with ours.
 */
export function schemaDiff(schema: Properties, olds: Props, news: Props): Diff {
  if (schema === "any") return { replace: [], update: changedPaths(olds, news) };
  const replace: string[] = [];
  const update: string[] = [];
  for (const [key, property] of Object.entries(schema)) {
    collect(property, olds[key], news[key], childPath("", key), false, (path, replaces) =>
      (replaces ? replace : update).push(path),
    );
  }
  return { replace, update };
}

/** The paths at which two values differ, as deep inside as both have something there. */
export function changedPaths(old: Value | undefined, now: Value | undefined, path = ""): string[] {
  if (isProps(old) && isProps(now)) {
    const keys = new Set([...Object.keys(old), ...Object.keys(now)]);
    return [...keys].flatMap((key) => changedPaths(old[key], now[key], childPath(path, key)));
  }
  if (Array.isArray(old) && Array.isArray(now)) {
    const longer = old.length > now.length ? old : now;
    return longer.flatMap((_, index) => changedPaths(old[index], now[index], childPath(path, index)));
  }
  return sameValue(old, now) ? [] : [path];
}

type Report = (path: string, replaces: boolean) => void;

function collect(
  property: Property,
  kept: Value | undefined,
  wanted: Value | undefined,
  path: string,
  inherited: boolean,
  report: Report,
): void {
  const replaces = inherited || property.replaces === true;
  const old = kept ?? property.default;
  const now = wanted ?? property.default;
  if (property.type === "object" && isProps(old) && isProps(now)) {
    for (const [key, inner] of Object.entries(property.properties)) {
      collect(inner, old[key], now[key], childPath(path, key), replaces, report);
    }
  } else if (property.type === "map" && isProps(old) && isProps(now)) {
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
      collect(property.values, old[key], now[key], childPath(path, key), replaces, report);
    }
  } else if (property.type === "list" && property.set !== true && Array.isArray(old) && Array.isArray(now)) {
    for (let i = 0; i < Math.max(old.length, now.length); i++) {
      collect(property.items, old[i], now[i], childPath(path, i), replaces, report);
    }
  } else if (!sameValue(old, now, property.type === "list" && property.set === true)) {
    report(path, replaces);
  }
}

/** Equality of values; null and absent are the same, an unknown equals nothing. `asSet`: the order of a list is not looked at. */
export function sameValue(a: Value | undefined, b: Value | undefined, asSet = false): boolean {
  if (a === UNKNOWN || b === UNKNOWN) return false;
  const left = canonical(a, asSet);
  const right = canonical(b, asSet);
  return left !== undefined && left === right;
}

/** One text per value whatever the order of its keys; undefined when something in it is unknown. */
function canonical(value: Value | undefined, asSet: boolean): string | undefined {
  if (value === UNKNOWN) return undefined;
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item, false));
    if (items.includes(undefined)) return undefined;
    return `[${(asSet ? items.sort() : items).join()}]`;
  }
  if (!isProps(value)) return JSON.stringify(value ?? null);
  const entries: string[] = [];
  for (const key of Object.keys(value).sort()) {
    if (value[key] === null) continue;
    const inner = canonical(value[key], false);
    if (inner === undefined) return undefined;
    entries.push(`${JSON.stringify(key)}:${inner}`);
  }
  return `{${entries.join()}}`;
}

/** One line of the engine's detailed diff. */
export interface DetailedChange {
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
  /** True: old inputs against new inputs; false: the old state against new inputs. */
  readonly inputDiff: boolean;
}

/** A diff in the engine's terms, without what `ignoreChanges` covers. */
export function detailedDiff(
  diff: Diff,
  olds: { readonly inputs: Props; readonly state: Props },
  news: Props,
  ignoreChanges: readonly string[],
): { changes: DetailedChange[]; replaces: string[]; diffs: string[] } {
  const changes = [
    ...diff.replace.map((path) => describe(path, true, olds, news)),
    ...diff.update.map((path) => describe(path, false, olds, news)),
  ].filter(({ path }) => !ignoreChanges.some((pattern) => covers(pattern, path)));
  const roots = (some: readonly DetailedChange[]) => [...new Set(some.map(({ path }) => rootOf(path)))];
  return { changes, replaces: roots(changes.filter((change) => change.replaces)), diffs: roots(changes) };
}

function describe(
  path: string,
  replaces: boolean,
  olds: { readonly inputs: Props; readonly state: Props },
  news: Props,
): DetailedChange {
  const now = valueAt(news, path) ?? undefined;
  const input = valueAt(olds.inputs, path) ?? undefined;
  const inputDiff = !sameValue(input, now);
  const old = inputDiff ? input : (valueAt(olds.state, path) ?? undefined);
  const kind = old === undefined ? "add" : now === undefined && inputDiff ? "delete" : "update";
  return { path, kind, replaces, inputDiff };
}

function rootOf(path: string): string {
  return String(parsePath(path)[0] ?? path);
}
