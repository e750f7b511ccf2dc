import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { unwrap } from "../../core/values";
import {
  FILES,
  HOST_VIEWS,
  type HostView,
  type JobSpec,
  type Probe,
  VIEW_MASKS,
  type WorkloadSpec,
} from "../../core/workload";
import type { Membership } from "./networks";
import { LABEL, labels, LOGGED } from "./names";

/** What the platform adds to a spec. */
export interface Placement {
  readonly stack: string;
  readonly containerName: string;
  /** Name of the service or the job: its alias in the networks where it is dialled. */
  readonly service: string;
  /** Id of the image, which names its content and not a tag that may move. */
  readonly imageId: pulumi.Input<string>;
  readonly memberships: readonly Membership[];
  /** Name of the volume that holds the spec's files. Absent: the spec has none. */
  readonly filesVolume?: pulumi.Input<string>;
  readonly memoryMiB: number;
  /** Folder of the engine's own data on its machine. */
  readonly engineFolder: string;
}

type Args = docker.ContainerArgs;

/**
 * Processes and threads at most. The provider has no limit per container, and this one counts by uid over the whole host:
 * high enough for several stacks side by side, low enough to stop a fork bomb. A workload's uid must not be a person's.
 */
const MAX_PROCESSES = 4096;

/** Folders in memory, for what is written. */
const scratch = ({ user, writable = [] }: Pick<JobSpec, "user" | "writable">): Record<string, string> =>
  Object.fromEntries(writable.map((path) => [path, tmpfsOptions(user)]));

/** What servers and jobs have in common. Nothing in it depends on the engine, so that the specs can test it. */
function common(spec: Omit<JobSpec, "rerunOn" | "timeoutSeconds">, place: Placement): Args {
  return {
    name: place.containerName,
    // Not the service's name: the engine makes the host name an alias in every network, also where the container is a client.
    hostname: place.containerName,
    image: place.imageId,
    entrypoints: [...spec.command],
    envs: Object.entries(spec.env ?? {}).map(([key, value]) => pulumi.interpolate`${key}=${unwrap(value)}`),
    user: `${spec.user.uid}:${spec.user.gid}`,
    readOnly: true,
    tmpfs: scratch(spec),
    init: true,
    securityOpts: ["no-new-privileges:true"],
    memory: place.memoryMiB,
    // Equal to the limit: no swap. Left out, the engine fills it in and every `up` shows a change.
    memorySwap: place.memoryMiB,
    cpus: decimal(spec.resources.cpu),
    ulimits: [{ name: "nproc", soft: MAX_PROCESSES, hard: MAX_PROCESSES }],
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "3", labels: Object.values(LOGGED).join(",") },
    removeVolumes: true,
  };
}

/** The owner is named, because Docker gives a folder that the image has already the image's mode and not the one asked for. */
const tmpfsOptions = (user: { uid: number; gid: number }): string =>
  `rw,nosuid,nodev,noexec,size=128m,uid=${user.uid},gid=${user.gid},mode=0750`;

/** The volume of the workload's files, which it may only read. */
function filesVolume(place: Placement): docker.types.input.ContainerVolume[] {
  return place.filesVolume === undefined
    ? []
    : [{ volumeName: place.filesVolume, containerPath: FILES, readOnly: true }];
}

function networks(place: Placement, aliases: readonly string[]): NonNullable<Args["networksAdvanced"]> {
  return place.memberships.map((member) => ({
    // By id: when a network is replaced, its members must leave it first, and an id says so to Pulumi.
    name: member.network.id,
    // Only a server has its name here. Two members may be each other's server, in two networks, and a name that is also the
    // client's would lead to the address where it does not listen.
    ...(member.address === undefined
      ? {}
      : { ipv4Address: member.address, aliases: [place.service, ...aliases] }),
  }));
}

/** The container of a server. */
export function serverArgs(
  spec: WorkloadSpec,
  place: Placement,
  volumes: Readonly<Record<string, string>>,
): Args {
  return {
    ...common(spec, place),
    labels: labels({ [LABEL.stack]: place.stack, [LABEL.service]: place.service }),
    capabilities: {
      drops: ["ALL"],
      ...(spec.capabilities ? { adds: spec.capabilities.map((c) => `CAP_${c}`) } : {}),
    },
    networksAdvanced: networks(place, spec.aliases ?? []),
    tmpfs: { ...scratch(spec), ...masks(spec.views ?? []) },
    volumes: [
      ...filesVolume(place),
      ...Object.entries(spec.sources ?? {}).map(([containerPath, hostPath]) => ({
        hostPath,
        containerPath,
        readOnly: true,
      })),
      ...Object.entries(spec.volumes ?? {}).map(([name, volume]) => ({
        volumeName: volumes[name] ?? missing(`volume ${name}`),
        containerPath: volume.mountPath,
      })),
      ...(spec.views ?? []).map((view) => ({
        hostPath: hostPath(view, place.engineFolder),
        containerPath: HOST_VIEWS[view],
        readOnly: true,
      })),
    ],
    ...(spec.resources.gpus === undefined ? {} : { gpus: devices(spec.resources.gpus) }),
    ports: (spec.publish ?? []).map((published) => ({
      internal: spec.ports[published.port]?.number ?? missing(`port ${published.port}`),
      external: published.hostPort,
      ip: published.bind,
    })),
    healthcheck: healthcheck(spec.ready),
    wait: true,
    waitTimeout: startLimitSeconds(spec.ready),
    restart: "unless-stopped",
    destroyGraceSeconds: spec.stopGraceSeconds ?? 30,
  };
}

/** The container of a job: it is waited for, and is left behind with its exit code. */
export function jobArgs(spec: JobSpec, place: Placement, rerun: pulumi.Input<string>): Args {
  return {
    ...common(spec, place),
    labels: labels<pulumi.Input<string>>({
      [LABEL.stack]: place.stack,
      [LABEL.job]: place.service,
      [LABEL.rerun]: rerun,
    }),
    capabilities: { drops: ["ALL"] },
    networksAdvanced: networks(place, []),
    volumes: filesVolume(place),
    attach: true,
    mustRun: false,
    restart: "no",
  };
}

/** Something empty over what a view must not show. */
const masks = (views: readonly HostView[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    views.flatMap((view) => VIEW_MASKS[view] ?? []).map((path) => [path, "ro,nosuid,nodev,noexec,size=64k"]),
  );

/** The first GPUs of the machine: the provider knows `all` and a list, and no count. */
const devices = (count: number): string => `device=${Array.from({ length: count }, (_, i) => i).join(",")}`;

function hostPath(view: HostView, engineFolder: string): string {
  switch (view) {
    case "container-logs":
      return `${engineFolder}/containers`;
    case "cgroups":
      return "/sys/fs/cgroup";
    case "machine":
      return "/";
  }
}

function healthcheck(probe: Probe): NonNullable<Args["healthcheck"]> {
  return {
    tests: ["CMD", ...probe.command],
    interval: duration(probe.intervalSeconds),
    timeout: duration(probe.timeoutSeconds),
    retries: probe.failures,
    startPeriod: duration(probe.startSeconds),
  };
}

/** How long a server may take until it is ready, at most. */
export function startLimitSeconds(probe: Probe): number {
  return probe.startSeconds + (probe.failures + 1) * (probe.intervalSeconds + probe.timeoutSeconds);
}

// The provider writes numbers and durations as Go does; spelt otherwise, every `up` would show a change.
const decimal = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));
const duration = (seconds: number): string =>
  seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;

function missing(what: string): never {
  throw new Error(`spec names a ${what} that it does not have`);
}
