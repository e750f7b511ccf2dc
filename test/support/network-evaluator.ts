/**
 * Says what NetworkPolicies (networking.k8s.io/v1) allow, without a cluster: the API server stores them and only the network
 * plugin acts on them, so a simulated cluster cannot tell.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */
import { type Range, overlap, parseRange } from "../../components/config/range";

type Labels = Readonly<Record<string, string>>;

interface Selector {
  readonly matchLabels?: Labels | undefined;
}

interface PolicyPeer {
  readonly podSelector?: Selector | undefined;
  readonly namespaceSelector?: Selector | undefined;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] | undefined } | undefined;
}

interface PolicyPort {
  readonly protocol?: string | undefined;
  readonly port?: number | undefined;
  readonly endPort?: number | undefined;
}

interface Rule {
  readonly from?: readonly PolicyPeer[] | undefined;
  readonly to?: readonly PolicyPeer[] | undefined;
  readonly ports?: readonly PolicyPort[] | undefined;
}

/** A NetworkPolicy as it would be sent to the API server. */
export interface PolicyObject {
  readonly namespace: string;
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes?: readonly string[] | undefined;
    readonly ingress?: readonly Rule[] | undefined;
    readonly egress?: readonly Rule[] | undefined;
  };
}

/** A pod, or with no namespace something outside of the cluster's pods. */
export interface Party {
  readonly name: string;
  readonly ip: string;
  readonly namespace?: string;
  readonly labels?: Labels;
}

/** The cluster, as far as policies look at it. */
export interface Cluster {
  /** Labels of each namespace. The API server adds the one with its name. */
  readonly namespaces: Readonly<Record<string, Labels>>;
  readonly policies: readonly PolicyObject[];
}

/** A port that one dials. */
export interface Dialled {
  readonly port: number;
  readonly protocol: "TCP" | "UDP";
}

/** Whether `from` gets through to `to`: its own policies must let it out, and the other's let it in. */
export function allows(cluster: Cluster, from: Party, to: Party, dialled: Dialled): boolean {
  return side(cluster, "Egress", from, to, dialled) && side(cluster, "Ingress", to, from, dialled);
}

/** Every pair that gets through, as `from -> to:port`. */
export function allowedPairs(
  cluster: Cluster,
  parties: readonly Party[],
  ports: readonly number[],
): ReadonlySet<string> {
  const pairs = new Set<string>();
  for (const from of parties)
    for (const to of parties)
      for (const port of from === to ? [] : ports)
        if (allows(cluster, from, to, { port, protocol: "TCP" }))
          pairs.add(`${from.name} -> ${to.name}:${port}`);
  return pairs;
}

/** One side of a connection: free where no policy selects it, else what at least one rule of those policies lets through. */
function side(
  cluster: Cluster,
  direction: "Ingress" | "Egress",
  self: Party,
  peer: Party,
  dialled: Dialled,
): boolean {
  const selecting = cluster.policies.filter(
    ({ namespace, spec }) =>
      namespace === self.namespace && matches(spec.podSelector, self.labels) && acts(spec, direction),
  );
  if (selecting.length === 0) return true;
  return selecting.some(({ namespace, spec }) =>
    (direction === "Ingress" ? spec.ingress : spec.egress)?.some((rule) => {
      known(rule, ["from", "to", "ports"]);
      const peers = direction === "Ingress" ? rule.from : rule.to;
      return (
        anyOf(peers, (one) => isPeer(cluster, namespace, one, peer)) && anyOf(rule.ports, isPort(dialled))
      );
    }),
  );
}

/** A policy that does not say so acts on what comes in, and on what goes out where it has rules for that. */
const acts = ({ policyTypes, egress }: PolicyObject["spec"], direction: "Ingress" | "Egress"): boolean =>
  policyTypes === undefined || policyTypes.length === 0
    ? direction === "Ingress" || (egress ?? []).length > 0
    : policyTypes.includes(direction);

/** A list that is left out or empty means everything. */
const anyOf = <T>(list: readonly T[] | undefined, fits: (one: T) => boolean): boolean =>
  list === undefined || list.length === 0 || list.some(fits);

function isPeer(cluster: Cluster, ownNamespace: string, peer: PolicyPeer, party: Party): boolean {
  known(peer, ["podSelector", "namespaceSelector", "ipBlock"]);
  const { podSelector, namespaceSelector, ipBlock } = peer;
  if (ipBlock !== undefined) {
    if (podSelector !== undefined || namespaceSelector !== undefined)
      throw new Error("a peer has an ipBlock or selectors, never both");
    // Some network plugins match pods by their addresses, so a range counts for pods as well here.
    return inside(party.ip, ipBlock.cidr) && !(ipBlock.except ?? []).some((range) => inside(party.ip, range));
  }
  if (party.namespace === undefined) return false;
  const namespaceFits =
    namespaceSelector === undefined
      ? party.namespace === ownNamespace
      : matches(namespaceSelector, labelsOfNamespace(cluster, party.namespace));
  return namespaceFits && (podSelector === undefined || matches(podSelector, party.labels));
}

function labelsOfNamespace({ namespaces }: Cluster, name: string): Labels {
  const labels = namespaces[name];
  if (labels === undefined) throw new Error(`no namespace ${name}`);
  return { ...labels, "kubernetes.io/metadata.name": name };
}

function matches(selector: Selector, labels: Labels = {}): boolean {
  known(selector, ["matchLabels"]);
  return Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
}

const isPort =
  ({ port: dialled, protocol: spoken }: Dialled) =>
  (one: PolicyPort): boolean => {
    known(one, ["protocol", "port", "endPort"]);
    if (typeof one.port === "string")
      throw new Error(`port ${String(one.port)} by name is not supported here`);
    const { protocol = "TCP", port = 0, endPort = one.port ?? 65535 } = one;
    return protocol === spoken && port <= dialled && dialled <= endPort;
  };

/** What is not understood here would be read as allowed or denied by accident. */
function known(object: object, keys: readonly string[]): void {
  const strange = Object.keys(object).filter((key) => !keys.includes(key));
  if (strange.length > 0) throw new Error(`not supported here: ${strange.join(", ")}`);
}

function inside(ip: string, cidr: string): boolean {
  // Parties have IPv4 addresses.
  if (cidr.includes(":")) return false;
  return overlap(rangeOf(`${ip}/32`), rangeOf(cidr));
}

function rangeOf(text: string): Range {
  const range = parseRange(text);
  if (range === undefined) throw new Error(`not an IPv4 range: ${text}`);
  return range;
}
