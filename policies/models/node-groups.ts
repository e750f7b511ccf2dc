import type { Resource } from "../core/resource";
import { at, entries, isTrue, isUnknown, text, UNKNOWN, type Unknown, type Value } from "../core/value";
import { members } from "./containers";

/** Groups of nodes of EKS: the resource itself, and the components of `@pulumi/eks`. */
export const nodeGroupTypes: readonly string[] = [
  "aws:eks/nodeGroup:NodeGroup",
  "eks:index:ManagedNodeGroup",
  "eks:index:NodeGroup",
  "eks:index:NodeGroupV2",
];

/** A taint, as far as it is known. */
export interface Taint {
  readonly key: Value;
  readonly value: Value;
  readonly effect: Value;
}

/** Nodes that come and go together. */
export interface NodeGroupLike {
  readonly resource: Resource;
  readonly instanceTypes: readonly Value[];
  readonly ami: Value;
  readonly taints: readonly Taint[];
  readonly labels: Value;
  readonly minSize: Value;
  readonly maxSize: Value;
  /** Where the sizes are. */
  readonly sizePath: string;
  /** NVIDIA's GPUs in its machines; unknown where nobody can see the machines yet. */
  readonly hasGpus: boolean | Unknown;
}

/** A node group, whoever declares it. */
export function nodeGroupOf(resource: Resource): NodeGroupLike {
  const { props, type } = resource;
  const single = props["instanceType"];
  const instanceTypes = members(single === undefined ? props["instanceTypes"] : single);
  const ami = props["amiType"];
  const selfManaged = type === "eks:index:NodeGroup" || type === "eks:index:NodeGroupV2";
  const size = selfManaged ? props : props["scalingConfig"];
  return {
    resource,
    instanceTypes,
    ami,
    taints: taintsOf(props["taints"]),
    labels: props["labels"],
    minSize: at(size, "minSize"),
    maxSize: at(size, "maxSize"),
    sizePath: selfManaged ? "" : "scalingConfig.",
    hasGpus: hasGpus(instanceTypes, ami, props["gpu"]),
  };
}

/** A list of taints, or, in `@pulumi/eks`, an object by their keys. */
function taintsOf(taints: Value): readonly Taint[] {
  const taint = (key: Value, of: Value): Taint => ({ key, value: at(of, "value"), effect: at(of, "effect") });
  const byKey = entries(taints);
  return byKey.length > 0
    ? byKey.map(([key, of]) => taint(key, of))
    : members(taints).map((of) => taint(at(of, "key"), of));
}

/** Whether a taint keeps pods away from a node at all; EKS writes NO_SCHEDULE and Kubernetes NoSchedule. */
export const keepsAway = ({ effect }: Taint): boolean =>
  ["noschedule", "noexecute"].includes((text(effect) ?? "").replaceAll("_", "").toLowerCase());

/** Families of EC2 with NVIDIA's GPUs; g4ad has AMD's. */
const hasNvidia = (type: string): boolean => /^(g\d|gr\d|p\d)/.test(type) && !type.startsWith("g4ad.");

function hasGpus(types: readonly Value[], ami: Value, flag: Value): boolean | Unknown {
  const image = /NVIDIA|GPU/.test(text(ami) ?? "");
  if (image || isTrue(flag) || types.some((type) => hasNvidia(text(type) ?? ""))) return true;
  return types.some(isUnknown) || isUnknown(flag) ? UNKNOWN : false;
}

/** How many GPUs one machine has. */
const COUNTS: readonly (readonly [RegExp, number])[] = [
  [/^(g4dn|g5|g6|g6e)\.(x|2x|4x|8x|16x)large$/, 1],
  [/^g5g\.(x|2x|4x|8x)large$/, 1],
  [/^gr6\.(4x|8x)large$/, 1],
  [/^(p2\.xlarge|p3\.2xlarge|p5\.4xlarge)$/, 1],
  [/^g5g\.(16xlarge|metal)$/, 2],
  [/^((g4dn|g5|g6|g6e)\.12xlarge|(g5|g6|g6e)\.24xlarge|p3\.8xlarge)$/, 4],
  [/^((g5|g6|g6e)\.48xlarge|g4dn\.metal|p2\.8xlarge|p3\.16xlarge|p3dn\.24xlarge)$/, 8],
  [/^(p4de?\.24xlarge|(p5|p5e|p5en|p6-b200|p6-b300)\.48xlarge)$/, 8],
  [/^p2\.16xlarge$/, 16],
];

/** GPUs of one machine; undefined for a type that is not known here. */
export const gpusPerNode = (type: string): number | undefined =>
  COUNTS.find(([pattern]) => pattern.test(type))?.[1];
