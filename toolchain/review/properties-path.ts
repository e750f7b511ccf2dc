import { type Json, SECRET_TEXT } from "./model";

const SEGMENT = /([^.[\]"]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/g;

/** The value at a property path of Pulumi, such as `spec.containers[0].image` or `data["a.b"]`. */
export function valueAt(value: Json | undefined, path: string): Json | undefined {
  let found = value;
  for (const [, name, index, quoted] of path.matchAll(SEGMENT)) {
    const key = name ?? index ?? quoted ?? "";
    if (isList(found)) found = found[Number(key)];
    else if (isObject(found)) found = found[key];
    // What is secret is so as a whole: nobody sees how it is made.
    else return found === SECRET_TEXT ? SECRET_TEXT : undefined;
  }
  return found;
}

/** The path of a property of an object; a name that is no word is quoted, as Pulumi does. */
export const under = (path: string, key: string): string => {
  if (!/^[\w-]+$/.test(key)) return `${path}["${key}"]`;
  return path === "" ? key : `${path}.${key}`;
};

/** First part of a path. */
export const rootOf = (path: string): string => /^[^.[]+/.exec(path)?.[0] ?? path;

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
export const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
