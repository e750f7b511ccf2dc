import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsSettings } from "../../../config/aws";
import { formatAddress, parseRange } from "../../../config/range";
import { dnsRule, type Peer, type PolicySpec, tcp, world } from "../../kubernetes/network-rules";
import { POD_IDENTITY } from "../workload-identity";
import { labelsOf, NAMESPACE } from "./pod";

const HTTPS = 443;

/** What a policy says of a tool's pods, once they are selected. */
export type Rules = Omit<PolicySpec, "podSelector">;

/**
 * Where tools find the API server and AWS' APIs, in a cluster that the stack makes. EKS gives the Service `kubernetes` the first
 * address of its range, and the API server addresses in the nodes' subnets, which nobody knows before. Private endpoints of AWS'
 * APIs have addresses there too; where the VPC has a way out, their public addresses answer as well.
 */
export function apisOf({ network, cluster }: Pick<AwsSettings, "network" | "cluster">): Peer[] {
  const services = parseRange(cluster.serviceCidr);
  if (services === undefined) throw new Error(`not a range: ${cluster.serviceCidr}`);
  const closed = network.existing === undefined && network.nat === "none";
  return [
    range(`${formatAddress(services.first + 1)}/32`),
    range(network.existing?.cidr ?? network.cidr),
    ...(closed ? [] : [world({ egressExcept: [] })]),
  ];
}

const range = (cidr: string): Peer => ({ ipBlock: { cidr } });

/** For a tool that nobody asks, and that asks the API server and AWS. Probes need no rule: they come from the pod's own node. */
export const asksApis = (apis: readonly Peer[]): Rules => ({
  policyTypes: ["Ingress", "Egress"],
  egress: [
    dnsRule(),
    { to: [...apis], ports: [tcp(HTTPS)] },
    { to: POD_IDENTITY.to.map(range), ports: [tcp(POD_IDENTITY.port)] },
  ],
});

/** For a tool that speaks to nobody over the network. */
export const speaksToNobody: Rules = { policyTypes: ["Ingress", "Egress"] };

/** Label of a namespace whose pods may read the figures about GPUs: the cluster's own monitoring. */
const READS_GPU_FIGURES = "semblance.dev/reads-gpu-figures";

/** For a tool that answers such namespaces on one port, and asks nobody. */
export const answersMonitoring = (port: number): Rules => ({
  ...speaksToNobody,
  ingress: [
    {
      from: [{ namespaceSelector: { matchLabels: { [READS_GPU_FIGURES]: "true" } } }],
      ports: [tcp(port)],
    },
  ],
});

/**
 * Registers what a tool's pods may do on the network. It selects them alone: the namespace has no default that denies, since
 * what EKS runs there besides is not the stack's.
 */
export function fence(
  name: string,
  tool: string,
  rules: Rules,
  parent: pulumi.ComponentResource,
): NetworkPolicy {
  const labels = labelsOf(tool);
  return new NetworkPolicy(
    `${name}-network`,
    {
      metadata: { name: tool, namespace: NAMESPACE, labels },
      spec: { podSelector: { matchLabels: labels }, ...rules },
    },
    { parent },
  );
}
