import type Docker from "dockerode";
import { statusOf } from "../client";
import { present } from "../shape";
import type { NetworkInput } from "./lists";
import type { ContainerInputs } from "./properties";

/** Puts the created container into its networks, and out of the default one. */
export async function attachNetworks(docker: Docker, id: string, inputs: ContainerInputs): Promise<void> {
  const networks = inputs.networksAdvanced ?? [];
  if (networks.length === 0) return;
  await leaveDefault(docker, id);
  for (const network of networks) {
    await docker.getNetwork(network.name).connect({ Container: id, EndpointConfig: toEndpoint(network) });
  }
}

async function leaveDefault(docker: Docker, id: string): Promise<void> {
  try {
    await docker.getNetwork("bridge").disconnect({ Container: id });
  } catch (error) {
    // Not in it (another networkMode), or an engine without it: both are what is wanted.
    const status = statusOf(error);
    if (status !== 403 && status !== 404 && status !== 500) throw error;
  }
}

/** The engine's form of one attachment. */
export function toEndpoint(network: NetworkInput): Docker.EndpointSettings {
  const ipam = present({
    IPv4Address: network.ipv4Address,
    IPv6Address: network.ipv6Address,
    LinkLocalIPs: network.linkLocalIps,
  });
  const options = network.driverOpts?.map((option) => option.split(/=(.*)/s).slice(0, 2));
  return present({
    Aliases: network.aliases,
    IPAMConfig: Object.keys(ipam).length === 0 ? undefined : ipam,
    MacAddress: network.macAddress,
    DriverOpts: options === undefined ? undefined : Object.fromEntries(options),
  });
}
