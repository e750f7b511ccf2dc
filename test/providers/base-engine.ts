/** A Pulumi project of a few lines, run by the real CLI on a file backend, with a PULUMI_HOME of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ensureCli } from "../../toolchain/pulumi/cli";
import { ensureLanguageHost } from "../../toolchain/pulumi/plugins";
import { silent } from "../../toolchain/progress";

/** How a call of the CLI ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

export class Workspace {
  readonly directory = mkdtempSync(join(tmpdir(), "workspace-"));
  readonly home = join(this.directory, "home");
  private binary = "";

  /** Writes the project; the CLI comes from where the toolchain puts it. */
  async open(program: string): Promise<void> {
    const cli = await ensureCli(silent);
    await ensureLanguageHost(silent, cli.binary);
    this.binary = cli.binary;
    mkdirSync(this.home);
    // Plugins are our own, versions are everybody's.
    if (cli.path !== "on PATH")
      symlinkSync(dirname(dirname(dirname(cli.binary))), join(this.home, "versions"));
    symlinkSync(join(__dirname, "..", "..", "node_modules"), join(this.directory, "node_modules"));
    const compilerOptions = {
      module: "commonjs",
      moduleResolution: "node10",
      target: "es2022",
      strict: true,
      noCheck: true,
    };
    this.write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["index.ts"] }));
    this.write(
      "Pulumi.yaml",
      "name: e2e\nruntime:\n  name: nodejs\n  options: { tsconfig: tsconfig.json }\n",
    );
    this.write("package.json", JSON.stringify({ name: "e2e", main: "index.ts" }));
    this.write("index.ts", program);
    mkdirSync(join(this.directory, "state"));
    await this.pulumi("stack", "init", "dev");
  }

  write(name: string, content: string): void {
    writeFileSync(join(this.directory, name), content);
  }

  /** The stack's state, as it lies on disk. */
  state(): string {
    return readFileSync(join(this.directory, "state", ".pulumi", "stacks", "e2e", "dev.json"), "utf8");
  }

  /** Runs the CLI to its end; throws when it fails. */
  async pulumi(...args: string[]): Promise<string> {
    const { code, output } = await this.attempt(...args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${output}`);
    return output;
  }

  attempt(...args: string[]): Promise<Ended> {
    return this.start(...args).ended;
  }

  /** Starts the CLI; for tests that interrupt it. */
  start(...args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
    const child = spawn(this.binary, [...args, "--non-interactive"], {
      cwd: this.directory,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        PATH: `${dirname(this.binary)}:${process.env["PATH"] ?? ""}`,
        PULUMI_HOME: this.home,
        PULUMI_BACKEND_URL: `file://${join(this.directory, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "e2e",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data: Buffer) => (output += data.toString()));
    return { child, ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, output }))) };
  }

  /** Processes that run something out of this workspace: plugins, and programs whose folder it is. */
  processes(): string[] {
    return readdirSync("/proc").flatMap((pid) => {
      if (!/^\d+$/.test(pid)) return [];
      try {
        const command = readFileSync(join("/proc", pid, "cmdline"), "utf8").replaceAll("\0", " ");
        return command.includes(this.directory) ? [`${pid} ${command}`] : [];
      } catch {
        return [];
      }
    });
  }

  close(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
