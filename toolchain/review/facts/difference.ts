/** What a set gains and loses on the way from one side of a preview to the other. */
export interface Difference<T> {
  readonly gained: readonly T[];
  readonly lost: readonly T[];
}

/** Whether a set stays as it is. */
export const isSame = ({ gained, lost }: Difference<unknown>): boolean =>
  gained.length === 0 && lost.length === 0;

/** The difference of two sets, whose members are the same where their keys are. Each side keeps its order. */
export function difference<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (one: T) => string,
): Difference<T> {
  return { gained: without(after, before, keyOf), lost: without(before, after, keyOf) };
}

function without<T>(these: readonly T[], those: readonly T[], keyOf: (one: T) => string): T[] {
  const left = new Set(those.map(keyOf));
  return these.filter((one) => {
    const key = keyOf(one);
    const fresh = !left.has(key);
    // What is there twice is told once.
    left.add(key);
    return fresh;
  });
}

/** Sorted by keys, so that two previews of the same change read alike. */
export const sortedBy = <T>(list: readonly T[], keyOf: (one: T) => string): T[] =>
  list
    .map((one) => ({ one, key: keyOf(one) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ one }) => one);
