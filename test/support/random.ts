/** A source of numbers that are the same at each run, so that a failure can be looked into (mulberry32). */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Different names of the form that arrows have. */
export function randomNames(random: (below: number) => number, count: number): string[] {
  const names = new Set<string>();
  while (names.size < count) names.add(`${random(1e6).toString(36)}--${random(1e6).toString(36)}--sql`);
  return [...names];
}
