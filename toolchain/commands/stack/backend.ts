import { randomBytes } from "node:crypto";
import { chmod, link, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { UserError } from "../../errors";

/** What decides where a stack's state lies and how its secrets are encrypted. */
export interface BackendFacts {
  readonly env: NodeJS.ProcessEnv;
  /** Backend that the user is logged in to, out of Pulumi's credentials file. */
  readonly loggedInTo: string | undefined;
  readonly root: string;
}

/** Where the state lies. */
export interface Backend {
  readonly url: string;
  readonly chosenBy: "PULUMI_BACKEND_URL" | "pulumi login" | "default";
  /** Folder of the state, where it is one. */
  readonly folder: string | undefined;
}

/** Respects what the user has set or is logged in to; otherwise the state lies in the project's folder. */
export function chooseBackend({ env, loggedInTo, root }: BackendFacts): Backend {
  const set = env["PULUMI_BACKEND_URL"];
  if (set !== undefined && set !== "")
    return { url: set, chosenBy: "PULUMI_BACKEND_URL", folder: folderOf(set) };
  if (loggedInTo !== undefined)
    return { url: loggedInTo, chosenBy: "pulumi login", folder: folderOf(loggedInTo) };
  const folder = join(root, ".semblance", "state");
  return { url: `file://${folder}`, chosenBy: "default", folder };
}

/** The folder of a `file://` backend; a bare `file://~` is the home folder, as Pulumi reads it. */
function folderOf(url: string): string | undefined {
  if (!url.startsWith("file://")) return undefined;
  const path = decodeURIComponent((url.slice("file://".length).split("?")[0] ?? "") || "/");
  return path.startsWith("~") ? join(homedir(), path.slice(1)) : path;
}

const credentialsSchema = z.looseObject({ current: z.string().optional() });

/** The backend that the user is logged in to by `pulumi login`. */
export async function loggedInTo(pulumiHome: string): Promise<string | undefined> {
  const text = await readFile(join(pulumiHome, "credentials.json"), "utf8").catch(() => "{}");
  return credentialsSchema.parse(JSON.parse(text)).current || undefined;
}

/** Pulumi Cloud and its self-hosted form keep the key themselves; all other backends encrypt with a passphrase. */
const needsPassphrase = (backend: Backend): boolean => !/^https?:/.test(backend.url);

/** Where the generated passphrase lies: outside the project, so that it is never committed or shared with a folder. */
export function passphraseFile(env: NodeJS.ProcessEnv): string {
  return join(env["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "semblance-curation", "passphrase");
}

/** The variables of the environment that Pulumi needs for this backend. Creates the folder of the state and the passphrase when missing. */
export async function backendEnvironment(
  backend: Backend,
  stackFile: string,
  env: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const variables: Record<string, string> = { PULUMI_BACKEND_URL: backend.url };
  if (backend.chosenBy === "default" && backend.folder !== undefined) {
    await mkdir(backend.folder, { recursive: true, mode: 0o700 });
  }
  if (!needsPassphrase(backend) || env["PULUMI_CONFIG_PASSPHRASE"] !== undefined) return variables;
  const given = env["PULUMI_CONFIG_PASSPHRASE_FILE"];
  if (given !== undefined && given !== "") return { ...variables, PULUMI_CONFIG_PASSPHRASE_FILE: given };
  const settings = await readFile(stackFile, "utf8").catch(() => "");
  if (/^secretsprovider:\s*(?!passphrase|default)\S/m.test(settings)) return variables;
  const file = passphraseFile(env);
  await ensurePassphrase(file, /^encryptionsalt:/m.test(settings) ? stackFile : undefined);
  return { ...variables, PULUMI_CONFIG_PASSPHRASE_FILE: file };
}

async function ensurePassphrase(file: string, encryptedBefore: string | undefined): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found !== undefined) {
    if ((found.mode & 0o077) !== 0) await chmod(file, 0o600);
    return;
  }
  if (encryptedBefore !== undefined) {
    throw new UserError(
      `${file} is gone: it held the passphrase with which the stack's secrets are encrypted (${encryptedBefore} says so)`,
      "restore the file, or set PULUMI_CONFIG_PASSPHRASE_FILE; to start over without the old data: " +
        `rm -r .semblance ${encryptedBefore}, then npm run down -- --with-data`,
    );
  }
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const half = `${file}.${randomBytes(6).toString("hex")}`;
  await writeFile(half, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  try {
    // A link fails where the file has come into being meanwhile: two first runs at once share one passphrase.
    await link(half, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    await rm(half, { force: true });
  }
}
