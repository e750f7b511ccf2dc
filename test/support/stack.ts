import { type ChildProcess, spawn } from "node:child_process";
import assert from "node:assert/strict";
import { createWriteStream } from "node:fs";
import { dirname } from "node:path";
import { evidence } from "./evidence";
import { family } from "./process-tree";

/** Folder of the project. */
export const root = dirname(dirname(__dirname));

/** The stack that the live tests look at. It must be up. */
export const stackName = process.env["SEMBLANCE_TEST_STACK"] ?? "dev";

/** A command that has ended. */
export interface Ended {
  readonly command: string;
  /** Exit code; -1 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  /** Standard output and standard error in the order in which they came. */
  readonly output: string;
  readonly seconds: number;
  /** File that holds `output`. */
  readonly file: string;
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface RunOptions {
  readonly limitSeconds?: number;
  /** Variables besides those of this process. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string;
}

let count = 0;

/** Starts a program in a process group of its own, and keeps what it says in a file. */
export function start(program: string, args: readonly string[], options: RunOptions = {}): Running {
  const command = [program, ...args].join(" ");
  const name = [program.split("/").at(-1), ...args]
    .join("-")
    .replaceAll(/[^A-Za-z0-9.-]+/g, "_")
    .slice(0, 80);
  const file = evidence(`${String((count += 1)).padStart(3, "0")}-${name}.log`);
  const log = createWriteStream(file);
  const began = performance.now();
  const child = spawn(program, args, {
    cwd: options.cwd ?? root,
    env: { ...withoutNpm(process.env), NO_COLOR: "1", ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  // A program that reads nothing may be gone before it is told something.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const limitSeconds = options.limitSeconds ?? 120;
  const timer = setTimeout(() => killFamily(child), limitSeconds * 1000);
  const all: Buffer[] = [];
  const out: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => (all.push(chunk), out.push(chunk), log.write(chunk)));
  child.stderr.on("data", (chunk: Buffer) => (all.push(chunk), log.write(chunk)));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      const seconds = (performance.now() - began) / 1000;
      log.end(() =>
        resolve({ command, code: code ?? -1, stdout: text(out), output: text(all), seconds, file }),
      );
    });
  });
  return { child, ended };
}

const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString("utf8");

/** What `npm test` adds to the environment would count as options of the commands that a test runs. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([key]) => !/^npm_/i.test(key)));
}

/** SIGKILL for a command and its process group, as when a session is cut off. What it started in other groups goes on. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, "SIGKILL");
}

/** SIGKILL for a command and everything that descends from it, as when a machine loses its power. */
export function killFamily(child: ChildProcess): void {
  for (const { pid } of family(child.pid ?? 0)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Ended while the others were killed.
    }
  }
}

/** Starts `npm run NAME -- ARGS`. */
export function startProject(name: string, args: readonly string[] = [], options: RunOptions = {}): Running {
  return start("npm", ["run", "-s", name, "--", ...args], options);
}

/** Runs `npm run NAME -- ARGS` to its end. */
export async function project(
  name: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<Ended> {
  return startProject(name, args, options).ended;
}

/** The same, and an error with the end of its output when it fails. */
export async function projectOk(
  name: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<Ended> {
  return expectCode(0, await project(name, args, options));
}

/** Checks how a command ended; the error shows the last of what it said. */
export function expectCode(code: number, ended: Ended): Ended {
  assert.equal(
    ended.code,
    code,
    `${ended.command} ended with ${ended.code} after ${ended.seconds.toFixed(1)} s; its output is in ${ended.file}, and ends with\n${ended.output.slice(-2000)}`,
  );
  return ended;
}

/** Runs plain `pulumi`, as a person does after `eval "$(npm run -s env)"`. */
export async function pulumi(
  args: readonly string[],
  options: RunOptions & { stack?: string } = {},
): Promise<Ended> {
  const { stack = stackName, ...rest } = options;
  const script =
    'eval "$(npm run -s env -- --stack "$0")" && exec pulumi "$@" --stack "$0" --non-interactive';
  return start("bash", ["-c", script, stack, ...args], rest).ended;
}

/** The same, and an error with the end of its output when it fails. */
export async function pulumiOk(
  args: readonly string[],
  options: RunOptions & { stack?: string } = {},
): Promise<string> {
  return expectCode(0, await pulumi(args, options)).stdout;
}
