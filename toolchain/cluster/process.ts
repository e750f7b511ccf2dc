import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { basename } from "node:path";

const STOP_MS = 5000;

/** A running part of a control plane. It ends with this process, however this process ends. */
export class Component {
  private constructor(
    private readonly child: ChildProcess,
    private readonly log: string,
  ) {}

  /** `log` is a file, `home` a folder in place of the user's, so that no setting of the user's is read. */
  static start(binary: string, args: readonly string[], log: string, home: string): Component {
    const out = openSync(log, "a", 0o600);
    try {
      const child = spawn(binary, args, {
        // Never written to: when our end of it closes, the command ends (control-plane/main.go).
        stdio: ["pipe", out, out],
        cwd: home,
        env: { HOME: home, TMPDIR: home, PATH: process.env["PATH"] },
      });
      // What cannot be started is told by `failure`; a pipe that breaks is how a command ends.
      child.on("error", () => undefined);
      child.stdin?.on("error", () => undefined);
      return new Component(child, log);
    } finally {
      closeSync(out);
    }
  }

  /** The last words of a component that has ended; undefined while it runs. */
  get failure(): string | undefined {
    const { exitCode, signalCode, pid } = this.child;
    if (pid !== undefined && exitCode === null && signalCode === null) return undefined;
    const ended = pid === undefined ? "did not start" : `ended with ${signalCode ?? exitCode}`;
    return `${basename(this.log, ".log")} ${ended}:\n${this.lastWords()}`;
  }

  private lastWords(): string {
    const lines = readFileSync(this.log, "utf8").trim().split("\n");
    return lines.slice(-10).join("\n");
  }

  /** Ends it; resolves when it is gone. */
  async stop(): Promise<void> {
    if (this.failure !== undefined) return;
    const gone = once(this.child, "exit");
    this.child.stdin?.destroy();
    const late = setTimeout(() => this.child.kill("SIGKILL"), STOP_MS);
    await gone;
    clearTimeout(late);
  }
}
