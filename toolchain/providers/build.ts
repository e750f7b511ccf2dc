/**
 * Turns a TypeScript entry point into something that Pulumi can start: one bundled file, and a two-line `sh` that
 * hands it to Node.js. Nothing is done when the sources are what they were at the last build.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

/** The project's folder: sources are named relative to it, and the lock file in it pins what is bundled. */
const PROJECT = resolve(__dirname, "..", "..");
const LOCK_FILE = "package-lock.json";

/** One executable to be made out of TypeScript. */
export interface Launcher {
  /** Source file. */
  readonly entry: string;
  /** The executable: Pulumi's name for the plugin, at Pulumi's place. */
  readonly path: string;
  /** Where the bundle and the marker go; a folder of this launcher's own. */
  readonly folder: string;
  /** Replaced in the source at build time: `process.env["NAME"]`. */
  readonly constants?: Readonly<Record<string, string>>;
}

/** What `semblance.json` beside a bundle says: where it came from. Its presence tells ours from an official plugin. */
interface Marker {
  readonly note: string;
  readonly bundle: string;
  readonly node: string;
  readonly constants: Readonly<Record<string, string>>;
  /** SHA-256 of every source of ours that went in, and of the lock file. */
  readonly sources: Readonly<Record<string, string>>;
}

/** True when this launcher was made here, rather than installed by Pulumi. */
export function isOurs(launcher: Pick<Launcher, "folder">): boolean {
  return existsSync(markerPath(launcher));
}

/** Makes or renews the launcher; "unchanged" when there was nothing to do. */
export async function ensureLauncher(launcher: Launcher): Promise<"built" | "unchanged"> {
  if (isFresh(launcher)) return "unchanged";
  // Loaded only when there is work: it costs more than the check.
  const { build } = await import("esbuild");
  const { outputFiles, metafile } = await build({
    entryPoints: [launcher.entry],
    absWorkingDir: PROJECT,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    // Whitespace is half of generated protobuf code, and parsing is most of a plugin's start.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    // Native accelerators of optional dependencies; their users fall back to JavaScript.
    external: ["*.node", "cpu-features"],
    define: Object.fromEntries(
      Object.entries(launcher.constants ?? {}).map(([name, value]) => [
        `process.env.${name}`,
        JSON.stringify(value),
      ]),
    ),
    logLevel: "silent",
  });
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  const bundle = `bundle-${sha256(code).slice(0, 16)}.js`;
  const sources = Object.keys(metafile.inputs).filter((path) => !path.includes("node_modules/"));
  const marker: Marker = {
    note: "Built by this project's toolchain; remove this folder to have it built again.",
    bundle,
    node: process.execPath,
    constants: launcher.constants ?? {},
    sources: Object.fromEntries(
      [...sources, LOCK_FILE].map((path) => [path, sha256(readFileSync(join(PROJECT, path)))]),
    ),
  };
  mkdirSync(launcher.folder, { recursive: true });
  // In this order an interruption leaves either the old launcher, or none and a marker that says that it is ours.
  replaceFile(join(launcher.folder, bundle), code);
  replaceFile(markerPath(launcher), JSON.stringify(marker, undefined, 2));
  replaceFile(launcher.path, script(launcher, bundle), 0o755);
  for (const name of readdirSync(launcher.folder)) {
    if (name.startsWith("bundle-") && name !== bundle) rmSync(join(launcher.folder, name), { force: true });
  }
  return "built";
}

/** True when the launcher is there and was made from the sources as they are now. */
export function isFresh(launcher: Launcher): boolean {
  if (!isOurs(launcher) || !existsSync(launcher.path)) return false;
  const marker = readMarker(launcher);
  return (
    marker !== undefined &&
    marker.node === process.execPath &&
    existsSync(join(launcher.folder, marker.bundle)) &&
    readFileSync(launcher.path, "utf8") === script(launcher, marker.bundle) &&
    JSON.stringify(marker.constants) === JSON.stringify(launcher.constants ?? {}) &&
    Object.entries(marker.sources).every(([path, hash]) => {
      const source = join(PROJECT, path);
      return existsSync(source) && sha256(readFileSync(source)) === hash;
    })
  );
}

/** An unreadable marker counts as none: the launcher is built again. */
function readMarker(launcher: Launcher): Marker | undefined {
  try {
    const marker: Partial<Marker> = JSON.parse(readFileSync(markerPath(launcher), "utf8")) as Partial<Marker>;
    const { note = "", bundle, node, constants, sources } = marker;
    if (bundle === undefined || node === undefined || !constants || !sources) return undefined;
    return { note, bundle, node, constants, sources };
  } catch {
    return undefined;
  }
}

function markerPath({ folder }: Pick<Launcher, "folder">): string {
  return join(folder, "semblance.json");
}

/** The Node.js that built the bundle runs it; should that one be gone, the one on PATH. */
function script(launcher: Launcher, bundle: string): string {
  const path = relative(dirname(launcher.path), join(launcher.folder, bundle));
  return `#!/bin/sh
node=${quote(process.execPath)}; [ -x "$node" ] || node=node
exec "$node" "\${0%/*}"/${quote(path)} "$@"
`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Writes beside the target and renames: a reader sees the old content or the new, never half. */
function replaceFile(path: string, content: string | Uint8Array, mode = 0o644): void {
  const temporary = join(dirname(path), `.${process.pid}.${Date.now()}.tmp`);
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, path);
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
