import { spawn } from "node:child_process";

/** What to run, and how. */
export interface Command {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
  /** Called with each line of its output. */
  readonly onLine?: (line: string) => void;
}

/** How a command ended: `code` is undefined when it could not start or was stopped by the time limit. */
export interface Ended {
  readonly code: number | undefined;
  readonly output: string;
}

/** Runs a command to its end; never throws for a command that fails. */
export function run(name: string, args: readonly string[], options: Command = {}): Promise<Ended> {
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(name, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs, killSignal: "SIGKILL" }),
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        for (const line of text.split("\n")) if (line.trim() !== "") options.onLine?.(line.trim());
      });
    }
    child.on("error", (error) => resolve({ code: undefined, output: error.message }));
    child.on("close", (code) => resolve({ code: code ?? undefined, output }));
  });
}

/** True when a server answers at this address in time. Through curl where it is there: it knows the proxy settings. */
export async function answers(url: string, timeoutMs: number): Promise<boolean> {
  const seconds = String(timeoutMs / 1000);
  const curl = await run("curl", ["--silent", "--head", "--output", "/dev/null", "--max-time", seconds, url]);
  if (curl.code !== undefined) return curl.code === 0;
  return fetch(url, { method: "HEAD", signal: AbortSignal.timeout(timeoutMs) }).then(
    () => true,
    () => false,
  );
}
