import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Settings } from "../../components/config/schema";
import { UserError } from "../errors";
import type { Progress } from "../progress";
import { ensureLauncher, isFresh, isOurs, type Launcher } from "../providers/build";
import { answers } from "./command";
import { pulumiHome, PULUMI_VERSION, versionFolder } from "./home";
import { withLock } from "./lock";

const PROBE_MS = 2000;
const PROVIDERS = join(__dirname, "..", "providers");

/** The providers that every stack needs; whose they are decides for all others. */
const BASE = ["docker", "random", "tls"] as const;
type PluginName = (typeof BASE)[number] | "kubernetes" | "aws";

/** The providers that a stack needs besides, by its target. */
const MORE: Readonly<Record<Settings["target"], readonly PluginName[]>> = {
  docker: [],
  kubernetes: ["kubernetes"],
  aws: ["kubernetes", "aws"],
};

/** Whose plugins are in use. */
export type PluginSource = "official" | "closed-network";

/**
 * Makes sure of the provider plugins: official where they are or can be had, ours otherwise.
 * @param target what the stack runs on. Absent: not known yet, so only what every stack needs
 */
export async function ensurePlugins(
  progress: Progress,
  target: Settings["target"] = "docker",
): Promise<PluginSource> {
  const wish = requestedSource();
  const base = BASE.map((name) => plugin(name));
  const all = [...base, ...MORE[target].map((name) => plugin(name))];
  if (wish === "official") {
    // Pulumi fetches what is missing; what is there under the official name must not be ours.
    for (const { folder } of all) if (isOurs({ folder })) rmSync(folder, { recursive: true, force: true });
    return "official";
  }
  if (wish === "auto") {
    // Ours stay in use once they are: a stack should not change providers because a network came up.
    const ours = base.some((each) => isOurs(each));
    if (!ours && base.every((each) => existsSync(each.path))) return "official";
    if (!ours && (await answers("https://get.pulumi.com/", PROBE_MS))) return "official";
  }
  const own = all.filter((each) => isOurs(each) || !existsSync(each.path));
  for (const each of own) await ensureOne(progress, each, `provider ${each.name} ${each.version}`);
  return own.length > 0 ? "closed-network" : "official";
}

/**
 * The project's own plugins, in a form that only pretends, in a home of their own: official ones, and ours for real, stay as
 * they are elsewhere.
 * @param modules the program's `node_modules`: its SDKs decide which versions the engine will ask for
 * @returns the folder of each
 */
export async function ensurePretending(
  progress: Progress,
  home: string,
  modules: string,
): Promise<readonly string[]> {
  const folders: string[] = [];
  for (const name of [...BASE, ...MORE.aws]) {
    // A commit from before a provider came in has no SDK of it.
    if (!existsSync(join(modules, "@pulumi", name))) continue;
    const { version, ...launcher } = plugin(name, { home, modules, pretend: true });
    await ensureOne(progress, launcher, `pretending provider ${name} ${version}`);
    folders.push(launcher.folder);
  }
  return folders;
}

/** Whether the plugins at hand can show what would change, and change nothing: ours for AWS does not talk to AWS. */
export const onlyPreviews = (target: Settings["target"]): boolean =>
  target === "aws" && isOurs(plugin("aws"));

/** Puts our language host beside a CLI that has none; an official one is left alone. */
export async function ensureLanguageHost(progress: Progress, binary: string): Promise<void> {
  const root = versionFolder(pulumiHome());
  if (binary !== join(root, "bin", "pulumi")) return;
  const launcher = {
    entry: join(__dirname, "..", "language-host", "main.ts"),
    path: join(root, "bin", "pulumi-language-nodejs"),
    folder: join(root, "semblance-language-host"),
    constants: { SEMBLANCE_LANGUAGE_HOST_VERSION: PULUMI_VERSION },
  };
  if (existsSync(launcher.path) && !isOurs(launcher)) return;
  await ensureOne(progress, launcher, "language host for Node.js");
}

async function ensureOne(progress: Progress, launcher: Launcher, title: string): Promise<void> {
  if (isFresh(launcher)) return;
  const started = performance.now();
  const onWait = (owner: number) => progress.note(`another run (process ${owner}) is building the ${title}`);
  const result = await withLock(
    join(dirname(launcher.folder), `.semblance-${basename(launcher.folder)}.lock`),
    onWait,
    () => ensureLauncher(launcher),
  );
  if (result === "unchanged") return;
  progress.note(`${title}: built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

interface Place {
  readonly home?: string;
  readonly modules?: string;
  readonly pretend?: boolean;
}

function plugin(
  name: PluginName,
  { home = pulumiHome(), modules, pretend = false }: Place = {},
): Launcher & { readonly name: string; readonly version: string } {
  const version = sdkVersion(name, modules);
  const folder = join(home, "plugins", `resource-${name}-v${version}`);
  return {
    name,
    version,
    folder,
    path: join(folder, `pulumi-resource-${name}`),
    entry: join(PROVIDERS, name, "main.ts"),
    constants: { PROVIDER_VERSION: version, SEMBLANCE_PRETEND: String(pretend) },
  };
}

function sdkVersion(name: string, modules?: string): string {
  const manifestFile = join("@pulumi", name, "package.json");
  const path = modules === undefined ? require.resolve(manifestFile) : join(modules, manifestFile);
  const manifest: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest)
    return String(manifest.version);
  throw new Error(`${path} names no version`);
}

function requestedSource(): PluginSource | "auto" {
  const wish = process.env["SEMBLANCE_PLUGINS"] ?? "auto";
  if (wish === "auto" || wish === "official" || wish === "closed-network") return wish;
  throw new UserError(
    `SEMBLANCE_PLUGINS is "${wish}"; allowed: auto, official, closed-network`,
    "unset SEMBLANCE_PLUGINS",
  );
}
