import { TopologyError } from "../../core/errors";
import type { Reach } from "../../core/managed";
import { type Arrow, arrowName, type ServiceName } from "../../topology";
import type { Bought } from "./bought";
import type { Registration } from "./inventory";
import { namespaceOfMember, selectorOf } from "./names";

type Labels = Readonly<Record<string, string>>;

/** One side of a connection: pods by their labels and their namespace's, or a range of addresses. */
export type Peer =
  | { namespaceSelector: { matchLabels: Labels }; podSelector?: { matchLabels: Labels } }
  | { ipBlock: { cidr: string; except?: string[] } };

/** A port of a rule, always by its number: a name could mean another number on every pod. Without it, all of the protocol. */
export interface RulePort {
  protocol: "TCP" | "UDP";
  port?: number;
}

/** The part of `NetworkPolicySpec` (networking.k8s.io/v1) that is used here. Its lists can be changed as those of the SDK can. */
export interface PolicySpec {
  podSelector: { matchLabels?: Labels };
  policyTypes: ("Ingress" | "Egress")[];
  ingress?: { from: Peer[]; ports: RulePort[] }[];
  egress?: { to: Peer[]; ports: RulePort[] }[];
}

/** What lies outside of the stack. */
export interface Outside {
  /** IPv4 ranges that may reach published ports; everybody where there is none. */
  readonly sourceRanges: readonly string[];
  /** Ranges of nodes and load balancers, from which health checks come. */
  readonly nodeRanges: readonly string[];
  /** Namespace of the proxies of a Gateway, through which alone the world comes in. Absent: there is no Gateway. */
  readonly gatewayNamespace?: string | undefined;
  /** Ranges that no member may call, besides the private ones. */
  readonly egressExcept: readonly string[];
  /** Servers that are bought. @default none */
  readonly bought?: Bought;
}

/** For every pod of a namespace, until another policy says more. */
export const denyAll: PolicySpec = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };

/** By this label, which the API server sets itself, a namespace is known by its name. */
const NAMESPACE_NAME = "kubernetes.io/metadata.name";

/** The cluster's DNS servers, as every distribution labels them. */
const DNS: Peer = {
  namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: "kube-system" } },
  podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
};
const DNS_PORTS: RulePort[] = [
  { protocol: "UDP", port: 53 },
  { protocol: "TCP", port: 53 },
];

/** The way to the cluster's DNS. */
export const dnsRule = (): { to: Peer[]; ports: RulePort[] } => ({ to: [DNS], ports: DNS_PORTS });

/**
 * Ranges in which clusters have their pods, services, nodes and API server, and under which a cloud hands out credentials to
 * whoever asks (169.254.169.254). No way out leads there. There is none over IPv6 at all: pods have public addresses there.
 */
const PRIVATE_RANGES = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "127.0.0.0/8",
] as const;

/**
 * What the pods of a member may do: one rule per arrow that leads to it, one per arrow that it uses, the places of what is
 * bought, the outside where it publishes a port or may call out, and DNS where it is a client of anybody.
 */
export function policyFor(
  member: ServiceName,
  all: readonly Registration[],
  args: Outside & { readonly stack: string },
): PolicySpec {
  const own = all.filter((one) => one.member === member);
  const leading = distinct(all.flatMap(({ arrows }) => arrows).filter(({ to }) => to === member));
  const used = distinct(own.flatMap(({ arrows }) => arrows));
  const bought = args.bought ?? new Map<ServiceName, readonly Reach[]>();
  const callsOut = own.some(({ egress }) => egress);
  const published = own.flatMap((one) => one.published.map((port) => portOf(one, port)));
  const pods = (of: ServiceName): Peer => ({
    namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: namespaceOfMember(args.stack, of) } },
    podSelector: { matchLabels: selectorOf(args.stack, of) },
  });
  const dns = used.length > 0 || callsOut ? [dnsRule()] : [];
  const ingress = [
    ...leading.map((arrow) => ({ from: [pods(arrow.from)], ports: [target(arrow, all)] })),
    ...(published.length > 0 ? [{ from: comers(args), ports: published.map(tcp) }] : []),
  ];
  const egress = [
    ...used
      .filter(({ to }) => !bought.has(to))
      .map((arrow) => ({ to: [pods(arrow.to)], ports: [target(arrow, all)] })),
    ...[...new Set(used.flatMap(({ to }) => bought.get(to) ?? []))].map((reach) => ({
      to: places(reach, args),
      ports: [tcp(reach.port)],
    })),
    ...dns,
    ...(callsOut ? [{ to: [world(args)], ports: [{ protocol: "TCP" } as const] }] : []),
  ];
  return {
    podSelector: { matchLabels: selectorOf(args.stack, member) },
    // Both directions are named, so that no rules mean nobody. The API server drops an empty list: a preview would miss it.
    policyTypes: ["Ingress", "Egress"],
    ...(ingress.length > 0 ? { ingress } : {}),
    ...(egress.length > 0 ? { egress } : {}),
  };
}

/** Each arrow once, in an order that does not depend on which workload came first: a plan without changes stays empty. */
const distinct = (arrows: readonly Arrow[]): readonly Arrow[] =>
  [...new Map(arrows.map((arrow) => [arrowName(arrow), arrow])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, arrow]) => arrow);

/** A port of a rule. */
export const tcp = (port: number): RulePort => ({ protocol: "TCP", port });

/** The port at the head of an arrow. */
function target(arrow: Arrow, all: readonly Registration[]): RulePort {
  const server = all.find(({ member }) => member === arrow.to);
  if (server !== undefined) return tcp(portOf(server, arrow.port));
  throw new TopologyError(
    `${arrow.from} uses port ${arrow.port} of ${arrow.to}, which this stack does not run; take the connection out of its spec, or add ${arrow.to}`,
  );
}

function portOf({ member, ports }: Registration, name: string): number {
  const port = ports[name];
  if (port !== undefined) return port;
  throw new TopologyError(
    `${member} has no port ${name}; its spec has ${Object.keys(ports).join(", ") || "none"}`,
  );
}

/** Who may reach a published port. */
function comers({ sourceRanges, nodeRanges, gatewayNamespace }: Outside): Peer[] {
  if (gatewayNamespace !== undefined)
    return [
      { namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: gatewayNamespace } } },
      ...nodeRanges.map((cidr) => ({ ipBlock: { cidr } })),
    ];
  const ranges = sourceRanges.length > 0 ? [...sourceRanges, ...nodeRanges] : ["0.0.0.0/0", "::/0"];
  return ranges.map((cidr) => ({ ipBlock: { cidr } }));
}

/** Where a server is that is bought. */
const places = ({ to }: Reach, outside: Outside): Peer[] =>
  to === "world" ? [world(outside)] : to.map((cidr) => ({ ipBlock: { cidr } }));

/** Every public address, and none of a cluster's own. */
export const world = ({ egressExcept }: Pick<Outside, "egressExcept">): Peer => ({
  ipBlock: { cidr: "0.0.0.0/0", except: [...PRIVATE_RANGES, ...egressExcept] },
});
