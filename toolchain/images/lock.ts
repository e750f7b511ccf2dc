import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../errors";

const POLL_MS = 500;
/** Longer than the longest cold build seen, so that only a run that hangs is given up on. */
const LIMIT_MS = 60 * 60_000;

export interface LockOptions {
  /** Called once, when another run holds the lock. */
  readonly onWait?: (holder: string) => void;
  readonly signal?: AbortSignal;
  readonly limitMs?: number;
}

/**
 * Runs `work` while no other process on this machine does so under the same file. The file names its holder; one whose
 * holder is gone, such as after a SIGKILL, is taken over.
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const self = await identity(process.pid);
  const started = Date.now();
  let told = false;
  while (!(await take(path, self))) {
    const holder = await readFile(path, "utf8").catch(() => "");
    if (!(await lives(holder))) {
      await discard(path, holder);
      continue;
    }
    if (!told) options.onWait?.(holder);
    told = true;
    if (Date.now() - started > (options.limitMs ?? LIMIT_MS)) {
      throw new UserError(
        `${path} is still held by process ${holder}`,
        "end that process, then run the command again",
      );
    }
    await delay(POLL_MS, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** A link, because it appears with its content: a file that is opened first would be empty for a moment. */
async function take(path: string, self: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, self, { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Process number and, where the system tells it, the moment of its start: numbers are used again. */
async function identity(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // Fields are counted after the last parenthesis, because a program's name may hold blanks; the 20th is the start time.
  const startedAt = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  return `${pid} ${startedAt}`;
}

async function lives(holder: string): Promise<boolean> {
  const pid = Number.parseInt(holder, 10);
  if (Number.isNaN(pid)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
  }
  return (await identity(pid)) === holder;
}

/** Removes a stale lock. The rename lets one of several waiting processes do it, and shows when it took a fresh one. */
async function discard(path: string, stale: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, "utf8")) === stale) await rm(aside);
  else await rename(aside, path);
}
