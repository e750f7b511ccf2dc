/**
 * Who may talk to whom. Isolation, start order, identity, the diagram in the README and the reachability test are all
 * derived from this folder; a connection that is not drawn here does not deploy.
 */
import { type Arrow, arrows } from "./arrows";
import {
  managedServers,
  type ManagedService,
  memberNames,
  members,
  type Profile,
  type ServiceName,
} from "./members";

export { type Arrow, arrows } from "./arrows";
export {
  managedServers,
  type ManagedService,
  memberNames,
  members,
  type Profile,
  profiles,
  type ServiceName,
} from "./members";

/** Name of an arrow; unique, stable, and part of the name of the network that carries it. */
export function arrowName(arrow: Arrow): string {
  return `${arrow.from}--${arrow.to}--${arrow.port}`;
}

export const arrowsFrom = (member: ServiceName): readonly Arrow[] =>
  arrows.filter((arrow) => arrow.from === member);
export const arrowsTo = (member: ServiceName): readonly Arrow[] =>
  arrows.filter((arrow) => arrow.to === member);

/** What a stack buys instead of running it: as the configuration says, or as the platform has it. */
export type Managed = Readonly<Partial<Record<ManagedService, boolean | object>>>;

/** The servers that are bought: no members of the stack, though arrows lead to them. */
export const boughtServers = (managed: Managed): ReadonlySet<ServiceName> =>
  new Set(
    (Object.keys(managedServers) as ManagedService[])
      .filter((service) => Boolean(managed[service]))
      .map((service) => managedServers[service]),
  );

/** What decides which members a stack has. */
export interface Choice {
  readonly profile: Profile;
  readonly development: boolean;
  /** Members that cannot run here, such as for want of an image. */
  readonly absent?: readonly ServiceName[];
  /** What is bought, and so is not a member. @default nothing */
  readonly managed?: Managed;
}

/** The members of a stack. What has nothing to do without an absent one is absent with it. */
export function membersOf(choice: Choice): ReadonlySet<ServiceName> {
  const { profile, development, absent = [], managed = {} } = choice;
  const bought = boughtServers(managed);
  const wanted = (name: ServiceName): boolean => {
    const { since } = members[name];
    return since === undefined || (since === "full" ? profile === "full" : development);
  };
  const missing = (name: ServiceName): boolean =>
    absent.includes(name) ||
    bought.has(name) ||
    memberNames.some((other) => members[name].needs?.includes(other) === true && missing(other));
  return new Set(memberNames.filter((name) => wanted(name) && !missing(name)));
}

/** The arrows between these members, and from them to what is bought. */
export function arrowsAmong(present: ReadonlySet<ServiceName>, managed: Managed = {}): readonly Arrow[] {
  const bought = boughtServers(managed);
  return arrows.filter(
    ({ from, to, unlessManaged = false }) =>
      present.has(from) && (present.has(to) || (bought.has(to) && !unlessManaged)),
  );
}

/** Where the outside comes in: the only ports that are published on the host or on a load balancer. */
export const edge: { readonly service: ServiceName; readonly ports: readonly string[] } = {
  service: "gateway",
  ports: ["https", "http"],
};
