import { setTimeout as pause } from "node:timers/promises";

/** How long to wait, and what for. */
export interface Wait {
  /** Completes the sentence "waited 60 s for …". */
  readonly what: string;
  readonly limitSeconds: number;
  /** @default 0.5 */
  readonly everySeconds?: number;
}

/**
 * Asks again and again until `ask` gives a value, and returns it. `undefined`, `false` and an error mean "not yet"; the last
 * error is told when the time is over.
 */
export async function until<T>(
  wait: Wait,
  ask: () => T | false | undefined | Promise<T | false | undefined>,
): Promise<T> {
  const end = performance.now() + wait.limitSeconds * 1000;
  let last = "";
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = `; last error: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (performance.now() >= end) throw new Error(`waited ${wait.limitSeconds} s for ${wait.what}${last}`);
    await pause((wait.everySeconds ?? 0.5) * 1000);
  }
}
