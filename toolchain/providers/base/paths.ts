import { isProps, type Props, type Value } from "./value";

/** "uploads", "[0]", ".content": a property path, as the engine and its messages write one. */
export function childPath(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** The keys that a path is made of; "*" stands for any key. */
export function parsePath(path: string): (string | number)[] {
  const parts = path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\[(\*)\]|([^.[\]]+)/g);
  return [...parts].map(([, index, quoted, star, name]) => {
    if (index !== undefined) return Number(index);
    if (quoted !== undefined) return String(JSON.parse(`"${quoted}"`));
    return star ?? name ?? "";
  });
}

/** The value at a path, or undefined where there is none. */
export function valueAt(props: Props, path: string): Value | undefined {
  let value: Value | undefined = props;
  for (const key of parsePath(path)) {
    if (typeof key === "number") value = Array.isArray(value) ? value[key] : undefined;
    else value = isProps(value) ? value[key] : undefined;
  }
  return value;
}

/** True when `pattern` names `path` or something that contains it. */
export function covers(pattern: string, path: string): boolean {
  const keys = parsePath(path);
  const wanted = parsePath(pattern);
  return wanted.length <= keys.length && wanted.every((key, i) => key === "*" || key === keys[i]);
}
