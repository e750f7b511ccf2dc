import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const POLL_MS = 500;
/** A lock folder without an owner's name in it is being made, unless it has been so for longer than this. */
const UNNAMED_MS = 10_000;

/** Runs `work` while no other process runs work under the same lock. A lock whose owner is gone is taken over. */
export async function withLock<T>(
  path: string,
  onWait: (owner: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  for (let waiting = false; !acquire(path);) {
    const owner = ownerOf(path);
    if (owner !== undefined && !waiting) onWait(owner);
    waiting ||= owner !== undefined;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  try {
    return await work();
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

function acquire(path: string): boolean {
  try {
    // Making a folder is atomic: one process succeeds.
    mkdirSync(path);
    writeFileSync(join(path, "pid"), String(process.pid));
    return true;
  } catch {
    if (isAbandoned(path)) rmSync(path, { recursive: true, force: true });
    return false;
  }
}

function isAbandoned(path: string): boolean {
  const owner = ownerOf(path);
  if (owner !== undefined) return !isRunning(owner);
  try {
    return Date.now() - statSync(path).mtimeMs > UNNAMED_MS;
  } catch {
    return false;
  }
}

function ownerOf(path: string): number | undefined {
  try {
    return Number(readFileSync(join(path, "pid"), "utf8")) || undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is there too.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
