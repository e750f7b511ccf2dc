/** What one client may do. A name may end in `*`, which stands for any ending. */
export interface WeaviateRights {
  /** Collections whose objects it may search. */
  readonly reads?: readonly string[];
  /** Collections whose objects it may search, write and delete. */
  readonly writes?: readonly string[];
  /** Collections that it may create and drop as well. */
  readonly owns?: readonly string[];
}

/** A permission in the words of Weaviate's own API; the kinds of resource that we use. */
export type Permission =
  | { readonly action: `${Verb}_collections`; readonly collections: { readonly collection: string } }
  | {
      readonly action: `${Verb}_data`;
      readonly data: { readonly collection: string; readonly tenant: "*"; readonly object: "*" };
    };

type Verb = "create" | "read" | "update" | "delete";
const ALL: readonly Verb[] = ["create", "read", "update", "delete"];

/** The permissions of a client's role. They name each default, so that they compare with what Weaviate answers. */
export function permissionsOf({ reads = [], writes = [], owns = [] }: WeaviateRights): Permission[] {
  return [
    ...reads.flatMap((name) => [...onCollection(name, ["read"]), ...onData(name, ["read"])]),
    ...writes.flatMap((name) => [...onCollection(name, ["read"]), ...onData(name, ALL)]),
    ...owns.flatMap((name) => [...onCollection(name, ALL), ...onData(name, ALL)]),
  ];
}

const onCollection = (name: string, verbs: readonly Verb[]): Permission[] =>
  verbs.map((verb) => ({ action: `${verb}_collections`, collections: { collection: checked(name) } }));

const onData = (name: string, verbs: readonly Verb[]): Permission[] =>
  verbs.map((verb) => ({
    action: `${verb}_data`,
    data: { collection: checked(name), tenant: "*", object: "*" },
  }));

/** Weaviate reads a name as a regular expression, so only what cannot be mistaken for one is let through. */
function checked(name: string): string {
  if (!/^[A-Z]\w*\*?$/.test(name)) {
    throw new Error(
      `weaviate: "${name}" is no collection: a capital letter, then letters, digits and _, at the end * or not`,
    );
  }
  return name;
}
