import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import type { Progress } from "../progress";
import { buildCli } from "./go-build";
import { answers, run } from "./command";
import { pulumiHome, PULUMI_VERSION, versionFolder } from "./home";
import { withLock } from "./lock";

const PROBE_MS = 2000;

/** Where the CLI came from. */
export type CliPath = "on PATH" | "downloaded" | "built";

/** A CLI that can be run. */
export interface Cli {
  readonly binary: string;
  readonly path: CliPath;
}

/** Finds the CLI, or gets it: from PATH, the cache, Pulumi's download, the Go module, in that order. */
export async function ensureCli(progress: Progress): Promise<Cli> {
  return (await cliOnPath()) ?? cachedCli() ?? (await obtainCli(progress));
}

/** A CLI on PATH that is new enough and has its language host beside it. */
export async function cliOnPath(): Promise<Cli | undefined> {
  const version = versionFolder(pulumiHome());
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const binary = join(folder, "pulumi");
    if (folder === "" || !isExecutable(binary)) continue;
    const real = realpathSync(binary);
    // npm's `pulumi` is a script that downloads at its first run, and our own cache is looked at next.
    if (basename(real) !== "pulumi" || dirname(real) === join(version, "bin")) continue;
    if (!hasLanguageHost(real) || !isAccepted(await versionOf(real))) continue;
    return { binary, path: "on PATH" };
  }
  return undefined;
}

/** The CLI in the cache folder that npm's `pulumi` package uses too. */
export function cachedCli(): Cli | undefined {
  const folder = versionFolder(pulumiHome());
  const binary = join(folder, "bin", "pulumi");
  if (!isExecutable(binary)) return undefined;
  // A download brings the official language hosts along; a build has none, or ours.
  const ours = existsSync(join(folder, "semblance-language-host")) || !hasLanguageHost(binary);
  return { binary, path: ours ? "built" : "downloaded" };
}

async function obtainCli(progress: Progress): Promise<Cli> {
  const folder = versionFolder(pulumiHome());
  const onWait = (owner: number) =>
    progress.note(`another run (process ${owner}) is getting the Pulumi CLI; waiting for it`);
  return withLock(`${folder}.lock`, onWait, async () => {
    const meanwhile = cachedCli();
    if (meanwhile) return meanwhile;
    if (await answers("https://get.pulumi.com/", PROBE_MS)) {
      const downloaded = await download(progress);
      if (downloaded) return downloaded;
    }
    await buildCli(progress, join(folder, "bin", "pulumi"));
    return { binary: join(folder, "bin", "pulumi"), path: "built" };
  });
}

/** Lets npm's `pulumi` package do its own download; undefined when it fails half-way. */
async function download(progress: Progress): Promise<Cli | undefined> {
  return progress.step(`Pulumi CLI ${PULUMI_VERSION}: download`, async (say) => {
    const npmPackage = require.resolve("pulumi/run.js");
    const { code, output } = await run(process.execPath, [npmPackage, "version"], {
      onLine: say,
      env: { ...process.env, PULUMI_VERSION, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    if (code !== 0) say(`failed, building it instead: ${output.trim().split("\n").at(-1) ?? ""}`);
    return cachedCli();
  });
}

async function versionOf(binary: string): Promise<string> {
  const { output } = await run(binary, ["version"], {
    timeoutMs: PROBE_MS,
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  return output.trim();
}

/** The pinned version or a later one of the same major version. */
export function isAccepted(version: string): boolean {
  const found = numbers(version);
  const wanted = numbers(PULUMI_VERSION);
  if (found === undefined || wanted === undefined || found[0] !== wanted[0]) return false;
  return found[1] !== wanted[1] ? found[1] > wanted[1] : found[2] >= wanted[2];
}

function numbers(version: string): [number, number, number] | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

function hasLanguageHost(binary: string): boolean {
  return isExecutable(join(dirname(binary), "pulumi-language-nodejs"));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
