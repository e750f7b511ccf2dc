import { randomBytes } from "node:crypto";
import { chmod, link, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { load } from "js-yaml";
import { z } from "zod";
import { UserError } from "../../errors";
import { keyServiceOf, readStackFile } from "./stack-file";

/** What decides where a stack's state lies. */
export interface BackendFacts {
  readonly env: NodeJS.ProcessEnv;
  /** `backend.url` of `Pulumi.yaml`: how a team shares its choice. */
  readonly inProject: string | undefined;
  /** Backend that the user is logged in to, out of Pulumi's credentials file. */
  readonly loggedInTo: string | undefined;
  readonly root: string;
}

/** Where the state lies. */
export interface Backend {
  readonly url: string;
  readonly chosenBy: "PULUMI_BACKEND_URL" | "Pulumi.yaml" | "pulumi login" | "default";
  /** Folder of the state, where it is one. */
  readonly folder: string | undefined;
  /**
   * `file`: a folder; `store`: objects in a bucket, or a database, that other machines use too; `service`: Pulumi Cloud, or its
   * self-hosted form, which keeps the key of the secrets and knows itself who is at work.
   */
  readonly kind: "file" | "store" | "service";
}

/** What this version of Pulumi takes for a backend. */
const KINDS: Readonly<Record<string, Backend["kind"]>> = {
  file: "file",
  s3: "store",
  azblob: "store",
  gs: "store",
  postgres: "store",
  https: "service",
  http: "service",
};

/** Respects what the user has set, what the project says, and a login, in Pulumi's order; otherwise the state lies in the project's folder. */
export function chooseBackend({ env, inProject, loggedInTo, root }: BackendFacts): Backend {
  const folder = join(root, ".semblance", "state");
  const set = env["PULUMI_BACKEND_URL"] || undefined;
  if (set !== undefined) return backendAt(set, "PULUMI_BACKEND_URL");
  if (inProject !== undefined) return backendAt(inProject, "Pulumi.yaml");
  if (loggedInTo !== undefined) return backendAt(loggedInTo, "pulumi login");
  return { url: `file://${folder}`, chosenBy: "default", folder, kind: "file" };
}

function backendAt(url: string, chosenBy: Backend["chosenBy"]): Backend {
  const scheme = /^([a-z0-9]+):\/\//.exec(url)?.[1] ?? "";
  const kind = Object.hasOwn(KINDS, scheme) ? KINDS[scheme] : undefined;
  if (kind !== undefined) return { url, chosenBy, folder: folderOf(url), kind };
  throw new UserError(
    `${chosenBy}: found the backend "${shownUrl(url)}"; allowed: a URL with one of ${Object.keys(KINDS)
      .map((one) => `${one}://`)
      .join(", ")}`,
    "docs/environments.md shows one of each",
  );
}

/** The backend of this project on this machine. @param pulumiHome folder with Pulumi's credentials file */
export async function findBackend(root: string, pulumiHome: string): Promise<Backend> {
  const [inProject, login] = await Promise.all([backendInProject(root), loggedInTo(pulumiHome)]);
  return chooseBackend({ env: process.env, inProject, loggedInTo: login, root });
}

/** A backend's URL as it can be shown: a database's has a password in it. */
export const shownUrl = (url: string): string =>
  url.replace(/^([a-z0-9]+:\/\/[^/?#@:]*):[^/?#@]*@/, "$1:****@");

/** The folder of a `file://` backend; a bare `file://~` is the home folder, as Pulumi reads it. */
function folderOf(url: string): string | undefined {
  if (!url.startsWith("file://")) return undefined;
  const path = decodeURIComponent((url.slice("file://".length).split("?")[0] ?? "") || "/");
  return path.startsWith("~") ? join(homedir(), path.slice(1)) : path;
}

const projectSchema = z.looseObject({ backend: z.looseObject({ url: z.string().optional() }).optional() });

/** The backend that `Pulumi.yaml` names. */
export async function backendInProject(root: string): Promise<string | undefined> {
  const text = await readFile(join(root, "Pulumi.yaml"), "utf8");
  return projectSchema.parse(load(text)).backend?.url || undefined;
}

const credentialsSchema = z.looseObject({ current: z.string().optional() });

/** The backend that the user is logged in to by `pulumi login`. */
export async function loggedInTo(pulumiHome: string): Promise<string | undefined> {
  const text = await readFile(join(pulumiHome, "credentials.json"), "utf8").catch(() => "{}");
  return credentialsSchema.parse(JSON.parse(text)).current || undefined;
}

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
  if (backend.kind === "service" || env["PULUMI_CONFIG_PASSPHRASE"] !== undefined) return variables;
  const given = env["PULUMI_CONFIG_PASSPHRASE_FILE"];
  if (given !== undefined && given !== "") return { ...variables, PULUMI_CONFIG_PASSPHRASE_FILE: given };
  const settings = await readStackFile(stackFile);
  if (keyServiceOf(settings) !== undefined) return variables;
  const file = passphraseFile(env);
  await ensurePassphrase(file, settings?.encryptionsalt === undefined ? undefined : stackFile);
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
