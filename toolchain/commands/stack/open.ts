import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Progress } from "../../progress";
import { engineHost } from "../../engine/host";
import { ensurePulumi, pulumiHome } from "../../pulumi";
import { type Backend, backendEnvironment, chooseBackend, loggedInTo } from "./backend";
import { PulumiCli } from "./cli";

/** A stack with all that is needed to work on it. */
export interface OpenStack {
  readonly name: string;
  readonly cli: PulumiCli;
  readonly backend: Backend;
  /** What was added to the environment of Pulumi, for `npm run env`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Folder of the CLI, which comes first on the PATH of Pulumi. */
  readonly binFolder: string;
  /** Folder of the files that the project's commands keep for this stack. */
  readonly files: string;
}

/** Name of the project in `Pulumi.yaml`. */
export const PROJECT = "semblance-curation";

/** Makes Pulumi ready and says where the stack's state lies. Does not touch the stack. */
export async function openStack(root: string, name: string, progress: Progress): Promise<OpenStack> {
  const pulumi = await ensurePulumi(progress);
  const backend = chooseBackend({ env: process.env, loggedInTo: await loggedInTo(pulumi.home), root });
  const variables: Record<string, string> = {
    ...pulumi.env,
    ...(await dockerEnvironment()),
    ...(await backendEnvironment(backend, join(root, `Pulumi.${name}.yaml`), process.env)),
  };
  const binFolder = dirname(pulumi.binary);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...variables,
    PATH: `${binFolder}:${process.env["PATH"] ?? ""}`,
  };
  const passphraseFrom =
    env["PULUMI_CONFIG_PASSPHRASE"] === undefined
      ? (env["PULUMI_CONFIG_PASSPHRASE_FILE"] ?? "")
      : "PULUMI_CONFIG_PASSPHRASE";
  return {
    name,
    cli: new PulumiCli(pulumi.binary, env, root, name, { passphraseFrom, backendUrl: backend.url }),
    backend,
    variables,
    binFolder,
    files: join(root, ".semblance", name),
  };
}

/** Selects the stack, and makes it where a file says that it is meant; any other name is a slip of the pen. */
export async function selectStack({ cli, name }: OpenStack, root: string): Promise<void> {
  const meant = await access(join(root, `Pulumi.${name}.yaml`)).then(
    () => ["--create"],
    () => [],
  );
  await cli.capture(["stack", "select", ...meant]);
}

/** The provider knows DOCKER_HOST, but not the contexts of the docker command, so a chosen context is put into the variable. */
async function dockerEnvironment(): Promise<Record<string, string>> {
  const { url, from } = await engineHost();
  return from === "docker context" && url !== undefined ? { DOCKER_HOST: url } : {};
}

/** Whether a command that only looks has anything to look at: saves it from building the toolchain for an empty answer. */
export async function hasState(root: string): Promise<boolean> {
  const backend = chooseBackend({ env: process.env, loggedInTo: await loggedInTo(pulumiHome()), root });
  if (backend.chosenBy !== "default" || backend.folder === undefined) return true;
  return access(join(backend.folder, ".pulumi")).then(
    () => true,
    () => false,
  );
}
