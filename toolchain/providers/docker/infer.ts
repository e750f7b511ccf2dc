import type { Property, Schema } from "../base/resource";

/** The type of the value that a checked property holds once everything is known. */
type Known<P> = P extends { oneOf: readonly (infer One)[] }
  ? One
  : P extends { type: "string" }
    ? string
    : P extends { type: "number" }
      ? number
      : P extends { type: "boolean" }
        ? boolean
        : P extends { type: "list"; items: infer Items }
          ? Known<Items>[]
          : P extends { type: "map"; values: infer Values }
            ? { [key: string]: Known<Values> }
            : P extends { type: "object"; properties: infer S }
              ? Inputs<S>
              : never;

type Sure = { required: true };

/** The inputs that a schema describes: one source of truth for what Check lets in and what the code may read. */
export type Inputs<S> = { -readonly [K in keyof S as S[K] extends Sure ? K : never]: Known<S[K]> } & {
  -readonly [K in keyof S as S[K] extends Sure ? never : K]?: Known<S[K]>;
};

/** A list whose order carries no meaning. */
export function setOf<const P extends Property>(items: P) {
  return { type: "list", set: true, items } as const;
}

/** A list whose order counts. */
export function listOf<const P extends Property>(items: P) {
  return { type: "list", items } as const;
}

/** Text by text. */
export const TEXT_MAP = { type: "map", values: { type: "string" } } as const satisfies Property;

/** A set of `{ label, value }`, as the SDK writes Docker's labels. */
export const LABELS = setOf({
  type: "object",
  properties: { label: { type: "string", required: true }, value: { type: "string", required: true } },
} as const);

/** Marks every property of a schema as one that cannot be changed on the living thing. */
export function replacing<const S extends Schema>(schema: S) {
  const marked = Object.entries(schema).map(([name, property]) => [name, { ...property, replaces: true }]);
  return Object.fromEntries(marked) as { [K in keyof S]: S[K] & { replaces: true } };
}
