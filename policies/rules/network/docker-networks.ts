import type { Resource } from "../../core/resource";
import { resourceRule, type StackView, stackRule } from "../../core/rule";
import { at, isTrue, text, UNKNOWN, type Value } from "../../core/value";
import { containersOf } from "../../models/containers";
import { dockerTypes } from "../../models/types";
import { dockerImageTypes, isDataStore } from "./data-stores";
import { DEFAULT_BRIDGE, dockerNetwork, HOST, joinedBy, membershipsOf, runs } from "./docker-network-model";

/** Containers in the networks that Docker brings. */
export const dockerDefaultNetwork = resourceRule({
  name: "net-12-docker-default-network",
  group: "network",
  severity: "high",
  summary:
    "Containers join networks that were made for them, not Docker's default bridge and not the host's network.",
  why: "On the default bridge every container reaches every other one; in the host's network it also reaches what listens on the host for itself.",
  fix: "Join networks of the stack with networksAdvanced: [{ name: network.id }], or set networkMode: none for what talks to nobody.",
  maps: ["CIS-Docker-5.10", "CIS-Docker-5.30"],
  unknown: "cannot tell",
  bad: `new docker.Container("web", { image: image.imageId });`,
  good: `const front = new docker.Network("front", { internal: true });
new docker.Container("web", { image: image.imageId, networksAdvanced: [{ name: front.id }] });`,
  types: dockerTypes,
  check(resource, report) {
    // The host's network by its mode wins over whatever is joined besides.
    const mode = "networkMode";
    report.must(mode, resource.props[mode], (value) => text(value) !== HOST, "is the host's network");
    const joined = joinedBy(resource);
    // A network by its id is one that was made for it.
    for (const { path, name } of joined === UNKNOWN ? [] : joined) {
      const known = text(name) ?? "";
      if (DEFAULT_BRIDGE.includes(known))
        report.violation(path, "is Docker's default bridge, or says nothing");
      else if (known === HOST) report.violation(path, "is the host's network");
    }
  },
});

/** Data stores in networks that lead out. */
export const dockerDataInternal = stackRule({
  name: "net-12-docker-data-internal",
  group: "network",
  severity: "high",
  summary: "What keeps data is in internal networks only.",
  why: "From a network that is not internal a database reaches the internet, and with it goes whatever an intruder finds; and the host's other networks lead to it.",
  fix: "Set internal: true on the docker.Network that the data store joins, and keep it out of all others.",
  maps: ["CIS-Docker-5.30"],
  unknown: "cannot tell",
  bad: `const shared = new docker.Network("shared");
new docker.Container("db", { image: postgres.imageId, networksAdvanced: [{ name: shared.id }] });`,
  good: `const data = new docker.Network("data", { internal: true });
new docker.Container("db", { image: postgres.imageId, networksAdvanced: [{ name: data.id }] });`,
  types: [...dockerTypes, ...dockerImageTypes, dockerNetwork],
  check(stack, report) {
    for (const store of running(stack)) {
      if (!containersOf(store).some((container) => isDataStore(container, stack))) continue;
      const { networks, strangers } = membershipsOf(store, stack);
      for (const { name, props } of networks) {
        const path = `networksAdvanced[${name}]`;
        report.must(path, props["internal"], isTrue, "is not internal, and a data store is in it", store);
      }
      for (const { path } of strangers) report.cannotTell(path, store);
    }
  },
});

/** Networks that lead out, one by one. */
export const dockerNetworkInternal = resourceRule({
  name: "net-12-docker-network-internal",
  group: "network",
  severity: "medium",
  summary: "Docker networks are internal, but for those that are listed as ways in or out.",
  why: "A network is a way out to the internet for each of its members, unless it is internal; nearly none of them needs one.",
  fix: "Set internal: true; list the network in the option outward if its members publish ports or call out.",
  maps: ["CIS-Docker-2.2", "CIS-Docker-5.30"],
  unknown: "cannot tell",
  bad: `new docker.Network("data", { driver: "bridge" });`,
  good: `new docker.Network("data", { driver: "bridge", internal: true });`,
  options: {
    outward: { description: "names of networks that lead in from the host or out to the world", default: [] },
  },
  types: [dockerNetwork],
  check({ name, props }, report) {
    if (report.list("outward").includes(name)) return;
    report.must("internal", props["internal"], isTrue, "is not true");
  },
});

/** The bridge's own option: whether its members reach each other. */
const BETWEEN_MEMBERS = "com.docker.network.bridge.enable_icc";

/** Networks in which everybody reaches everybody. */
export const dockerFlatNetwork = stackRule({
  name: "net-12-docker-flat-network",
  group: "network",
  severity: "medium",
  summary: "No network joins all containers, and members of one that leads out do not reach each other.",
  why: "On one network for all, whoever takes over any container can try all the others.",
  fix: `Give each pair that talks a network of its own; where several need a way out, set options "${BETWEEN_MEMBERS}": "false" on that network.`,
  maps: ["CIS-Docker-2.2"],
  unknown: "cannot tell",
  bad: `const shared = new docker.Network("shared");
for (const name of ["web", "db", "cache"])
  new docker.Container(name, { image: images[name], networksAdvanced: [{ name: shared.id }] });`,
  good: `const web = new docker.Network("web-db", { internal: true });
const cache = new docker.Network("web-cache", { internal: true });`,
  options: {
    containers: { description: "containers from which on one network for all is too flat", default: 3 },
  },
  types: [...dockerTypes, dockerNetwork],
  check(stack, report) {
    const containers = running(stack);
    const joined = containers.map((one) => membershipsOf(one, stack).networks);
    for (const network of stack.of(dockerNetwork)) {
      const members = joined.filter((networks) => networks.includes(network)).length;
      const apart = at(network.props, "options", BETWEEN_MEMBERS);
      const closed = (value: Value) => text(value) === "false";
      if (members === containers.length && members >= report.number("containers"))
        report.must(
          `options[${BETWEEN_MEMBERS}]`,
          apart,
          closed,
          "is not false, and every container is in it",
          network,
        );
      else if (members > 1 && !isTrue(network.props["internal"]) && network.props["internal"] !== UNKNOWN)
        report.must(
          `options[${BETWEEN_MEMBERS}]`,
          apart,
          closed,
          "is not false: members of a network that leads out reach each other",
          network,
        );
    }
  },
});

const running = (stack: StackView): readonly Resource[] => stack.of(...dockerTypes).filter(runs);
