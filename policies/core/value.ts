/** Stands for a value that is not known before the resources that it comes from exist. */
export const UNKNOWN = Symbol("unknown");
export type Unknown = typeof UNKNOWN;

/** A property as the rules see it: plain data, in which what is not known is marked and can be asked about. */
export type Value = undefined | null | boolean | number | string | Unknown | readonly Value[] | Properties;
export interface Properties {
  readonly [key: string]: Value;
}

export const isUnknown = (value: Value): value is Unknown => value === UNKNOWN;

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

const isProperties = (value: Value): value is Properties =>
  typeof value === "object" && value !== null && !isList(value);

/** What lies at a path; unknown when something on the way there is unknown, undefined when something is missing. */
export function at(value: Value, ...path: readonly (string | number)[]): Value {
  let here = value;
  for (const step of path) {
    if (isUnknown(here)) return UNKNOWN;
    if (isList(here)) here = typeof step === "number" ? here[step] : undefined;
    else here = isProperties(here) && Object.hasOwn(here, step) ? here[step] : undefined;
  }
  return here;
}

/** The members of a list, each with its index; none where there is no list. One thing without a list counts as a list of one. */
export function items(value: Value): readonly Value[] {
  if (isList(value)) return value;
  return value === undefined || value === null || isUnknown(value) ? [] : [value];
}

/** The entries of an object; none where there is none. */
export const entries = (value: Value): readonly (readonly [string, Value])[] =>
  isProperties(value) ? Object.entries(value) : [];

/** A text, or undefined where there is none or it is not known. Numbers and truth values in configuration count as texts. */
export function text(value: Value): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** The known texts of a list. */
export const texts = (value: Value): string[] =>
  items(value)
    .map(text)
    .filter((one) => one !== undefined);

/** Whether a value says true; providers and charts write "true" as well. */
export const isTrue = (value: Value): boolean => value === true || value === "true";

/** Nothing was given: undefined, null or an empty text, list or object. */
export function isMissing(value: Value): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (isList(value)) return value.length === 0;
  return isProperties(value) && Object.keys(value).length === 0;
}

/** Every text below a value with its path, and every path at which something is unknown. */
export function walk(value: Value, visit: (path: string, leaf: string | Unknown) => void, path = ""): void {
  if (isUnknown(value) || typeof value === "string") visit(path, value);
  else if (isList(value)) value.forEach((inner, index) => walk(inner, visit, `${path}[${index}]`));
  else for (const [key, inner] of entries(value)) walk(inner, visit, path === "" ? key : `${path}.${key}`);
}
