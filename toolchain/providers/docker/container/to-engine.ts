import type Docker from "dockerode";
import { parseDuration } from "../duration";
import { labelMap, present } from "../shape";
import { toGpuRequests } from "./gpus";
import type { ContainerInputs } from "./properties";
import { toMounts, toVolumes } from "./storage";

const MIB = 1024 * 1024;

/** The body of the engine's "create container" call. Networks and uploads follow in calls of their own. */
export function toCreateOptions(inputs: ContainerInputs): Docker.ContainerCreateOptions {
  const { paths } = toVolumes(inputs.volumes ?? []);
  const ports = inputs.ports ?? [];
  return present({
    name: inputs.name,
    platform: inputs.platform,
    Image: inputs.image,
    Hostname: inputs.hostname,
    Domainname: inputs.domainname,
    User: inputs.user,
    WorkingDir: inputs.workingDir,
    Cmd: list(inputs.command),
    Entrypoint: list(inputs.entrypoints),
    Env: list(inputs.envs),
    Labels: labelMap(inputs.labels),
    Tty: inputs.tty,
    OpenStdin: inputs.stdinOpen,
    StopSignal: inputs.stopSignal,
    // Zero is the SDK's "not set": the engine would read it as "kill at once".
    StopTimeout: inputs.stopTimeout === 0 ? undefined : inputs.stopTimeout,
    ExposedPorts:
      ports.length === 0 ? undefined : Object.fromEntries(ports.map((port) => [portKey(port), {}])),
    Volumes: paths.length === 0 ? undefined : Object.fromEntries(paths.map((path) => [path, {}])),
    Healthcheck: inputs.healthcheck === undefined ? undefined : toHealthcheck(inputs.healthcheck),
    HostConfig: toHostConfig(inputs),
  });
}

function toHostConfig(inputs: ContainerInputs): Docker.HostConfig {
  const { binds, from } = toVolumes(inputs.volumes ?? []);
  // This option is one of the Docker client, not of the engine: it unmasks /proc and /sys.
  const unmasked = inputs.securityOpts?.includes("systempaths=unconfined") ?? false;
  return present({
    ...toResources(inputs),
    RestartPolicy: toRestartPolicy(inputs),
    AutoRemove: inputs.rm ?? false,
    Init: inputs.init ?? false,
    Privileged: inputs.privileged,
    PublishAllPorts: inputs.publishAllPorts,
    ReadonlyRootfs: inputs.readOnly,
    Runtime: inputs.runtime,
    NetworkMode: inputs.networkMode ?? "bridge",
    PortBindings: toPortBindings(inputs),
    ExtraHosts: list(inputs.hosts?.map(({ host, ip }) => `${host}:${ip}`)),
    Binds: list(binds),
    VolumesFrom: list(from),
    Mounts: inputs.mounts === undefined ? undefined : toMounts(inputs.mounts),
    Tmpfs: inputs.tmpfs,
    CapAdd: list(inputs.capabilities?.adds),
    CapDrop: list(inputs.capabilities?.drops),
    SecurityOpt: list(inputs.securityOpts?.filter((option) => option !== "systempaths=unconfined")),
    MaskedPaths: unmasked ? [] : undefined,
    ReadonlyPaths: unmasked ? [] : undefined,
    GroupAdd: list(inputs.groupAdds),
    Sysctls: inputs.sysctls,
    Dns: list(inputs.dns),
    DnsOptions: list(inputs.dnsOpts),
    DnsSearch: list(inputs.dnsSearches),
    PidMode: inputs.pidMode,
    IpcMode: inputs.ipcMode,
    UsernsMode: inputs.usernsMode,
    CgroupnsMode: inputs.cgroupnsMode,
    NanoCpus: inputs.cpus === undefined ? undefined : Math.round(Number(inputs.cpus) * 1e9),
    ShmSize: inputs.shmSize === undefined ? undefined : inputs.shmSize * MIB,
    Ulimits: inputs.ulimits?.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    DeviceRequests: inputs.gpus === undefined ? undefined : toGpuRequests(inputs.gpus),
    LogConfig:
      inputs.logDriver === undefined && inputs.logOpts === undefined
        ? undefined
        : { Type: inputs.logDriver ?? "", Config: inputs.logOpts ?? {} },
  });
}

/** The limits that a running container can be given anew: the engine's "update container" call takes the same names. */
export function toResources(inputs: ContainerInputs): Docker.HostConfig {
  return present({
    Memory: mebibytes(inputs.memory),
    MemorySwap: mebibytes(inputs.memorySwap),
    MemoryReservation: mebibytes(inputs.memoryReservation),
    CpuShares: inputs.cpuShares,
    CpusetCpus: inputs.cpuSet,
  });
}

/** The body of the engine's "update container" call. */
export function toUpdateOptions(inputs: ContainerInputs): Docker.HostConfig {
  const resources = toResources(inputs);
  // Without a swap limit of its own, the engine made it twice the memory at creation; it refuses a memory limit
  // above the old one unless the swap limit grows with it.
  const swap = resources.MemorySwap ?? (resources.Memory === undefined ? undefined : 2 * resources.Memory);
  return present({ ...resources, MemorySwap: swap, RestartPolicy: toRestartPolicy(inputs) });
}

function toRestartPolicy(inputs: ContainerInputs): Docker.HostRestartPolicy {
  return { Name: inputs.restart ?? "no", MaximumRetryCount: inputs.maxRetryCount ?? 0 };
}

function toHealthcheck(healthcheck: NonNullable<ContainerInputs["healthcheck"]>): Docker.HealthConfig {
  return present({
    Test: healthcheck.tests === undefined ? undefined : [...healthcheck.tests],
    Interval: parseDuration(healthcheck.interval ?? ""),
    Timeout: parseDuration(healthcheck.timeout ?? ""),
    StartPeriod: parseDuration(healthcheck.startPeriod ?? ""),
    StartInterval:
      healthcheck.startInterval === undefined ? undefined : parseDuration(healthcheck.startInterval),
    Retries: healthcheck.retries ?? 0,
  });
}

function toPortBindings(inputs: ContainerInputs): Docker.HostConfig["PortBindings"] {
  if (inputs.ports === undefined || inputs.ports.length === 0) return undefined;
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of inputs.ports) {
    const host = { HostIp: port.ip || "0.0.0.0", HostPort: String(port.external ?? 0) };
    (bindings[portKey(port)] ??= []).push(host);
  }
  return bindings;
}

function portKey(port: { readonly internal: number; readonly protocol?: string }): string {
  return `${port.internal}/${port.protocol ?? "tcp"}`;
}

/** Mebibytes as bytes; the engine's -1 ("unlimited") stays. */
function mebibytes(amount: number | undefined): number | undefined {
  if (amount === undefined || amount === 0) return undefined;
  return amount < 0 ? amount : amount * MIB;
}

/** The engine takes an empty list for "set to nothing", the SDK for "not set". */
function list(items: readonly string[] | undefined): string[] | undefined {
  return items === undefined || items.length === 0 ? undefined : [...items];
}
