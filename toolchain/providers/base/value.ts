/** A value that is not known during preview. */
export const UNKNOWN: unique symbol = Symbol("unknown");
export type Unknown = typeof UNKNOWN;

/**
 * Plain JSON plus Unknown. Secrets are unwrapped on the way in; on the way out the base marks again whatever came in
 * as a secret and whatever the schema calls one, so that a resource type never sees the wrapping and cannot lose it.
 */
export type Value = null | boolean | number | string | Unknown | Value[] | { [key: string]: Value };

/** The properties of a resource. */
export type Props = { [key: string]: Value };

/** True for a map of values, as opposed to a list or a scalar. */
export function isProps(value: Value | undefined): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True when the value, or anything inside it, is unknown. */
export function hasUnknown(value: Value | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isProps(value) && Object.values(value).some(hasUnknown);
}
