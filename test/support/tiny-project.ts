import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Backend, chooseBackend, shownUrl } from "../../toolchain/commands/stack/backend";
import { PulumiCli } from "../../toolchain/commands/stack/cli";
import { type OpenStack, PROJECT } from "../../toolchain/commands/stack/open";
import { keyServiceOf, readStackFile, stackFilePath } from "../../toolchain/commands/stack/stack-file";
import { cachedCli, cliOnPath } from "../../toolchain/pulumi/cli";
import { root } from "./stack";

/** What the program exports as a secret. */
export const CANARY = "canary-7b1e";

/** A program without resources, which goes on for as long as a file is there. */
const PROGRAM = `
const fs = require("node:fs");
const pulumi = require("@pulumi/pulumi");
module.exports = async () => {
  if (process.env.STARTED) fs.writeFileSync(process.env.STARTED, "");
  while (process.env.HOLD && fs.existsSync(process.env.HOLD)) await new Promise((done) => setTimeout(done, 50));
  return { plain: "here", secret: pulumi.secret("${CANARY}") };
};
`;

/** A project of this project's name that is quick to bring up, in a folder of its own, for tests of backends and secrets. */
export class TinyProject {
  private constructor(
    readonly folder: string,
    private readonly binary: string,
  ) {}

  static async create(): Promise<TinyProject> {
    const cli = (await cliOnPath()) ?? cachedCli();
    if (cli === undefined) throw new Error("no Pulumi CLI; run: npm run env");
    const folder = await mkdtemp(join(tmpdir(), "semblance-tiny-"));
    await mkdir(join(folder, "home"));
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    await writeFile(join(folder, "package.json"), "{}");
    await writeFile(join(folder, "index.js"), PROGRAM);
    const runtime = "runtime: { name: nodejs, options: { typescript: false } }";
    await writeFile(join(folder, "Pulumi.yaml"), `name: ${PROJECT}\nmain: index.js\n${runtime}\n`);
    return new TinyProject(folder, cli.binary);
  }

  /** A stack of it. Nobody's login, key or passphrase but what `env` has gets to Pulumi. */
  async stack(name: string, url: string, env: Readonly<Record<string, string>>): Promise<OpenStack> {
    const backend: Backend = chooseBackend({
      env: { PULUMI_BACKEND_URL: url },
      inProject: undefined,
      loggedInTo: undefined,
      root: this.folder,
    });
    const variables = {
      PULUMI_BACKEND_URL: url,
      PULUMI_HOME: join(this.folder, "home"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      AWS_EC2_METADATA_DISABLED: "true",
      ...env,
    };
    const all = {
      PATH: `${dirname(this.binary)}:${process.env["PATH"] ?? ""}`,
      HOME: join(this.folder, "home"),
      ...variables,
    };
    const context = { passphraseFrom: "PULUMI_CONFIG_PASSPHRASE", backendUrl: shownUrl(url) };
    return {
      name,
      cli: new PulumiCli(this.binary, all, this.folder, name, context),
      backend,
      keyService: keyServiceOf(await readStackFile(stackFilePath(this.folder, name))),
      variables,
      binFolder: dirname(this.binary),
      files: join(this.folder, ".semblance", name),
    };
  }

  /** Writes the file of a stack. */
  write(name: string, text: string): Promise<void> {
    return writeFile(stackFilePath(this.folder, name), text);
  }

  read(name: string): Promise<string> {
    return readFile(stackFilePath(this.folder, name), "utf8");
  }

  discard(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}

/** The message of what a promise rejects with. */
export const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => {
      throw new Error("was not refused");
    },
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
