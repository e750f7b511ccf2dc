import type { z } from "zod";

/** Name of the configuration object in a stack file: `semblance-curation:settings`. */
export const SETTINGS_KEY = "settings";

/** What the messages about a configuration are made of. */
export interface Findings {
  /** The object as the user wrote it, right or wrong. */
  readonly found: unknown;
  /** The object with every default. */
  readonly defaults: object;
  /** A value that would do, for a key without a default or for the keys below one. */
  readonly examples: Readonly<Record<string, string>>;
}

/** The lines about one thing that the schema refuses. */
export function describe(issue: z.core.$ZodIssue, findings: Findings): string[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(findings, path).join(", ");
    return issue.keys.map(
      (key) =>
        `${[...path, key].join(".")}: unknown key; allowed here: ${known}; fix: ${remove([...path, key])}`,
    );
  }
  const found = JSON.stringify(valueAt(findings.found, path)) ?? "nothing";
  const key = path.join(".") || SETTINGS_KEY;
  const example = exampleAt(findings, path);
  // An object of the wrong kind is best taken out: its keys have defaults.
  return [
    `${key}: found ${found}; allowed: ${allowed(issue)}; fix: ${example === undefined ? remove(path) : set(path, example)}`,
  ];
}

/** A path as the command takes it: an element of a list by its number in brackets. */
const fullPath = (path: readonly string[]): string =>
  [SETTINGS_KEY, ...path]
    .map((key, i) => (/^\d+$/.test(key) ? `[${key}]` : `${i === 0 ? "" : "."}${key}`))
    .join("");
/** The command that sets a key. */
export const set = (path: readonly string[], value: string): string =>
  `pulumi config set --path '${fullPath(path)}' ${value}`;
/** The command that takes a key out. */
export const remove = (path: readonly string[]): string => `pulumi config rm --path '${fullPath(path)}'`;

function allowed(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") return issue.values.map(String).join(" | ");
  if (issue.code === "custom" || issue.code === "invalid_format")
    return issue.message.replace(/^Invalid /, "a valid ");
  if (issue.code === "too_small") return `at least ${issue.minimum}`;
  if (issue.code === "too_big") return `at most ${issue.maximum}`;
  if (issue.code === "invalid_type") return `a value of type ${issue.expected}`;
  return issue.message;
}

/** The keys of an object, whatever else it may be. */
export const keysOf = (node: unknown): string[] =>
  typeof node === "object" && node !== null ? Object.keys(node) : [];

/** What is found below a path. */
export function valueAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, key) =>
      typeof node === "object" && node !== null
        ? Object.entries(node).find(([k]) => k === key)?.[1]
        : undefined,
    root,
  );
}

/** The keys that are known at a path, those without a default among them. */
function keysAt({ defaults, examples }: Findings, path: readonly string[]): string[] {
  const optional = Object.keys(examples)
    .map((key) => key.split("."))
    .filter((key) => key.length === path.length + 1 && path.every((part, i) => key[i] === part))
    .map((key) => key.at(-1) ?? "");
  const withDefault = keysOf(valueAt(defaults, path));
  return [...optional.filter((key) => !withDefault.includes(key)), ...withDefault];
}

/** A value that would do at a path: the default, or an example for it or for the keys of its parent. */
function exampleAt({ defaults, examples }: Findings, path: readonly string[]): string | undefined {
  const value = valueAt(defaults, path);
  if (typeof value === "string" || typeof value === "number") return String(value);
  if (value !== undefined) return undefined;
  return examples[path.join(".")] ?? examples[path.slice(0, -1).join(".")];
}
