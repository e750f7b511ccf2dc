import type { Resource } from "../../core/resource";
import { type Report, resourceRule } from "../../core/rule";
import { at, isMissing, isTrue, isUnknown, items, text, type Value } from "../../core/value";
import { isEveryAddress } from "../../models/ports";
import { dockerService, dockerTypes } from "../../models/types";

/** Ports below 1024 that an edge may open: the web's. */
const WEB: readonly number[] = [80, 443];

/** Published ports, which Docker lets past the host's firewall. */
export const dockerPorts = resourceRule({
  name: "net-11-docker-ports",
  group: "network",
  severity: "high",
  summary:
    "Containers publish ports on a named address of the host, each by itself, and none that belongs to the system.",
  why: "A port published without an address is open on every interface, and Docker writes its own rules in front of the host's firewall.",
  fix: 'Set ip on each port, "127.0.0.1" for the machine itself; drop publishAllPorts; let one gateway publish for all.',
  maps: ["CIS-Docker-5.14", "CIS-Docker-5.8", "CIS-Docker-5.9"],
  unknown: "cannot tell",
  bad: `new docker.Container("db", { image: image.imageId, ports: [{ internal: 5432, external: 5432 }] });`,
  good: `new docker.Container("db", { image: image.imageId, ports: [{ internal: 5432, external: 5432, ip: "127.0.0.1" }] });`,
  options: {
    edge: { description: "names of containers and services that every address may reach", default: [] },
  },
  types: dockerTypes,
  check(resource, report) {
    const edge = report.list("edge").includes(resource.name);
    if (resource.type === dockerService) return service(resource, edge, report);
    const { props } = resource;
    const all = "publishAllPorts";
    report.must(all, props[all], (known) => !isTrue(known), "publishes whatever the image exposes");
    const ports = props["ports"];
    if (isUnknown(ports)) report.cannotTell("ports");
    items(ports).forEach((port, index) => {
      const ip = at(port, "ip");
      if (!edge)
        report.must(`ports[${index}].ip`, ip, isOneAddress, "is missing, or is every address of the host");
      report.must(
        `ports[${index}].external`,
        at(port, "external"),
        isNotTheSystems,
        "is a port of the system",
      );
    });
  },
});

/** A service of Swarm listens on every address of every machine; it cannot be told otherwise. */
function service({ props }: Resource, edge: boolean, report: Report): void {
  const path = "endpointSpec.ports";
  const ports = at(props, "endpointSpec", "ports");
  if (isUnknown(ports)) report.cannotTell(path);
  else if (!edge) report.must(path, ports, isMissing, "are open on every address of every machine");
  items(ports).forEach((port, index) =>
    report.must(
      `${path}[${index}].publishedPort`,
      at(port, "publishedPort"),
      isNotTheSystems,
      "is a port of the system",
    ),
  );
}

const isOneAddress = (ip: Value): boolean => !isEveryAddress(text(ip)?.trim() ?? "");

/** Without a number Docker takes a free high one. */
const isNotTheSystems = (port: Value): boolean =>
  isMissing(port) || port === 0 || Number(text(port)) >= 1024 || WEB.includes(Number(text(port)));
