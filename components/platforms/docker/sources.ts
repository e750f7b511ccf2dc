import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, UnsupportedError } from "../../core/errors";
import type { Sources } from "../../core/sources";
import type { FilePath } from "../../core/workload";

/** Ways to an engine of this machine, as DOCKER_HOST names them. */
const LOCAL = /^(unix|npipe|fd):\/\//;

/**
 * Refuses to mount folders where the engine is another machine's: it would make an empty folder of that name there.
 * @param host DOCKER_HOST
 */
export function requireLocalEngine(host: string | undefined): void {
  if (host === undefined || host === "" || LOCAL.test(host)) return;
  throw new ConfigError(
    `development mode mounts this project's folders into containers, and the engine is not this machine's: DOCKER_HOST is ${host}; ` +
      "allowed: unix://… or nothing; fix: run it on that machine, or: pulumi config set --path 'settings.development' false",
  );
}

const READ = 0o004;
const ENTER = 0o005;

/** Refuses folders that a container's user could not read: the mount shows the files with the modes that they have here. */
function requireReadable(folder: string): void {
  const closed = closedTo(folder, statSync(folder).isDirectory());
  if (closed === undefined) return;
  throw new ConfigError(
    `${closed} cannot be read by everybody, and development mode shows ${folder} to a container's user as it is; fix: chmod -R o+rX ${folder}`,
  );
}

/** The first path that others than its owner cannot read. */
function closedTo(path: string, isFolder: boolean): string | undefined {
  const wanted = isFolder ? ENTER : READ;
  if ((statSync(path).mode & wanted) !== wanted) return path;
  if (!isFolder) return undefined;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const closed = closedTo(join(path, entry.name), entry.isDirectory());
    if (closed !== undefined) return closed;
  }
  return undefined;
}

/**
 * A file in each folder at which one of the project is mounted: the files' volume is read-only, and an engine can make no
 * folder in it. The mount hides the file.
 * @throws UnsupportedError where the stack is not in development mode
 */
export function mountPoints(
  service: string,
  sources: Sources | undefined,
  mountsSources: boolean,
): Record<FilePath, string> {
  if (sources === undefined) return {};
  if (!mountsSources) {
    throw new UnsupportedError({
      service,
      field: "sources",
      platform: "docker",
      remedy: "this stack is not in development mode; give mountSources: true to DockerPlatform in index.ts",
    });
  }
  Object.values(sources).forEach(requireReadable);
  return Object.fromEntries(Object.keys(sources).map((path) => [`${path}/mounted`, "It is hidden.\n"]));
}
