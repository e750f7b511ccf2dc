import { text, type Value } from "../../core/value";

/** A number, or what a text says of one; NaN for anything else, which no comparison passes. */
export const numberOf = (value: Value): number => {
  const given = text(value)?.trim() ?? "";
  return given === "" || typeof value === "boolean" ? Number.NaN : Number(given);
};
