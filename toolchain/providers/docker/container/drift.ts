import type Docker from "dockerode";
import type { ContainerInputs } from "./properties";
import { toResources } from "./to-engine";

const MIB = 1024 * 1024;

/**
 * The inputs as the living container shows them: the given ones, but for what somebody changed by hand. Only what the
 * engine tells without doubt is looked at, so that a refresh is silent where nothing happened.
 */
export function driftedInputs(info: Docker.ContainerInspectInfo, inputs: ContainerInputs): ContainerInputs {
  const stopped = inputs.mustRun !== false && inputs.start !== false && !info.State.Running;
  return {
    ...inputs,
    ...limits(info.HostConfig, inputs),
    ...networks(info, inputs),
    ...restart(info.HostConfig, inputs),
    // As the official provider does: the next diff then says that the container must run again.
    ...(stopped ? { mustRun: false } : {}),
  };
}

/** True when the container is as its inputs ask: a recorded failure is over. */
export function isReady(info: Docker.ContainerInspectInfo, inputs: ContainerInputs): boolean {
  if (inputs.attach === true) return !info.State.Running && !info.State.Restarting;
  const healthy = inputs.wait !== true || info.State.Health?.Status === "healthy";
  return healthy && (info.State.Running || inputs.mustRun === false);
}

/** An engine that cannot limit (no swap accounting) answers 0 or -1: that is not drift. */
function limits(host: Docker.HostConfig, inputs: ContainerInputs): Partial<ContainerInputs> {
  const drifted: Partial<ContainerInputs> = {};
  const wanted = toResources(inputs);
  for (const [property, field] of [
    ["memory", "Memory"],
    ["memorySwap", "MemorySwap"],
    ["memoryReservation", "MemoryReservation"],
  ] as const) {
    const actual = host[field] ?? 0;
    if (wanted[field] !== undefined && actual > 0 && actual !== wanted[field])
      drifted[property] = actual / MIB;
  }
  const { CpuShares: shares = 0, CpusetCpus: cpus = "" } = host;
  if (inputs.cpuShares !== undefined && shares > 0 && shares !== inputs.cpuShares) drifted.cpuShares = shares;
  if (inputs.cpuSet !== undefined && cpus !== "" && cpus !== inputs.cpuSet) drifted.cpuSet = cpus;
  return drifted;
}

function restart(host: Docker.HostConfig, inputs: ContainerInputs): Partial<ContainerInputs> {
  const { Name: name = "", MaximumRetryCount: retries = 0 } = host.RestartPolicy ?? {};
  const drifted: Partial<ContainerInputs> = {};
  const known = (["no", "on-failure", "always", "unless-stopped"] as const).find((policy) => policy === name);
  if (known !== undefined && known !== (inputs.restart ?? "no")) drifted.restart = known;
  if (retries !== (inputs.maxRetryCount ?? 0)) drifted.maxRetryCount = retries;
  return drifted;
}

function networks(info: Docker.ContainerInspectInfo, inputs: ContainerInputs): Partial<ContainerInputs> {
  if (inputs.networksAdvanced === undefined) return {};
  const attached = Object.entries(info.NetworkSettings.Networks ?? {}).flatMap(([name, { NetworkID }]) => [
    name,
    NetworkID,
  ]);
  const still = inputs.networksAdvanced.filter(({ name }) => attached.includes(name));
  return still.length === inputs.networksAdvanced.length ? {} : { networksAdvanced: still };
}
