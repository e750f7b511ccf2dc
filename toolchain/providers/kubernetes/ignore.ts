import { parsePath, valueAt } from "../base/paths";
import { isProps, type Props, type Value } from "../base/value";
import { fromServer } from "./manifest";

/**
 * The inputs with what the program ignores changes of set to what is on the cluster. The engine fills in the old
 * inputs there; applied, they would undo what an autoscaler, say, has done.
 */
export function ignoring(inputs: Props, live: Props, paths: readonly string[]): Props {
  const object = fromServer(live);
  return paths.reduce((result, path) => {
    const value = valueAt(object, path);
    return value === undefined ? result : put(result, parsePath(path), value);
  }, inputs);
}

function put(props: Props, [key, ...rest]: readonly (string | number)[], value: Value): Props {
  if (key === undefined) return props;
  const changed: Props = { [String(key)]: within(props[key], rest, value) };
  return { ...props, ...changed };
}

function within(old: Value | undefined, path: readonly (string | number)[], value: Value): Value {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(old)) return old.map((item, i) => (i === key ? within(item, rest, value) : item));
  return isProps(old) ? put(old, path, value) : (old ?? null);
}
