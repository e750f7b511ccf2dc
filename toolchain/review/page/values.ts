import { structuredPatch } from "diff";
import { type Json, type PropertyChange, SECRET_TEXT, UNKNOWN_TEXT } from "../model";
import { cut, visible } from "./text";

/** Longest value that stands on a line as it is. */
const LONGEST = 160;
/** Characters around a difference in a long line. */
const AROUND = 40;
/** Lines of the difference of one text. */
const MOST_LINES = 40;
/** Above this a text is compared as a whole: nobody reads the difference of such texts line by line. */
const COMPARABLE = 400_000;

const KNOWN_LATER = "(known after the deployment)";

/** A value as a page shows it, on one line. */
export function shown(value: Json | undefined): string {
  if (value === undefined) return "(none)";
  const text = typeof value === "string" ? value : undefined;
  if (text === UNKNOWN_TEXT) return KNOWN_LATER;
  if (text === SECRET_TEXT) return SECRET_TEXT;
  return JSON.stringify(value)
    .replaceAll(`"${UNKNOWN_TEXT}"`, KNOWN_LATER)
    .replaceAll(UNKNOWN_TEXT, KNOWN_LATER);
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** The leaves of a value with their paths: what is added or removed as a whole is shown part by part. */
export function leaves(value: Json | undefined, path: string): [string, Json | undefined][] {
  if (value === null || typeof value !== "object") return [[path, value]];
  const inner: [string, Json][] = isList(value)
    ? value.map((one, index) => [`${path}[${index}]`, one])
    : Object.entries(value).map(([key, one]) => [joined(path, key), one]);
  return inner.length === 0 ? [[path, value]] : inner.flatMap(([at, one]) => leaves(one, at));
}

/** The way to a key, in brackets where it holds what separates keys. */
const joined = (path: string, key: string): string => {
  const plain = /^[^.[\]"]+$/.test(key);
  if (!plain) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
};

/** The lines of a block of differences that show how one property changes. */
export function changeLines({ path, kind, before, after, replaces }: PropertyChange): string[] {
  const why = replaces ? [`! ${path}: the resource is replaced because of it`] : [];
  if (kind === "add") return [...leaves(after, path).map(([at, value]) => `+ ${line(at, value)}`), ...why];
  if (kind === "delete")
    return [...leaves(before, path).map(([at, value]) => `- ${line(at, value)}`), ...why];
  if (before === SECRET_TEXT && after === SECRET_TEXT)
    return [`! ${path}: ${SECRET_TEXT}, which changes`, ...why];
  return [...updated(path, before, after), ...why];
}

const line = (path: string, value: Json | undefined): string => `${path}: ${cut(shown(value), LONGEST)}`;

function updated(path: string, before: Json | undefined, after: Json | undefined): string[] {
  if (isObject(before) && isObject(after)) return byKey(path, before, after);
  const [old, next] = [pretty(before), pretty(after)];
  if (old !== undefined && next !== undefined) return textLines(path, old, next);
  const [was, will] = [shown(before), shown(after)];
  if (was.length <= LONGEST && will.length <= LONGEST) return [`- ${path}: ${was}`, `+ ${path}: ${will}`];
  const [from, to] = window(was, will);
  return [`- ${path}: ${from}`, `+ ${path}: ${to}`];
}

type Keyed = { readonly [key: string]: Json };

const isObject = (value: Json | undefined): value is Keyed =>
  typeof value === "object" && value !== null && !isList(value);

/** Two objects, key by key. */
function byKey(path: string, before: Keyed, after: Keyed): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .flatMap((key) => {
      const [old, next] = [before[key], after[key]];
      const kind = old === undefined ? "add" : next === undefined ? "delete" : "update";
      return changeLines({ path: joined(path, key), kind, before: old, after: next, replaces: false });
    });
}

/** A value of several lines: a long text that has them, or JSON, written out. */
function pretty(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "object")
    return shown(value).length > LONGEST ? JSON.stringify(value, undefined, 2) : undefined;
  if (typeof value !== "string" || value.length > COMPARABLE) return undefined;
  if (value.trimEnd().includes("\n")) return value;
  if (value.length <= LONGEST || !/^\s*[[{]/.test(value)) return undefined;
  try {
    return JSON.stringify(JSON.parse(value), undefined, 2);
  } catch {
    // Not JSON after all: a long line like any other.
    return undefined;
  }
}

/** The changed lines of two texts, with the line before and after each. */
function textLines(path: string, before: string, after: string): string[] {
  const was = before.replaceAll(UNKNOWN_TEXT, KNOWN_LATER);
  const will = after.replaceAll(UNKNOWN_TEXT, KNOWN_LATER);
  const { hunks } = structuredPatch("", "", was, will, undefined, undefined, { context: 1 });
  const lines = hunks.flatMap(({ lines: of, oldStart }) => [
    `@@ ${path}, line ${oldStart} @@`,
    ...of.filter((one) => !one.startsWith("\\")).map((one) => cut(visible(one), LONGEST)),
  ]);
  if (lines.length === 0) return [`! ${path}: the same lines with other ends`];
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `@@ ${path}, ${lines.length - MOST_LINES} more lines @@`];
}

/** Both of two long lines around the first difference between them. */
function window(was: string, will: string): [string, string] {
  let start = 0;
  while (start < was.length && was[start] === will[start]) start += 1;
  const from = Math.max(0, start - AROUND);
  const part = (text: string): string => {
    const end = Math.min(text.length, start + LONGEST - AROUND);
    const [left, right] = [from > 0 ? "…" : "", end < text.length ? "…" : ""];
    return `${left}${text.slice(from, end)}${right} (${text.length.toLocaleString("en-US")} characters)`;
  };
  return [part(was), part(will)];
}
