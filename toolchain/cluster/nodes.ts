import { SIMULATED_NODE } from "./components";

/** Nodes of one kind: what a node group of a cloud is. */
export interface NodeGroup {
  /** Nodes are called `<name>-<number>`. */
  readonly name: string;
  readonly count: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  /** @default 8 */
  readonly cpu?: number;
  /** @default 32 */
  readonly memoryGiB?: number;
  /** Devices that the driver of NVIDIA would report, as `nvidia.com/gpu`. The taint is not implied. */
  readonly gpus?: number;
  /** Zones in turn. @default one, "zone-a" */
  readonly zones?: readonly string[];
}

/** Keeps pods away that do not tolerate it. */
export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** As many as a node of a cloud carries, more or less. */
const PODS = "110";

/** The Node objects of a group, with their status: kwok keeps what is in it. */
export function nodesOf(group: NodeGroup): object[] {
  const { count, taints = [], cpu = 8, memoryGiB = 32, gpus = 0, zones = ["zone-a"] } = group;
  const resources = {
    cpu: String(cpu),
    memory: `${memoryGiB}Gi`,
    "ephemeral-storage": "100Gi",
    pods: PODS,
    ...(gpus > 0 ? { "nvidia.com/gpu": String(gpus) } : {}),
  };
  return Array.from({ length: count }, (_, index) => {
    const name = `${group.name}-${index}`;
    const labels = {
      "kubernetes.io/hostname": name,
      "kubernetes.io/os": "linux",
      "kubernetes.io/arch": "amd64",
      "topology.kubernetes.io/region": "region",
      "topology.kubernetes.io/zone": zones[index % zones.length],
      ...group.labels,
    };
    return {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name, labels, annotations: SIMULATED_NODE },
      spec: { taints },
      status: { capacity: resources, allocatable: resources },
    };
  });
}
