import { randomBytes } from "node:crypto";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { z } from "zod";
import { PulumiCli } from "../commands/stack/cli";
import { withoutColors } from "../commands/stack/explain";
import { UserError } from "../errors";
import { pretendedConfig } from "./pretend-config";

/** What of the environment the program may see: enough to run Node.js, and nothing that opens anything. */
const LET_THROUGH = ["PATH", "TMPDIR", "TEMP", "LANG", "LC_ALL", "TZ", "NODE_EXTRA_CA_CERTS", "NODE_OPTIONS"];

const UP = ["up", "--yes", "--skip-preview", "--suppress-outputs", "--suppress-progress", "--color=never"];
/** The state is written once, at the end: after each of hundreds of resources it would be most of the time. */
const ONE_WRITE = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

/** Where a pretended stack lives. */
export interface PretendedPlace {
  readonly stack: string;
  /** Pulumi's CLI, with its language host beside it. */
  readonly binary: string;
  /** Folder with `plugins/` in it that only pretend. */
  readonly home: string;
  /** Folder for the program and the state. */
  readonly folder: string;
}

/** What opens the secrets of a state: the passphrase, and the line of the stack's file that goes with it. */
const keySchema = z.strictObject({ passphrase: z.string(), salt: z.string() });

/** A stack in a state of its own, under a passphrase that nobody keeps; its providers only pretend. */
export class PretendedStack {
  /** Folder of the program: the same for both sides, so that no path tells them apart. */
  readonly project: string;
  /** The command line on this stack. */
  readonly cli: PulumiCli;
  private readonly file: string;

  /** A stack that is not there yet, or one as `keep` has left it. */
  static async open(place: PretendedPlace, kept?: string): Promise<PretendedStack> {
    const state = join(place.folder, "state");
    if (kept === undefined) await mkdir(state, { mode: 0o700 });
    else await cp(join(kept, "state"), state, { recursive: true });
    const key =
      kept === undefined
        ? { passphrase: randomBytes(32).toString("base64url"), salt: "" }
        : keySchema.parse(JSON.parse(await readFile(join(kept, "key.json"), "utf8")));
    return new PretendedStack(place, state, key);
  }

  private constructor(
    { stack, binary, home, folder }: PretendedPlace,
    private readonly state: string,
    private key: z.output<typeof keySchema>,
  ) {
    this.project = join(folder, "project");
    const bin = dirname(binary);
    const passed = LET_THROUGH.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const env = {
      ...Object.fromEntries(passed),
      PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`,
      // Nobody's kubeconfig, credentials or Docker context.
      HOME: state,
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: key.passphrase,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // Pulumi logs each run, encrypted, in its home: megabytes that nobody reads.
      PULUMI_LOG_ROTATION_MAX_TOTAL_MB: "20",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    this.cli = new PulumiCli(binary, env, this.project, stack, { passphraseFrom: "", backendUrl: state });
    this.file = join(this.project, `Pulumi.${stack}.yaml`);
  }

  /**
   * Gives the program in the folder its settings, and puts made-up values in place of secret ones.
   * @returns the keys of those
   */
  async configure(text: string): Promise<readonly string[]> {
    const { text: plain, secrets } = pretendedConfig(text);
    await writeFile(this.file, `${this.key.salt}${plain}`);
    if (this.key.salt === "") {
      await this.cli.capture(["stack", "init"]);
      const [salt = ""] = /^encryptionsalt:.*\n/m.exec(await readFile(this.file, "utf8")) ?? [];
      this.key = { ...this.key, salt };
    }
    const pairs = Object.entries(secrets).flatMap(([path, value]) => ["--secret", `${path}=${value}`]);
    if (pairs.length > 0) await this.cli.capture(["config", "set-all", "--path", ...pairs]);
    return Object.keys(secrets);
  }

  /** "Brings up" what the program says. @returns why not all of it came up; undefined where it did */
  async bringUp(): Promise<string | undefined> {
    const lines: string[] = [];
    const { code, stderr, interrupted } = await this.cli
      .with(ONE_WRITE)
      .follow(UP, (line) => lines.push(line));
    if (interrupted) throw new UserError("interrupted; nothing was changed");
    if (code === 0) return undefined;
    const text = withoutColors([...lines, stderr].join("\n"));
    const [, said = text] = /^Diagnostics:\n([^]*)$/m.exec(text) ?? [];
    return said.replace(/^(Outputs|Resources|Duration):[^]*$/m, "").trim();
  }

  /** Leaves the stack as it is in a folder, with its key beside it: what is secret in it was generated for nobody. */
  async keep(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await cp(this.state, join(folder, "state"), { recursive: true });
    await writeFile(join(folder, "key.json"), JSON.stringify(this.key), { mode: 0o600 });
  }
}
