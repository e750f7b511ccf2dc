import type { Resource } from "../../core/resource";
import type { StackView } from "../../core/rule";
import { at, isMissing, isUnknown, items, text, UNKNOWN, type Value } from "../../core/value";
import { dockerContainer, dockerService } from "../../models/types";

export const dockerNetwork = "docker:index/network:Network";

/** A network that a container or a service joins. */
export interface Joined {
  readonly path: string;
  /** What is written there: a name, or an id. */
  readonly name: Value;
}

/** Docker's own networks. All that are not told otherwise share the first; in the second there is none of one's own. */
export const DEFAULT_BRIDGE: readonly string[] = ["bridge", "default"];
export const HOST = "host";

/** The networks that a resource of `dockerTypes` says it joins; unknown where the list is. */
export function joinedBy({ type, props }: Resource): readonly Joined[] | typeof UNKNOWN {
  const swarm = type === dockerService;
  const path = swarm ? "taskSpec.networksAdvanceds" : "networksAdvanced";
  const list = swarm ? at(props, "taskSpec", "networksAdvanceds") : props["networksAdvanced"];
  if (isUnknown(list)) return UNKNOWN;
  const joined = items(list).map((one, index): Joined => ({
    path: `${path}[${index}].name`,
    name: at(one, "name"),
  }));
  // The mode says what counts where no network is joined; it may also name a network.
  const mode = swarm ? undefined : props["networkMode"];
  if (joined.length > 0 || swarm) return joined;
  return [{ path: "networkMode", name: isMissing(mode) ? "bridge" : mode }];
}

/** Whether a container or service runs at all: some are made to be looked into only. */
export const runs = ({ type, props }: Resource): boolean =>
  type !== dockerContainer || (props["start"] !== false && text(props["networkMode"]) !== "none");

/** The networks of the stack that a resource joins, and whether there are others. */
export function membershipsOf(
  resource: Resource,
  stack: StackView,
): { readonly networks: readonly Resource[]; readonly strangers: readonly Joined[] } {
  const all = stack.of(dockerNetwork);
  const property = resource.type === dockerService ? "taskSpec" : "networksAdvanced";
  const urns = new Set([property, "networkMode"].flatMap((key) => resource.propertyDependencies[key] ?? []));
  const depended = all.filter(({ urn }) => urns.has(urn));
  const joined = joinedBy(resource);
  if (joined === UNKNOWN)
    return { networks: depended, strangers: depended.length > 0 ? [] : [{ path: property, name: UNKNOWN }] };
  const named = joined.map((one) => ({ one, network: all.find(({ props }) => isCalled(props, one.name)) }));
  const unnamed = named.filter(({ network }) => network === undefined).map(({ one }) => one);
  const others = depended.filter((one) => !named.some(({ network }) => network === one));
  // What comes from a network of the stack is written as an id, which no input of the network tells.
  return {
    networks: [...new Set([...named.flatMap(({ network }) => network ?? []), ...others])],
    strangers: unnamed.length > others.length ? unnamed.filter(({ name }) => !isBuiltIn(name)) : [],
  };
}

const isCalled = (props: Resource["props"], name: Value): boolean =>
  !isMissing(name) && text(name) !== undefined && text(props["name"]) === text(name);

/** Networks that Docker brings: other rules judge them. */
const isBuiltIn = (name: Value): boolean => [...DEFAULT_BRIDGE, HOST, "none"].includes(text(name) ?? "");
