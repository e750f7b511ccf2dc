import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { UserError } from "../errors";

const SHOWN_LINES = 20;

/**
 * Runs a program to its end; its output goes to the end of the log and, line by line, to `say`.
 * @throws UserError with the last lines when it fails
 */
export async function runLogged(
  program: string,
  args: readonly string[],
  to: { readonly log: string; readonly say: (line: string) => void; readonly signal: AbortSignal },
): Promise<void> {
  await mkdir(dirname(to.log), { recursive: true });
  to.signal.throwIfAborted();
  const log = createWriteStream(to.log, { flags: "a" });
  const recent: string[] = [];
  const hear = (line: string): void => {
    log.write(`${line}\n`);
    if (line.trim() === "") return;
    recent.push(line);
    if (recent.length > SHOWN_LINES) recent.shift();
    to.say(line);
  };
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      // A process group of its own, so that an interruption reaches what the program started too.
      const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
      const stop = (): void => endGroup(child.pid);
      to.signal.addEventListener("abort", stop);
      createInterface({ input: child.stdout }).on("line", hear);
      createInterface({ input: child.stderr }).on("line", hear);
      child.on("error", reject);
      child.on("close", (ended) => {
        to.signal.removeEventListener("abort", stop);
        resolve(ended);
      });
    });
    to.signal.throwIfAborted();
    if (code !== 0) {
      const shown = recent.map((line) => `    ${line}`).join("\n");
      throw new UserError(
        `${program} ended with ${code}\n  last lines of ${to.log}:\n${shown}`,
        "see the log, then run the command again",
      );
    }
  } finally {
    await new Promise((resolve) => log.end(resolve));
  }
}

/** Asks a process group to end; one that has ended meanwhile is fine. */
function endGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, "SIGTERM");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
