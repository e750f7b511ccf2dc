import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";

const KILL_AFTER_MS = 3000;

/** How a child ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The processes that this host started, so that none outlives it. */
export class Children {
  private readonly running = new Map<ChildProcess, Promise<Exit>>();
  private stopped = false;

  /** Starts Node.js, the one that runs this host. */
  node(args: readonly string[], options: SpawnOptions): { child: ChildProcess; exited: Promise<Exit> } {
    return this.command(process.execPath, args, options);
  }

  /** Starts a command; the promise settles when its output is drained too. */
  command(
    name: string,
    args: readonly string[],
    options: SpawnOptions,
  ): { child: ChildProcess; exited: Promise<Exit> } {
    if (this.stopped) throw new Error("cancelled");
    const child = spawn(name, args, options);
    const exited = new Promise<Exit>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve({ code, signal }));
    }).finally(() => this.running.delete(child));
    this.running.set(child, exited);
    return { child, exited };
  }

  /** Ends them all, politely first; settles when they are gone. No new one starts after this. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all([...this.running].map(([child, exited]) => terminate(child, exited)));
  }
}

/** Asks one child to end, and makes it end if it does not. */
export async function terminate(child: ChildProcess, exited: Promise<Exit>): Promise<void> {
  child.kill("SIGTERM");
  const forced = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
  await exited.catch(() => undefined);
  clearTimeout(forced);
}
