import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Progress } from "../../progress";
import { engineHost } from "../../engine/host";
import { ensurePulumi, pulumiHome } from "../../pulumi";
import { type Backend, backendEnvironment, findBackend, shownUrl } from "./backend";
import { PulumiCli } from "./cli";
import { keyServiceOf, readStackFile, stackFilePath } from "./stack-file";

/** A stack with all that is needed to work on it. */
export interface OpenStack {
  readonly name: string;
  readonly cli: PulumiCli;
  readonly backend: Backend;
  /** The key service that encrypts the stack's secrets, where its file names one. */
  readonly keyService: string | undefined;
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
  const backend = await findBackend(root, pulumi.home);
  const file = await readStackFile(stackFilePath(root, name));
  const variables: Record<string, string> = {
    ...pulumi.env,
    ...(await dockerEnvironment()),
    ...(await backendEnvironment(backend, stackFilePath(root, name), process.env)),
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
    cli: new PulumiCli(pulumi.binary, env, root, name, { passphraseFrom, backendUrl: shownUrl(backend.url) }),
    backend,
    keyService: keyServiceOf(file),
    variables,
    binFolder,
    files: join(root, ".semblance", name),
  };
}

/**
 * Selects the stack, and makes it where a file says that it is meant; any other name is a slip of the pen.
 * @param create also makes one that has no file yet
 */
export async function selectStack(
  { cli, name, keyService }: OpenStack,
  root: string,
  create = false,
): Promise<void> {
  const meant = create || (await readStackFile(stackFilePath(root, name))) !== undefined;
  // Pulumi does not look into the file of a stack that it makes: it would ask for a passphrase.
  const by = keyService === undefined ? [] : ["--secrets-provider", keyService];
  await cli.capture(["stack", "select", ...(meant ? ["--create", ...by] : [])]);
}

/** A stack that is meant to be there already: opened and selected. */
export async function openSelected(root: string, name: string, progress: Progress): Promise<OpenStack> {
  const stack = await openStack(root, name, progress);
  await selectStack(stack, root);
  return stack;
}

/** The provider knows DOCKER_HOST, but not the contexts of the docker command, so a chosen context is put into the variable. */
async function dockerEnvironment(): Promise<Record<string, string>> {
  const { url, from } = await engineHost();
  return from === "docker context" && url !== undefined ? { DOCKER_HOST: url } : {};
}

/** Whether a command that only looks has anything to look at: saves it from building the toolchain for an empty answer. */
export async function hasState(root: string): Promise<boolean> {
  const backend = await findBackend(root, pulumiHome());
  if (backend.chosenBy !== "default" || backend.folder === undefined) return true;
  return access(join(backend.folder, ".pulumi")).then(
    () => true,
    () => false,
  );
}
