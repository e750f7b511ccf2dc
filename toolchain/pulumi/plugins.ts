import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UserError } from "../errors";
import type { Progress } from "../progress";
import { ensureLauncher, isFresh, isOurs, type Launcher } from "../providers/build";
import { answers } from "./command";
import { pulumiHome, PULUMI_VERSION, versionFolder } from "./home";
import { withLock } from "./lock";

const PROBE_MS = 2000;
const PROVIDERS = join(__dirname, "..", "providers");

/** The providers that this project has its own stand-ins for. */
const NAMES = ["docker", "random", "tls"] as const;

/** Whose plugins are in use. */
export type PluginSource = "official" | "closed-network";

/** Makes sure of the provider plugins: official where they are or can be had, ours otherwise. */
export async function ensurePlugins(progress: Progress): Promise<PluginSource> {
  const wish = requestedSource();
  const plugins = NAMES.map(plugin);
  if (wish === "official") {
    // Pulumi fetches what is missing; what is there under the official name must not be ours.
    for (const { folder } of plugins)
      if (isOurs({ folder })) rmSync(folder, { recursive: true, force: true });
    return "official";
  }
  const missing = plugins.filter((each) => !existsSync(each.path));
  if (wish === "auto") {
    // Ours stay in use once they are: a stack should not change providers because a network came up.
    const ours = plugins.some((each) => isOurs(each));
    if (!ours && missing.length === 0) return "official";
    if (!ours && (await answers("https://get.pulumi.com/", PROBE_MS))) return "official";
  }
  const own = plugins.filter((each) => isOurs(each) || !existsSync(each.path));
  for (const each of own) await ensureOne(progress, each, `provider ${each.name} ${each.version}`);
  return own.length > 0 ? "closed-network" : "official";
}

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

function plugin(
  name: (typeof NAMES)[number],
): Launcher & { readonly name: string; readonly version: string } {
  const version = sdkVersion(name);
  const folder = join(pulumiHome(), "plugins", `resource-${name}-v${version}`);
  return {
    name,
    version,
    folder,
    path: join(folder, `pulumi-resource-${name}`),
    entry: join(PROVIDERS, name, "main.ts"),
    constants: { PROVIDER_VERSION: version },
  };
}

function sdkVersion(name: string): string {
  const path = require.resolve(`@pulumi/${name}/package.json`);
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
