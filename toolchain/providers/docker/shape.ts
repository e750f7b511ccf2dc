/** The type of an object after `present`: what could be undefined is now absent instead. */
export type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Leaves out what is undefined: the engine and `exactOptionalPropertyTypes` both tell "absent" from "undefined". */
export function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** The SDK's list of labels as the engine's map; undefined when there are none. */
export function labelMap(
  labels: readonly { readonly label: string; readonly value: string }[] | undefined,
): Record<string, string> | undefined {
  if (labels === undefined || labels.length === 0) return undefined;
  return Object.fromEntries(labels.map(({ label, value }) => [label, value]));
}

/** The engine's map of labels as the SDK's list, in the order of the keys. */
export function labelList(
  labels: Readonly<Record<string, string>> | null | undefined,
): { label: string; value: string }[] {
  return Object.entries(labels ?? {})
    .map(([label, value]) => ({ label, value }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
}
