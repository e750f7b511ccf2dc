import { constants } from "node:fs";
import { access, readdir, readFile, readlink, statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname } from "node:path";
import type Docker from "dockerode";
import { LABEL } from "../../components/platforms/docker/names";
import type { Settings } from "../../components/config/schema";
import { diskEncryption } from "./disk-encryption";
import type { Facts, PortFact, RouteFact } from "./facts";
import { maxMapCount } from "./max-map-count";
import { listenersIn, memoryIn, routesIn } from "./proc";

/** What is looked at. */
export interface Scope {
  readonly stack: string;
  readonly settings: Settings;
  /** The engine, where one answers. */
  readonly docker: Docker | undefined;
  readonly stateFolder: string;
  readonly missingImages: readonly string[];
}

/** Looks at the machine. Changes nothing. */
export async function collect(scope: Scope): Promise<Facts> {
  const { docker } = scope;
  const [version, info, mapped, memory] = await Promise.all([
    docker?.version(),
    docker?.info(),
    maxMapCount(),
    readFile("/proc/meminfo", "utf8").then(memoryIn, () => undefined),
  ]);
  const folder = typeof info?.DockerRootDir === "string" ? info.DockerRootDir : undefined;
  const [disk, encryption] = await Promise.all([
    freeSpace(folder ?? "/var/lib/docker"),
    folder === undefined ? undefined : diskEncryption(folder),
  ]);
  return {
    ports: await portsOf(scope),
    routes: await routesOf(scope),
    ...(disk === undefined ? {} : { disk }),
    ...(encryption === undefined ? {} : { encryption }),
    ...(memory === undefined ? {} : { memory }),
    ...(mapped === undefined ? {} : { maxMapCount: mapped }),
    stateFolder: { path: scope.stateFolder, writable: await writable(scope.stateFolder) },
    ...(version === undefined
      ? {}
      : {
          engine: {
            apiVersion: version.ApiVersion,
            version: version.Version,
            ...(folder === undefined ? {} : { folder }),
            runtimes: Object.keys(info?.Runtimes ?? {}),
          },
        }),
    missingImages: scope.missingImages,
  };
}

/** Free space where a path lies, or where it will: of the nearest folder that exists. */
async function freeSpace(path: string): Promise<{ path: string; freeBytes: number } | undefined> {
  const found = await statfs(path).catch(() => undefined);
  if (found !== undefined) return { path, freeBytes: found.bavail * found.bsize };
  return dirname(path) === path ? undefined : freeSpace(dirname(path));
}

async function writable(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return true;
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    return missing && dirname(path) !== path && writable(dirname(path));
  }
}

async function portsOf({ settings, docker, stack }: Scope): Promise<PortFact[]> {
  const published = (await docker?.listContainers()) ?? [];
  const keys = ["edge.httpsPort", "edge.httpPort"] as const;
  const { bind } = settings.edge;
  return Promise.all(
    keys.map(async (key): Promise<PortFact> => {
      const port = key === "edge.httpsPort" ? settings.edge.httpsPort : settings.edge.httpPort;
      const holder = published.find(({ Ports }) => Ports.some(({ PublicPort }) => PublicPort === port));
      if (holder?.Labels[LABEL.stack] === stack) return { key, bind, port, state: "ours" };
      if (holder !== undefined) {
        return {
          key,
          bind,
          port,
          state: "taken",
          holder: `container ${(holder.Names[0] ?? holder.Id).replace("/", "")}`,
        };
      }
      const state = await tryPort(bind, port);
      const process = state === "taken" ? await processOn(port) : undefined;
      return { key, bind, port, state, ...(process === undefined ? {} : { holder: process }) };
    }),
  );
}

/** Listens for an instant: the only answer that counts for every kind of holder. */
function tryPort(bind: string, port: number): Promise<PortFact["state"]> {
  const states: Readonly<Record<string, PortFact["state"]>> = {
    EADDRINUSE: "taken",
    EACCES: "forbidden",
    EADDRNOTAVAIL: "no such address",
  };
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(states[error.code ?? ""] ?? "free"));
    server.listen({ host: bind, port, exclusive: true }, () => server.close(() => resolve("free")));
  });
}

/** Name of the process that listens on a port, where we may look. */
async function processOn(port: number): Promise<string | undefined> {
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8").catch(() => "")),
  );
  const sockets = new Set(
    tables.flatMap((text) => listenersIn(text, port)).map((inode) => `socket:[${inode}]`),
  );
  if (sockets.size === 0) return undefined;
  for (const pid of (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const links = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => "")));
    if (!links.some((link) => sockets.has(link))) continue;
    const name = (await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")).trim();
    return `process ${pid} (${name})`;
  }
  return undefined;
}

async function routesOf({ docker, stack }: Scope): Promise<RouteFact[]> {
  const networks = (await docker?.listNetworks()) ?? [];
  const isOurs = (labels: Record<string, string> | undefined): boolean => labels?.[LABEL.stack] === stack;
  const ourBridges = new Set(
    networks.filter(({ Labels }) => isOurs(Labels)).map(({ Id }) => `br-${Id.slice(0, 12)}`),
  );
  const bridges = new Set(networks.map(({ Id }) => `br-${Id.slice(0, 12)}`));
  const table = await readFile("/proc/net/route", "utf8").catch(() => "");
  const host = routesIn(table).filter(({ device }) => !ourBridges.has(device) && !bridges.has(device));
  const others = networks
    .filter(({ Labels }) => !isOurs(Labels))
    .flatMap(({ Name, IPAM, Labels }) => {
      const owner: string | undefined = Labels?.[LABEL.stack];
      const what = owner === undefined ? `Docker network ${Name}` : `networks of stack ${owner}`;
      return (IPAM?.Config ?? []).map(({ Subnet }) => ({ range: Subnet ?? "", what }));
    });
  return [...host.map(({ range, device }) => ({ range, what: `route of ${device}` })), ...others];
}
