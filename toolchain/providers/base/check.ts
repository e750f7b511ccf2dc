import type { CheckFailure, Properties, Props, Property, Value } from "./resource";
import { childPath } from "./paths";
import { isProps, UNKNOWN } from "./value";

/** The engine's own keys (`__internal`, `__defaults`) and the two that it adds to a provider's configuration. */
const ENGINE_KEYS = /^__|^version$|^pluginDownloadURL$/;

/** Holds inputs against a schema and fills in defaults. A null counts as absent, as in the official providers. */
export function checkSchema(
  schema: Properties,
  inputs: Props,
  path = "",
): { inputs: Props; failures: CheckFailure[] } {
  if (schema === "any") return { inputs: withoutNulls(inputs), failures: [] };
  const checked: Props = {};
  const failures: CheckFailure[] = [];
  for (const key of Object.keys(inputs)) {
    if (schema[key] !== undefined || key.startsWith("__")) continue;
    failures.push({
      property: childPath(path, key),
      reason: `this provider does not implement it; it knows ${Object.keys(schema).sort().join(", ")}. Remove it, or use the official plugin (SEMBLANCE_PLUGINS=official)`,
    });
  }
  for (const [key, property] of Object.entries(schema)) {
    const place = childPath(path, key);
    const given = inputs[key] ?? property.default;
    if (given === undefined || given === null) {
      if (property.required === true) failures.push({ property: place, reason: "is required and absent" });
      continue;
    }
    const result = checkValue(property, given, place);
    checked[key] = result.value;
    failures.push(...result.failures);
  }
  return { inputs: checked, failures };
}

function withoutNulls(props: Props): Props {
  const inner = (value: Value): Value => {
    if (Array.isArray(value)) return value.map(inner);
    return isProps(value) ? withoutNulls(value) : value;
  };
  const present = Object.entries(props).filter(([, value]) => value !== null);
  return Object.fromEntries(present.map(([key, value]) => [key, inner(value)]));
}

interface Checked {
  readonly value: Value;
  readonly failures: readonly CheckFailure[];
}

function checkValue(property: Property, value: Value, path: string): Checked {
  if (value === UNKNOWN) return { value, failures: [] };
  switch (property.type) {
    case "string":
      if (typeof value !== "string") break;
      if (property.oneOf && !property.oneOf.includes(value)) {
        return fail(value, path, `must be one of ${property.oneOf.join(", ")}`);
      }
      return { value, failures: [] };
    case "boolean":
      if (typeof value !== "boolean") break;
      return { value, failures: [] };
    case "number":
      if (typeof value !== "number") break;
      return checkNumber(property, value, path);
    case "list":
      if (!Array.isArray(value)) break;
      return checkAll(value, (item, index) => checkValue(property.items, item, childPath(path, index)));
    case "map": {
      if (!isProps(value)) break;
      const present = Object.entries(value).filter(([, item]) => item !== null);
      const { value: items, failures } = checkAll(present, ([key, item]) =>
        checkValue(property.values, item, childPath(path, key)),
      );
      return { value: Object.fromEntries(present.map(([key], i) => [key, items[i] ?? null])), failures };
    }
    case "object": {
      if (!isProps(value)) break;
      const { inputs, failures } = checkSchema(property.properties, value, path);
      return { value: inputs, failures };
    }
  }
  return fail(value, path, `must be a ${property.type}, not ${kindOf(value)}`);
}

function checkNumber(property: Property & { type: "number" }, value: number, path: string): Checked {
  const { integer, min, max } = property;
  if (integer === true && !Number.isInteger(value)) return fail(value, path, "must be a whole number");
  if (min !== undefined && value < min) return fail(value, path, `must be at least ${min}`);
  if (max !== undefined && value > max) return fail(value, path, `must be at most ${max}`);
  return { value, failures: [] };
}

function checkAll<T>(items: readonly T[], check: (item: T, index: number) => Checked) {
  const results = items.map(check);
  return { value: results.map((r) => r.value), failures: results.flatMap((r) => r.failures) };
}

function fail(value: Value, property: string, reason: string): Checked {
  return { value, failures: [{ property, reason }] };
}

function kindOf(value: Value): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/**
 * A provider's configuration as properties: the engine's own keys taken out, and what is not text parsed, since the
 * SDKs and the engine send nested configuration as JSON text.
 */
export function decodeConfig(schema: Properties, raw: Props): Props {
  const config: Props = {};
  for (const [key, value] of Object.entries(raw)) {
    const property = schema === "any" ? undefined : schema[key];
    if (ENGINE_KEYS.test(key) && property === undefined) continue;
    const type = property?.type;
    config[key] =
      typeof value === "string" && value !== "" && type !== undefined && type !== "string"
        ? parse(value)
        : value;
  }
  return config;
}

/** Text that is no JSON stays text, and fails the schema check by name. */
function parse(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}
