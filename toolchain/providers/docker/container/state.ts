import type Docker from "dockerode";
import type { Props } from "../../base/resource";
import { formatDuration } from "../duration";
import { present } from "../shape";
import type { ContainerInputs } from "./properties";

const MIB = 1024 * 1024;

/** In the state of a container that never became what its inputs ask for: the next diff replaces it. */
export const FAILED = "__failed";

/** The outputs of a container that could not be brought up. */
export function failedState(inputs: ContainerInputs): Props {
  return { ...inputs, [FAILED]: true };
}

/** The outputs of a container: its inputs, what the engine chose where they say nothing, and how it runs. */
export async function stateOf(container: Docker.Container, inputs: ContainerInputs): Promise<Props> {
  const logs =
    inputs.attach === true && inputs.logs === true
      ? await readLogs(container, inputs.tty ?? false)
      : undefined;
  return { ...stateFrom(await container.inspect(), inputs), ...present({ containerLogs: logs }) };
}

/** The same from what the engine says of the container. */
export function stateFrom(info: Docker.ContainerInspectInfo, inputs: ContainerInputs): Props {
  return {
    ...chosen(info),
    ...inputs,
    ...present({ ports: portsOf(info, inputs) }),
    bridge: "",
    networkDatas: networkDatas(info),
    ...present({ exitCode: info.State.Running ? undefined : info.State.ExitCode }),
  };
}

/** What the engine chose, by the SDK's names: outputs that the SDK promises even where the program says nothing. */
function chosen({
  Config: config,
  HostConfig: host,
  Platform: platform,
}: Docker.ContainerInspectInfo): Props {
  return present({
    command: config.Cmd ?? [],
    entrypoints: typeof config.Entrypoint === "string" ? [config.Entrypoint] : (config.Entrypoint ?? []),
    envs: [],
    labels: [],
    securityOpts: [...(Array.isArray(host.SecurityOpt) ? host.SecurityOpt.map(String) : [])],
    hostname: config.Hostname,
    init: host.Init ?? false,
    ipcMode: host.IpcMode,
    logDriver: host.LogConfig?.Type,
    platform,
    runtime: host.Runtime,
    shmSize: Math.floor((host.ShmSize ?? 0) / MIB),
    stopSignal:
      "StopSignal" in config && typeof config.StopSignal === "string" ? config.StopSignal : undefined,
    stopTimeout:
      "StopTimeout" in config && typeof config.StopTimeout === "number" ? config.StopTimeout : undefined,
    healthcheck: config.Healthcheck === undefined ? undefined : fromHealthcheck(config.Healthcheck),
  });
}

/** The engine's health check by the SDK's names. */
export function fromHealthcheck(check: Docker.HealthConfig): Props {
  return present({
    tests: check.Test ?? [],
    interval: formatDuration(check.Interval ?? 0),
    timeout: formatDuration(check.Timeout ?? 0),
    startPeriod: formatDuration(check.StartPeriod ?? 0),
    retries: check.Retries ?? 0,
  });
}

/** The ports as given, with the external ones that the engine chose. */
function portsOf(info: Docker.ContainerInspectInfo, inputs: ContainerInputs): Props[] | undefined {
  return inputs.ports?.map((port) => {
    const bindings = info.NetworkSettings.Ports?.[`${port.internal}/${port.protocol ?? "tcp"}`] ?? [];
    const external = port.external ?? Number(bindings[0]?.HostPort ?? 0);
    return { ...port, external };
  });
}

function networkDatas(info: Docker.ContainerInspectInfo): Props[] {
  const networks = Object.entries(info.NetworkSettings.Networks ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return networks.map(([networkName, network]) => ({
    networkName,
    ipAddress: network.IPAddress,
    ipPrefixLength: network.IPPrefixLen,
    gateway: network.Gateway,
    globalIpv6Address: network.GlobalIPv6Address,
    globalIpv6PrefixLength: network.GlobalIPv6PrefixLen,
    ipv6Gateway: network.IPv6Gateway,
    macAddress: network.MacAddress,
  }));
}

async function readLogs(container: Docker.Container, tty: boolean): Promise<string> {
  const raw = await container.logs({ stdout: true, stderr: true, follow: false });
  return tty ? raw.toString("utf8") : demultiplex(raw);
}

/** Without a terminal the engine frames each piece: one byte for the stream, three unused, four for its length. */
export function demultiplex(raw: Buffer): string {
  const pieces: Buffer[] = [];
  for (let start = 0; start + 8 <= raw.length;) {
    const end = start + 8 + raw.readUInt32BE(start + 4);
    pieces.push(raw.subarray(start + 8, end));
    start = end;
  }
  return Buffer.concat(pieces).toString("utf8");
}
