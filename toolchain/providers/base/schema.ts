import type { Value } from "./value";

/** What may be said of any property. */
interface Common {
  /** Check fails when it is absent (an unknown value counts as present). */
  readonly required?: boolean;
  /** Filled in by Check when absent. Use the provider's documented defaults only: they end up in the state. */
  readonly default?: Value;
  /** A change of this property (or of anything inside it) replaces the resource. Default: it updates. */
  readonly replaces?: boolean;
  /** The engine is told that the value is a secret, wherever it comes from. */
  readonly secret?: boolean;
}

/** One property, or one element of a list or map. The engine's resource references and assets are always refused. */
export type Property =
  | (Common & { readonly type: "string"; readonly oneOf?: readonly string[] })
  | (Common & {
      readonly type: "number";
      readonly integer?: boolean;
      readonly min?: number;
      readonly max?: number;
    })
  | (Common & { readonly type: "boolean" })
  /** `set`: order carries no meaning, so a permutation is no difference. */
  | (Common & { readonly type: "list"; readonly items: Property; readonly set?: boolean })
  | (Common & { readonly type: "map"; readonly values: Property })
  | (Common & { readonly type: "object"; readonly properties: Schema });

/** Every input that a resource (or a provider's configuration) takes. Anything else is refused by name and path. */
export interface Schema {
  readonly [property: string]: Property;
}

/** What a resource takes: the properties of a schema, or anything (its type, or the server, knows what is right). */
export type Properties = Schema | "any";
