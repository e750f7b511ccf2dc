import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { explain, type PulumiContext } from "./explain";

/** How a Pulumi command ended. */
export interface Ended {
  readonly code: number;
  readonly stderr: string;
  /** The person at the keyboard asked for the end. */
  readonly interrupted: boolean;
}

/** Runs the Pulumi CLI on one stack of the project. */
export class PulumiCli {
  constructor(
    private readonly binary: string,
    readonly env: Readonly<Record<string, string | undefined>>,
    private readonly cwd: string,
    readonly stack: string,
    private readonly context: Omit<PulumiContext, "stack" | "command">,
  ) {}

  /** The same with more in its environment. */
  with(env: Readonly<Record<string, string>>): PulumiCli {
    return new PulumiCli(this.binary, { ...this.env, ...env }, this.cwd, this.stack, this.context);
  }

  /** Standard output of a command. @throws UserError when it fails. */
  async capture(args: readonly string[], input?: string): Promise<string> {
    let output = "";
    const ended = await this.follow(args, (line) => (output += `${line}\n`), { input });
    if (ended.code !== 0) throw this.explain(args, ended.stderr);
    return output;
  }

  /**
   * Runs a command and hands over each line of its standard output. It runs in a process group of its own, so that Ctrl-C
   * reaches it once, through us: twice would make Pulumi give up without writing the state of what is under way.
   * A command about a file is about no stack, and takes none.
   */
  async follow(
    args: readonly string[],
    onLine: (line: string) => void,
    { input, onStack = true }: { input?: string | undefined; onStack?: boolean } = {},
  ): Promise<Ended> {
    const child = this.spawn(args, ["pipe", "pipe", "pipe"], true, onStack);
    child.stdin?.on("error", () => undefined).end(input ?? "");
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
    if (child.stdout !== null) createInterface({ input: child.stdout }).on("line", onLine);
    const { code, interrupted } = await this.end(child);
    return { code, stderr, interrupted };
  }

  /** Runs a command on our own terminal. */
  async show(args: readonly string[]): Promise<number> {
    return (await this.end(this.spawn(args, "inherit", false), false)).code;
  }

  /** The error that a failed command stands for. */
  explain(args: readonly string[], stderr: string): Error {
    return explain(stderr, { ...this.context, stack: this.stack, command: args[0] ?? "" });
  }

  private spawn(
    args: readonly string[],
    stdio: "inherit" | ["pipe", "pipe", "pipe"],
    detached: boolean,
    onStack = true,
  ): ChildProcess {
    const all = [...args, ...(onStack ? ["--stack", this.stack] : []), "--non-interactive"];
    return spawn(this.binary, all, { cwd: this.cwd, env: this.env, stdio, detached });
  }

  private end(child: ChildProcess, forward = true): Promise<{ code: number; interrupted: boolean }> {
    let interrupted = false;
    const pass = (signal: NodeJS.Signals): void => {
      interrupted = true;
      if (forward) child.kill(signal === "SIGHUP" ? "SIGTERM" : signal);
    };
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
    for (const signal of signals) process.on(signal, pass);
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        for (const signal of signals) process.off(signal, pass);
        resolve({ code: code ?? 1, interrupted });
      });
    });
  }
}
