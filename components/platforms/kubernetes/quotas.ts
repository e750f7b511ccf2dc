import type { Demand, Registration } from "./inventory";
import { cores, gibibytes, mebibytes } from "./quantities";
import { type Tier, tierOf } from "./tiers";

/** What a container gets that names nothing itself: enough for a debugging shell. Every container of this program names its own. */
export const limitRange = {
  limits: [
    {
      type: "Container",
      default: { cpu: "500m", memory: "256Mi" },
      defaultRequest: { cpu: "50m", memory: "64Mi" },
    },
  ],
};

/** Names of the extended resources under which GPUs are counted, so that a namespace without GPUs has a quota of none. */
const WHOLE_GPU = "nvidia.com/gpu";

/** What decides how large a quota is, besides the workloads. */
export interface QuotaOptions {
  readonly headroomPercent: number;
  /** The extended resource by which workloads of this stack ask for GPUs. */
  readonly gpuResource: string;
}

/**
 * Everything that the workloads of a tier ask for at once, and headroom. No headroom is given to what costs money or opens a
 * door by being there once too often: GPUs, load balancers, ports of the nodes.
 */
export function quotaFor(
  tier: Tier,
  all: readonly Registration[],
  { headroomPercent, gpuResource }: QuotaOptions,
): Record<string, string> {
  const demands = all.filter(({ member }) => tierOf[member] === tier).map(({ demand }) => demand);
  const ample = (amount: number): number => Math.ceil((amount * (100 + headroomPercent)) / 100);
  const sum = (amount: (demand: Demand) => number): number =>
    demands.reduce((total, demand) => total + amount(demand), 0);
  const gpus = (resource: string): string =>
    String(sum((d) => (d.gpus?.resource === resource ? d.gpus.count * podsOf(d) : 0)));
  const cpu = (perPod: (demand: Demand) => number): string =>
    cores(ample(sum((d) => Math.round(perPod(d) * 1000) * podsOf(d))) / 1000);
  const memory = (perPod: (demand: Demand) => number): string =>
    mebibytes(ample(sum((d) => perPod(d) * podsOf(d))));
  const storage = ample(sum(({ claims }) => claims.reduce((total, size) => total + size, 0)));
  const growsWithCluster = demands.some(({ pods }) => pods === "per-node");
  const compute = {
    pods: String(ample(sum(podsOf))),
    "requests.cpu": cpu((d) => d.requests.cpu),
    "requests.memory": memory((d) => d.requests.memoryMiB),
    "limits.cpu": cpu((d) => d.limits.cpu),
    "limits.memory": memory((d) => d.limits.memoryMiB),
  };
  return {
    // How many nodes there are is the autoscaler's decision: a limit here would leave the last ones unwatched.
    ...(growsWithCluster ? {} : compute),
    [`requests.${WHOLE_GPU}`]: gpus(WHOLE_GPU),
    [`requests.${gpuResource}`]: gpus(gpuResource),
    persistentvolumeclaims: String(ample(sum((d) => d.claims.length))),
    // A quantity of none has no unit when the API server gives it back.
    "requests.storage": storage === 0 ? "0" : gibibytes(storage),
    services: String(ample(sum((d) => d.services))),
    "services.loadbalancers": String(sum((d) => d.loadBalancers)),
    "services.nodeports": String(sum((d) => d.nodePorts)),
  };
}

const podsOf = ({ pods }: Demand): number => (pods === "per-node" ? 0 : pods);
