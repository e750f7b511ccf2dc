import assert from "node:assert/strict";
import type Docker from "dockerode";
import { shown } from "./live-copy";

/** When a container was started; it stays the same while programs inside start anew. */
const startOf = async (container: Docker.Container | undefined): Promise<string> =>
  (await container?.inspect())?.State.StartedAt ?? assert.fail("not started");

/** Edits, waits until it shows, and sees to it that the container is the one of before. */
export async function live(
  what: string,
  container: Docker.Container | undefined,
  limitSeconds: number,
  edit: () => void,
  look: () => Promise<boolean>,
): Promise<void> {
  const started = await startOf(container);
  assert.equal(await look(), false, "before the edit");
  edit();
  const seconds = await shown(`the edit of ${what}`, limitSeconds, look);
  console.log(`        ${what}: shown after ${seconds.toFixed(1)} s`);
  assert.equal(await startOf(container), started);
}
