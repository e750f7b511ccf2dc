import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { UserError } from "../../errors";
import type { Progress } from "../../progress";
import type { Backend } from "../stack/backend";
import { type Lock, remedy, told } from "../stack/locks";
import type { OpenStack } from "../stack/open";
import { heldBy } from "./held";

/** A stack is waited for this long; a first `up` on a slow machine stays below it. */
const PATIENCE_MS = 15 * 60_000;
/** A look into a folder costs nothing; one into a bucket is a run of the CLI. */
const POLL_MS = { file: 1_000, store: 5_000, service: 0 } as const;

/**
 * Frees a stack whose lock was left behind by a run that was killed on this machine, and waits for one that is alive on it. Any
 * other lock is somebody else's: it is told, with what to do, and nobody but a person removes it.
 * @throws UserError when the stack is another machine's, or stays in use
 */
export async function freeLock(stack: OpenStack, progress: Progress): Promise<void> {
  let locks = await heldBy(stack);
  const busy = (await sorted(stack, locks)).alive[0];
  if (busy !== undefined) {
    await progress.step(
      `Waiting for another run on stack ${stack.name} (process ${busy.pid}, since ${busy.timestamp})`,
      () => waitUntilFree(stack),
    );
    locks = await heldBy(stack);
  }
  const { dead } = await sorted(stack, locks);
  if (dead.length === 0) return;
  await stack.cli.capture(["cancel", "--yes"]);
  progress.note(`Released the lock of a run that was killed (process ${dead[0]?.pid ?? "unknown"})`);
}

/** What is known of the runs that hold a stack. @throws UserError when one may be at work elsewhere */
async function sorted(
  { name, backend }: OpenStack,
  locks: readonly Lock[],
): Promise<{ readonly alive: readonly Lock[]; readonly dead: readonly Lock[] }> {
  const found = await Promise.all(
    locks.map(async (lock) => ({ lock, state: await stateOf(lock, backend.kind) })),
  );
  const of = (wanted: State): Lock[] => found.flatMap(({ lock, state }) => (state === wanted ? [lock] : []));
  const [foreign] = of("unknown");
  if (foreign !== undefined) {
    const here = foreign.hostname === hostname() ? "; no such process runs on this machine" : "";
    throw new UserError(
      `stack "${name}" is in use by ${told(foreign)}${here}; nothing was changed`,
      remedy(name),
    );
  }
  return { alive: of("alive"), dead: of("dead") };
}

type State = "alive" | "dead" | "unknown";

/**
 * Whether a lock's run is still at work. Another machine's process cannot be looked at. A bucket is shared by machines that may
 * bear one name, so that a process which is not here proves nothing.
 */
export async function stateOf({ hostname: machine, pid }: Lock, kind: Backend["kind"]): Promise<State> {
  if (machine !== hostname()) return "unknown";
  if (await runs(pid)) return "alive";
  return kind === "file" ? "dead" : "unknown";
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

async function waitUntilFree(stack: OpenStack): Promise<void> {
  const limit = performance.now() + PATIENCE_MS;
  for (;;) {
    const [busy] = (await sorted(stack, await heldBy(stack))).alive;
    if (busy === undefined) return;
    if (performance.now() > limit)
      throw new UserError(`stack "${stack.name}" is in use by ${told(busy)}`, remedy(stack.name));
    await pause(POLL_MS[stack.backend.kind]);
  }
}
