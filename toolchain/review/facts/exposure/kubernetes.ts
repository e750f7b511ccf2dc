import type { Resource } from "../../../../policies/core/resource";
import {
  at,
  entries,
  isMissing,
  isTrue,
  isUnknown,
  items,
  text,
  texts,
  type Value,
} from "../../../../policies/core/value";
import { containersOf, members } from "../../../../policies/models/containers";
import { podOf } from "../../../../policies/models/pods";
import { isWorld } from "../../../../policies/models/ports";
import { coreTypes, kindOf, podTypes } from "../../../../policies/models/types";
import type { View } from "../view";
import { EVERYWHERE, type Exposure, NOT_KNOWN, word } from "./model";

const serviceTypes = coreTypes("Service");

/** What a cluster lets in: Services that are more than ClusterIP, hosts of routes, ports of nodes. */
export const kubernetesExposure = (view: View): Exposure[] => [
  ...view.of(...serviceTypes).flatMap(ofService),
  ...view.of(...podTypes).flatMap(ofPod),
  ...view.all.flatMap(ofRoute),
];

const exposed = (what: string, from: string, wide: boolean): Exposure => ({
  platform: "kubernetes",
  what,
  from,
  wide,
});

/** `namespace/name`, as the cluster knows it. */
function objectName({ props, name }: Resource): string {
  const [own, namespace] = [
    text(at(props, "metadata", "name")) ?? name,
    text(at(props, "metadata", "namespace")),
  ];
  return namespace === undefined ? own : `${namespace}/${own}`;
}

/** Annotations that say where a load balancer stands; AWS' own default is inside for one controller and outside for the other. */
const SCHEME = "service.beta.kubernetes.io/aws-load-balancer-scheme";

function ofService(resource: Resource): Exposure[] {
  const spec = at(resource.props, "spec");
  const name = objectName(resource);
  const type = text(at(spec, "type"));
  const external = texts(at(spec, "externalIPs")).map((ip) =>
    exposed(`Service ${name} on ${ip}`, EVERYWHERE, true),
  );
  if (type !== "LoadBalancer" && type !== "NodePort") return external;
  return [
    ...members(at(spec, "ports")).flatMap((port) => {
      const protocol = word(at(port, "protocol"), "TCP").toLowerCase();
      const node = word(at(port, "nodePort"), "of the cluster's choice");
      return type === "NodePort"
        ? [exposed(`port ${node}/${protocol} of every node → ${name}`, "whoever reaches a node", true)]
        : sourcesOf(resource).map(({ from, wide }) =>
            exposed(`port ${word(at(port, "port"))}/${protocol} of the load balancer of ${name}`, from, wide),
          );
    }),
    ...external,
  ];
}

interface Source {
  readonly from: string;
  readonly wide: boolean;
}

/** From where a load balancer may be reached. */
function sourcesOf({ props }: Resource): Source[] {
  const scheme = text(at(props, "metadata", "annotations", SCHEME));
  const suffix = scheme === undefined ? "" : ` (${scheme})`;
  const ranges = at(props, "spec", "loadBalancerSourceRanges");
  if (isUnknown(ranges)) return [{ from: `${NOT_KNOWN}${suffix}`, wide: false }];
  if (isMissing(ranges)) return [{ from: `${EVERYWHERE}${suffix}`, wide: scheme !== "internal" }];
  return items(ranges).map((range) => ({
    from: `${word(range)}${suffix}`,
    wide: scheme !== "internal" && isWorld(text(range) ?? ""),
  }));
}

/** Ports that containers take from their node. */
function ofPod(resource: Resource): Exposure[] {
  const name = objectName(resource);
  const { spec } = podOf(resource);
  const node = isTrue(at(spec, "hostNetwork"))
    ? [exposed(`every port of ${name}, in the network of its node`, "whoever reaches the node", true)]
    : [];
  const ports = containersOf(resource).flatMap(({ spec: container }) => items(at(container, "ports")));
  return [
    ...node,
    ...ports
      .filter((port) => !isMissing(at(port, "hostPort")))
      .map((port) => {
        const ip = text(at(port, "hostIP"));
        const from = ip === undefined ? "whoever reaches the node" : `${ip} of the node`;
        return exposed(`port ${word(at(port, "hostPort"))} of the node → ${name}`, from, ip === undefined);
      }),
  ];
}

const ROUTES: readonly string[] = ["HTTPRoute", "GRPCRoute", "TLSRoute"];

/** Host names that somebody routes: Ingress, and the Gateway API, also where it comes as a custom resource. */
function ofRoute(resource: Resource): Exposure[] {
  if (!resource.type.startsWith("kubernetes:")) return [];
  const kind = kindOf(resource.type);
  const spec = at(resource.props, "spec");
  const of = `${kind} ${objectName(resource)}`;
  const host = (value: Value) => {
    const name = word(value, "*");
    return exposed(`host ${name} of ${of}`, EVERYWHERE, name === "*");
  };
  if (kind === "Ingress")
    return [
      ...items(at(spec, "rules")).map((rule) => host(at(rule, "host"))),
      ...(entries(at(spec, "defaultBackend")).length === 0 ? [] : [host("*")]),
    ];
  if (kind === "Gateway")
    return items(at(spec, "listeners")).map((listener) => host(at(listener, "hostname")));
  return ROUTES.includes(kind) ? items(at(spec, "hostnames")).map(host) : [];
}
