import { gpusOf } from "../../config/aws-gpus";
import type { NodeSettings } from "../../config/aws-nodes";
import { type GpuSharing, MIG_PROFILES } from "../../config/gpu";
import { gpuResourceName } from "../kubernetes/gpu-sharing";

/** Label by which pods choose a pool, with the pool's name. */
export const POOL_LABEL = "semblance.dev/pool";
/** Label of nodes with GPUs, the one that NVIDIA's own tools look for. */
export const GPU_LABEL = "nvidia.com/gpu.present";
/** Taint of nodes with GPUs, and the name under which pods ask for one. */
export const GPU_RESOURCE = "nvidia.com/gpu";
/** Keeps the services away from the nodes that the cluster itself needs. */
const SYSTEM_TAINT = "CriticalAddonsOnly";

/** What puts a pod onto the system pool, in the words that add-ons and pods share. */
export const onSystemNodes = {
  nodeSelector: { [POOL_LABEL]: "system" },
  tolerations: [{ key: SYSTEM_TAINT, operator: "Exists" }],
} as const;

/** GPUs of a pool's nodes, and how pods share them. */
export interface PoolGpus {
  readonly perNode: number;
  readonly sharing: GpuSharing;
}

/** A pool, whatever it is for. It becomes one node group per zone. */
export interface Pool {
  readonly name: string;
  readonly ami: string;
  readonly instanceTypes: readonly string[];
  readonly capacity: "on-demand" | "spot";
  /** Per zone. */
  readonly min: number;
  /** Per zone. */
  readonly max: number;
  readonly diskGiB: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly {
    readonly key: string;
    readonly value: string;
    readonly effect: "NO_SCHEDULE";
  }[];
  /** Letters of its zones. */
  readonly zones: readonly string[];
  readonly gpu?: PoolGpus;
}

/** The pools of a stack: what the cluster needs, what the services need, and the pools with GPUs. */
export function poolsOf(nodes: NodeSettings, zones: readonly string[], sharing: GpuSharing): Pool[] {
  const plain = (["system", "general"] as const).map((name): Pool => ({
    ...nodes[name],
    name,
    ami: nodes.ami,
    zones,
    labels: { [POOL_LABEL]: name },
    taints: name === "system" ? [{ key: SYSTEM_TAINT, value: "true", effect: "NO_SCHEDULE" }] : [],
  }));
  const gpu = nodes.gpu.map((pool): Pool => ({
    ...pool,
    zones: pool.zones ?? zones,
    labels: { ...pool.labels, [POOL_LABEL]: pool.name, [GPU_LABEL]: "true" },
    taints: pool.taint ? [{ key: GPU_RESOURCE, value: "present", effect: "NO_SCHEDULE" }] : [],
    gpu: { perNode: gpusOf(pool.instanceTypes[0] ?? "") ?? 0, sharing },
  }));
  return [...plain, ...gpu];
}

/**
 * What a node of the pool offers that its instance type does not tell: shares or slices of GPUs, by the names that pods ask for.
 * While a pool has no node, the autoscaler knows them from here only.
 */
export function sharesOf({ gpu }: Pool): Readonly<Record<string, number>> {
  if (gpu === undefined || gpu.sharing.strategy === "none") return {};
  const { sharing, perNode } = gpu;
  return { [gpuResourceName(sharing)]: perNode * partsOf(sharing) };
}

/** Into how many parts one GPU is shared or cut. */
function partsOf(sharing: Exclude<GpuSharing, { strategy: "none" }>): number {
  if (sharing.strategy !== "mig") return sharing.replicas;
  const profiles: Readonly<Record<string, number>> = MIG_PROFILES[sharing.gpu];
  return profiles[sharing.profile] ?? 1;
}
