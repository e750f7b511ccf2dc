import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type Docker from "dockerode";
import { builtImages } from "../../components/built-images";
import { type ImageName, imageRef } from "../../components/images";
import type { TextValue } from "../../components/core/values";
import { FILES, type WorkloadSpec } from "../../components/core/workload";
import { mountPoints } from "../../components/platforms/docker/sources";
import { docker, execute, logsOf } from "./engine";
import { open, textsOf } from "./samples";
import { until } from "./until";

const PROJECT = join(__dirname, "..", "..");
/** As the Docker platform has it. */
const MAX_PROCESSES = 4096;

/** What servers and jobs have in common. */
export type ProcessSpec = Pick<
  WorkloadSpec,
  | "image"
  | "command"
  | "env"
  | "files"
  | "sources"
  | "user"
  | "writable"
  | "resources"
  | "volumes"
  | "capabilities"
>;

/** Where a container of a bench stands. */
export interface Place {
  /** Name of the container. */
  readonly name: string;
  /** Folder of this machine for the spec's files; none is shown without it. */
  readonly folder: string;
  readonly network: string;
  /** Its address in the network. @default one that the engine chooses */
  readonly address?: string | undefined;
  /** Names that lead to it in the network. */
  readonly aliases?: readonly string[];
  /** Names that it knows, with their addresses. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** What a volume of the spec is called on the engine. @default without a name: it goes with the container */
  readonly volumeName?: (volume: string) => string;
}

/**
 * The name of an image that this engine has, as the platform would choose it.
 * @throws Error that says how to get it
 */
export async function imageHere(name: ImageName): Promise<string> {
  const ref = imageRef(name, { built: builtImages(PROJECT) });
  try {
    await docker.getImage(ref).inspect();
    return ref;
  } catch (error) {
    throw new Error(`no image ${ref} on this engine; run: npm run toolchain -- --profile full`, {
      cause: error,
    });
  }
}

/** Puts files into a folder that is to be mounted at FILES, in place of those that are there under their names. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, TextValue>> = {},
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  // A folder of `mkdtemp` is its owner's only.
  chmodSync(folder, 0o755);
  for (const [path, value] of Object.entries(files)) {
    const target = join(folder, path.slice(FILES.length));
    mkdirSync(dirname(target), { recursive: true });
    rmSync(target, { force: true });
    writeFileSync(target, (await open(value)).text, { mode: 0o444 });
  }
}

/** Options of a container that has the restrictions which the Docker platform gives it; writes its files. */
export async function optionsOf(
  spec: ProcessSpec,
  place: Place,
): Promise<Docker.ContainerCreateOptions & { readonly HostConfig: Docker.HostConfig }> {
  const { uid, gid } = spec.user;
  const { name, network, address, aliases = [], hosts = {}, volumeName = () => "" } = place;
  const bytes = spec.resources.memoryMiB * 2 ** 20;
  const tmpfs = `rw,nosuid,nodev,noexec,size=128m,uid=${uid},gid=${gid},mode=0750`;
  const { sources = {} } = spec;
  await writeFiles(place.folder, { ...spec.files, ...mountPoints(name, sources, true) });
  return {
    name,
    Hostname: name,
    Image: await imageHere(spec.image),
    Entrypoint: [...spec.command],
    Cmd: [],
    Env: [...(await textsOf(spec.env))].map(([variable, { text }]) => `${variable}=${text}`),
    User: `${uid}:${gid}`,
    HostConfig: {
      Binds: [
        `${place.folder}:${FILES}:ro`,
        ...Object.entries(sources).map(([path, folder]) => `${folder}:${path}:ro`),
      ],
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      CapAdd: [...(spec.capabilities ?? [])],
      SecurityOpt: ["no-new-privileges"],
      Memory: bytes,
      MemorySwap: bytes,
      NanoCpus: spec.resources.cpu * 1e9,
      Ulimits: [{ Name: "nproc", Soft: MAX_PROCESSES, Hard: MAX_PROCESSES }],
      Init: true,
      Tmpfs: Object.fromEntries((spec.writable ?? []).map((path) => [path, tmpfs])),
      Mounts: Object.entries(spec.volumes ?? {}).map(([volume, { mountPath }]) => ({
        Type: "volume",
        Source: volumeName(volume),
        Target: mountPath,
      })),
      ExtraHosts: Object.entries(hosts).map(([host, leadsTo]) => `${host}:${leadsTo}`),
      NetworkMode: network,
    },
    NetworkingConfig: {
      EndpointsConfig: {
        [network]: {
          Aliases: [...aliases],
          ...(address === undefined ? {} : { IPAMConfig: { IPv4Address: address } }),
        },
      },
    },
  };
}

/** Waits until the spec's own probe says that the server is ready. */
export async function ready(
  container: Docker.Container,
  { ready: probe }: Pick<WorkloadSpec, "ready">,
  limitSeconds = 60,
): Promise<void> {
  const { Name } = await container.inspect();
  await until({ what: `${Name} to be ready`, limitSeconds, everySeconds: 0.3 }, async () => {
    const { State } = await container.inspect();
    if (!State.Running)
      throw new Error(`it ended with ${State.ExitCode}: ${(await logsOf(container.id)).slice(-2000)}`);
    const { code, stdout, stderr } = await execute(container.id, probe.command);
    if (code !== 0) throw new Error(`${stdout}${stderr}`);
    return true;
  });
}

/** How a job ended, and what it said. */
export interface Finished {
  readonly code: number;
  readonly said: string;
}

/** Runs a job to its end and removes it. */
export async function finish(spec: ProcessSpec, place: Place): Promise<Finished> {
  const container = await docker.createContainer(await optionsOf(spec, place));
  try {
    await container.start();
    const { StatusCode: code } = (await container.wait()) as { StatusCode: number };
    return { code, said: await logsOf(container.id) };
  } finally {
    await container.remove({ force: true, v: true });
  }
}

/**
 * An internal network like those of the Docker platform; this machine has its first address.
 * @param subnet first three numbers of its addresses
 */
export function makeNetwork(name: string, subnet: string): Promise<Docker.Network> {
  // The engine chooses among the upper half; the lower is for addresses that are asked for.
  const config = { Subnet: `${subnet}.0/28`, Gateway: `${subnet}.1`, IPRange: `${subnet}.8/29` };
  return docker.createNetwork({ Name: name, Internal: true, IPAM: { Config: [config] } });
}

/** Removes containers, networks and volumes that are called `name`, or so with `.` or `-` and more behind it. */
export async function removeAll(name: string): Promise<void> {
  const filters = { name: [`^/?${name}([.-]|$)`] };
  const containers = await docker.listContainers({ all: true, filters });
  await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
  const networks = await docker.listNetworks({ filters });
  await Promise.all(networks.map(({ Id }) => docker.getNetwork(Id).remove()));
  const { Volumes } = await docker.listVolumes({ filters: { name: [name] } });
  const own = (Volumes ?? []).filter((volume) => new RegExp(`^${name}([.-]|$)`).test(volume.Name));
  await Promise.all(own.map((volume) => docker.getVolume(volume.Name).remove()));
}
