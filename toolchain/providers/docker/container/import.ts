import type Docker from "dockerode";
import type { Props } from "../../base/resource";
import { labelList, present } from "../shape";
import { fromGpuRequests } from "./gpus";
import { fromHealthcheck } from "./state";

const MIB = 1024 * 1024;

/**
 * Inputs for which the engine would make this container: what it shares with its image is left out. Files that were
 * uploaded cannot be told from others, so they are not found.
 */
export function importedInputs(
  info: Docker.ContainerInspectInfo,
  image: Docker.ImageInspectInfo | undefined,
): Props {
  const { Config: config, HostConfig: host } = info;
  const base = image?.Config;
  return present({
    name: info.Name.replace(/^\//, ""),
    image: config.Image,
    command: unlessSame(config.Cmd, base?.Cmd),
    entrypoints: unlessSame(texts(config.Entrypoint), texts(base?.Entrypoint)),
    envs: some((config.Env ?? []).filter((env) => !(base?.Env ?? []).includes(env))),
    user: config.User === (base?.User ?? "") ? undefined : config.User,
    workingDir: config.WorkingDir === (base?.WorkingDir ?? "") ? undefined : config.WorkingDir,
    hostname: info.Id.startsWith(config.Hostname) ? undefined : config.Hostname,
    labels: some(labelList(config.Labels).filter(({ label, value }) => base?.Labels?.[label] !== value)),
    healthcheck: ownHealthcheck(config.Healthcheck, base?.Healthcheck),
    networksAdvanced: some(attachments(info)),
    volumes: some(volumes(info)),
    ports: some(ports(host)),
    hosts: some(texts(host.ExtraHosts).map(hostEntry)),
    tmpfs: host.Tmpfs,
    capabilities: capabilities(host),
    readOnly: host.ReadonlyRootfs ?? false,
    privileged: host.Privileged ?? false,
    init: host.Init ?? false,
    tty: config.Tty,
    stdinOpen: config.OpenStdin,
    rm: host.AutoRemove ?? false,
    restart: host.RestartPolicy?.Name || "no",
    networkMode: host.NetworkMode === "default" ? "bridge" : (host.NetworkMode ?? "bridge"),
    securityOpts: some(texts(host.SecurityOpt)),
    groupAdds: some(host.GroupAdd ?? []),
    memory: positive((host.Memory ?? 0) / MIB),
    memorySwap: positive((host.MemorySwap ?? 0) / MIB),
    memoryReservation: positive((host.MemoryReservation ?? 0) / MIB),
    cpuShares: positive(host.CpuShares ?? 0),
    cpus: host.NanoCpus === undefined || host.NanoCpus === 0 ? undefined : String(host.NanoCpus / 1e9),
    gpus: fromGpuRequests(host.DeviceRequests),
    mustRun: info.State.Running,
  });
}

/** Without what is zero: the engine's way of saying "the default". */
function ownHealthcheck(own: Docker.HealthConfig | undefined, base: Docker.HealthConfig | undefined) {
  if (own === undefined || JSON.stringify(own) === JSON.stringify(base)) return undefined;
  return Object.fromEntries(Object.entries(fromHealthcheck(own)).filter(([, value]) => value !== "0s"));
}

function attachments(info: Docker.ContainerInspectInfo): Props[] {
  const named = Object.entries(info.NetworkSettings.Networks ?? {}).filter(([name]) => name !== "bridge");
  return named.map(([name, network]) => {
    // The engine adds the container's short id to the aliases that were asked for.
    const aliases = texts(network.Aliases).filter((alias) => !info.Id.startsWith(alias));
    const ipv4Address: unknown = network.IPAMConfig?.IPv4Address;
    return present({
      name,
      aliases: some(aliases),
      ipv4Address: typeof ipv4Address === "string" && ipv4Address !== "" ? ipv4Address : undefined,
    });
  });
}

function volumes(info: Docker.ContainerInspectInfo): Props[] {
  const anonymous = /^[0-9a-f]{64}$/;
  return info.Mounts.filter(({ Type: type }) => type === "volume" || type === "bind").map((mount) =>
    present({
      containerPath: mount.Destination,
      volumeName: mount.Type === "volume" && !anonymous.test(mount.Name ?? "") ? mount.Name : undefined,
      hostPath: mount.Type === "bind" ? mount.Source : undefined,
      readOnly: mount.RW ? undefined : true,
    }),
  );
}

function ports(host: Docker.HostConfig): Props[] {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = host.PortBindings ?? {};
  return Object.entries(bindings).flatMap(([key, hosts]) => {
    const [internal = "0", protocol = "tcp"] = key.split("/");
    return hosts.map(({ HostIp: ip, HostPort: port }) =>
      present({
        internal: Number(internal),
        external: positive(Number(port)),
        ip: ip || "0.0.0.0",
        protocol,
      }),
    );
  });
}

function capabilities(host: Docker.HostConfig): Props | undefined {
  const [adds, drops] = [some(texts(host.CapAdd)), some(texts(host.CapDrop))];
  return adds === undefined && drops === undefined ? undefined : present({ adds, drops });
}

function hostEntry(entry: string): Props {
  const [host = "", ip = ""] = entry.split(/:(.*)/s);
  return { host, ip };
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.map(String) : [];
}

function some<T>(items: T[]): T[] | undefined {
  return items.length === 0 ? undefined : items;
}

function positive(amount: number): number | undefined {
  return amount > 0 ? amount : undefined;
}

function unlessSame(
  own: string[] | null | undefined,
  base: string[] | null | undefined,
): string[] | undefined {
  return JSON.stringify(own ?? []) === JSON.stringify(base ?? []) ? undefined : (own ?? []);
}
