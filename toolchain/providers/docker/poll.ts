import { setTimeout as sleep } from "node:timers/promises";

/** Nobody waits longer for a thing that answers in milliseconds; nobody asks a slow one more often. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1000;

/**
 * Asks until there is an answer other than undefined, with growing pauses; undefined when `limitMs` is over.
 * Throws the signal's reason when it aborts.
 */
export async function poll<T>(
  ask: () => Promise<T | undefined>,
  limitMs: number,
  signal: AbortSignal,
): Promise<T | undefined> {
  const end = performance.now() + limitMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.3, LONGEST_PAUSE_MS)) {
    signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    const left = end - performance.now();
    if (left <= 0) return undefined;
    await sleep(Math.min(pause, left), undefined, { signal });
  }
}
