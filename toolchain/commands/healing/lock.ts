import { readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { UserError } from "../../errors";
import type { Progress } from "../../progress";
import { type OpenStack, PROJECT } from "../stack/open";

const lockSchema = z.looseObject({
  pid: z.number(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.string(),
});

/** Who holds a stack, as Pulumi's file backend notes it. */
export type Lock = z.infer<typeof lockSchema>;

/** A stack is waited for this long; a first `up` on a slow machine stays below it. */
const PATIENCE_MS = 15 * 60_000;
const POLL_MS = 1_000;

/**
 * Frees a stack whose lock was left behind by a run that was killed, and waits for one that is still alive. Only file backends
 * have such locks; Pulumi itself refuses a stack that is in use anywhere else.
 */
export async function freeLock(stack: OpenStack, progress: Progress): Promise<void> {
  const { folder } = stack.backend;
  if (folder === undefined) return;
  const place = join(folder, ".pulumi", "locks", "organization", PROJECT, stack.name);
  const locks = await locksIn(place);
  if (locks.length === 0) return;
  const busy = (await alive(locks))[0];
  if (busy !== undefined) {
    await progress.step(
      `Waiting for another run on stack ${stack.name} (process ${busy.pid}, since ${busy.timestamp})`,
      () => waitUntilFree(place, stack.name, busy),
    );
    if ((await locksIn(place)).length === 0) return;
  }
  await stack.cli.capture(["cancel", "--yes"]);
  progress.note(`Released the lock of a run that was killed (process ${locks[0]?.pid ?? "unknown"})`);
}

async function locksIn(folder: string): Promise<Lock[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith(".json"));
  const read = files.map(async (name) => lockSchema.safeParse(await parsed(join(folder, name))));
  return (await Promise.all(read)).flatMap((lock) => (lock.success ? [lock.data] : [UNREADABLE]));
}

/** A lock that was being written when its run was killed: it names no one. */
const UNREADABLE: Lock = { pid: 0, username: "", hostname: hostname(), timestamp: "" };

/** The content of a lock; undefined when the run has ended, or was killed, while it was being read. */
async function parsed(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** The locks whose run may still be at work. Another machine's process cannot be looked at, so it counts as alive. */
async function alive(locks: readonly Lock[]): Promise<Lock[]> {
  const answers = await Promise.all(
    locks.map(async (lock) => lock.hostname !== hostname() || (await runs(lock.pid))),
  );
  return locks.filter((_, index) => answers[index]);
}

async function runs(pid: number): Promise<boolean> {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  // The number may have gone to another program since; where there is no /proc, believe it.
  const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "pulumi");
  const zombie = /^\d+ \(.*\) Z/.test(await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""));
  return name.startsWith("pulumi") && !zombie;
}

async function waitUntilFree(place: string, stack: string, busy: Lock): Promise<void> {
  const limit = performance.now() + PATIENCE_MS;
  while ((await alive(await locksIn(place))).length > 0) {
    if (performance.now() > limit) {
      throw new UserError(
        `stack "${stack}" is in use by process ${busy.pid} of ${busy.username}@${busy.hostname} since ${busy.timestamp}`,
        `let it end, or end it; when it is surely dead: pulumi cancel --stack ${stack} --yes`,
      );
    }
    await pause(POLL_MS);
  }
}
