import { checkSchema } from "../base/check";
import { hasUnknown, isProps, type Props, type Property, type Schema, type Value } from "../base/resource";

/**
 * Sorts the sets inside the elements of lists, since a comparison looks at each element as a whole; and drops what the official provider takes for "not set": an empty text, list or map, zero and false, wherever the
 * property has no other default. So `internal: false` and no `internal` are the same, and a program that adds one
 * sees no difference.
 */
export function dropUnset(inputs: Props, schema: Schema): Props {
  const kept: Props = {};
  for (const [name, value] of Object.entries(inputs)) {
    const property = schema[name];
    const inner = property === undefined ? value : normal(value, property);
    const optional = property !== undefined && property.required !== true && property.default === undefined;
    if (!(optional && isUnset(inner))) kept[name] = inner;
  }
  return kept;
}

/** What Check would make of these inputs: for what is imported, so that a program that says the same sees no difference. */
export function asChecked(inputs: Props, schema: Schema): Props {
  return dropUnset(checkSchema(schema, inputs).inputs, schema);
}

function normal(value: Value, property: Property): Value {
  if (property.type === "list" && Array.isArray(value)) {
    return value.map((element) => sortSets(normal(element, property.items), property.items));
  }
  if (property.type === "object" && isProps(value)) return dropUnset(value, property.properties);
  return value;
}

function sortSets(element: Value, property: Property): Value {
  if (property.type !== "object" || !isProps(element)) return element;
  const sorted: Props = { ...element };
  for (const [name, inner] of Object.entries(property.properties)) {
    const list = element[name];
    if (inner.type === "list" && inner.set === true && Array.isArray(list) && !hasUnknown(list)) {
      sorted[name] = [...list].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    }
  }
  return sorted;
}

function isUnset(value: Value): boolean {
  if (value === null || value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isProps(value) && Object.keys(value).length === 0;
}
