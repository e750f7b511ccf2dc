import type Docker from "dockerode";
import { found, statusOf } from "../client";
import { poll } from "../poll";

const GONE = 404;
const NOT_RUNNING = 304;
const IN_PROGRESS = 409;
const LONGEST_REMOVAL_MS = 60_000;

/** Which of a container's inputs its removal looks at. */
export interface Removal {
  readonly attach?: boolean;
  readonly destroyGraceSeconds?: number;
  readonly removeVolumes?: boolean;
}

/** Stops and removes the container and waits until it is gone; one that is gone already is fine. */
export async function removeContainer(
  container: Docker.Container,
  removal: Removal,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  if (removal.attach !== true) {
    await tolerate(container.stop({ t: removal.destroyGraceSeconds ?? 0 }), [GONE, NOT_RUNNING]);
  }
  await tolerate(container.remove({ force: true, v: removal.removeVolumes ?? true }), [GONE, IN_PROGRESS]);
  const gone = async () => ((await found(container.inspect())) === undefined ? true : undefined);
  if ((await poll(gone, LONGEST_REMOVAL_MS, signal)) === undefined) {
    throw new Error(
      `container ${container.id.slice(0, 12)} is still there ${LONGEST_REMOVAL_MS / 1000} s after its removal`,
    );
  }
}

async function tolerate(call: Promise<unknown>, statuses: readonly number[]): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!statuses.includes(statusOf(error) ?? 0)) throw error;
  }
}
