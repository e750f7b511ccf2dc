import { TopologyError } from "../../core/errors";
import type { ManagedServices, Reach } from "../../core/managed";
import { managedServers, type ManagedService, type ServiceName } from "../../topology";

/** Servers that are bought instead of run, and where they are. */
export type Bought = ReadonlyMap<ServiceName, readonly Reach[]>;

/** The servers in whose place something managed stands. */
export const boughtOf = (managed: Partial<ManagedServices>): Bought =>
  new Map(
    (Object.keys(managedServers) as ManagedService[]).flatMap((service) => {
      const bought = managed[service];
      return bought === undefined ? [] : [[managedServers[service], bought.reach]];
    }),
  );

/** @throws TopologyError when a server is a member of the stack, and bought as well */
export function assertApart(bought: Bought, present: ReadonlySet<ServiceName>): void {
  const both = [...bought.keys()].filter((server) => present.has(server));
  if (both.length > 0)
    throw new TopologyError(
      `${both.join(", ")}: members of the stack, and managed as well; give the same \`managed\` to membersOf, arrowsAmong and KubernetesPlatform`,
    );
}
