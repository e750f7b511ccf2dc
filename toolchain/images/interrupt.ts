import { UserError } from "../errors";

/**
 * Runs work that stops cleanly on Ctrl-C or a request to end: the signal aborts, the work tidies up and rejects. A second
 * Ctrl-C ends the process at once.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void =>
    controller.abort(new UserError("interrupted: nothing half-made was left", "run the same command again"));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    // What a broken-off connection says is a consequence; the reason is the interruption.
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    process.removeListener("SIGINT", stop);
    process.removeListener("SIGTERM", stop);
  }
}

/**
 * Runs `work` on each item, `limit` at a time, in order. After a failure nothing more is started and what runs is aborted;
 * the first failure is thrown when all have ended.
 */
export async function inParallel<T>(
  items: readonly T[],
  limit: number,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const both = AbortSignal.any([signal, controller.signal]);
  const failures: unknown[] = [];
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined && !both.aborted; item = queue.shift()) {
      try {
        await work(item, both);
      } catch (error) {
        failures.push(error);
        controller.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
  signal.throwIfAborted();
}
