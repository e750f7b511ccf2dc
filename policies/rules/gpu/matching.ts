import { type Report, stackRule, type StackView } from "../../core/rule";
import { at, entries, isUnknown, items, text, type Value } from "../../core/value";
import { containersOf } from "../../models/containers";
import { GPU_KEY, gpuLimits } from "../../models/gpus";
import {
  gpusPerNode,
  keepsAway,
  nodeGroupOf,
  nodeGroupTypes,
  type NodeGroupLike,
  type Taint,
} from "../../models/node-groups";
import { type PodLike, podOf } from "../../models/pods";
import { podTypes } from "../../models/types";

/** Pools of Karpenter, which finds machines by itself. */
const KARPENTER = ["v1", "v1beta1"].map((version) => `kubernetes:karpenter.sh/${version}:NodePool`);

/** What is asked for is there. */
export const gpuPoolExists = stackRule({
  name: "gpu-04-gpu-pool-exists",
  group: "gpu",
  severity: "medium",
  summary: "For every pod that asks for GPUs the stack has a node group that takes it.",
  why: "A pod that no pool takes waits for ever, and the deployment ends in a timeout that does not say why.",
  fix: "Add a node group whose machines have that many GPUs, or bring the pod's nodeSelector, tolerations and number of GPUs in line with one.",
  maps: ["Semblance-gpu-matching"],
  unknown: "present",
  bad: `new aws.eks.NodeGroup("general", { instanceTypes: ["m7i.xlarge"], … }); // and a pod with limits: { "nvidia.com/gpu": "1" }`,
  good: `new aws.eks.NodeGroup("gpu", { instanceTypes: ["g6.xlarge"], … }); // and a pod with limits: { "nvidia.com/gpu": "1" }`,
  types: [...podTypes, ...nodeGroupTypes, ...KARPENTER],
  check(stack, report) {
    const groups = stack.of(...nodeGroupTypes).map(nodeGroupOf);
    // Without any, the cluster is somebody else's, and so is the question.
    if (groups.length === 0 || stack.of(...KARPENTER).length > 0) return;
    judge(stack, groups, report);
  },
});

function judge(stack: StackView, groups: readonly NodeGroupLike[], report: Report): void {
  const labelled = new Set(groups.flatMap(({ labels }) => entries(labels).map(([key]) => key)));
  for (const resource of stack.of(...podTypes)) {
    const asked = containersOf(resource).flatMap(gpuLimits);
    if (asked.length === 0) continue;
    const pod = podOf(resource);
    const takers = groups.filter((group) => group.hasGpus !== false && takes(group, pod, labelled));
    if (takers.length === 0) {
      report.violation(pod.path, "asks for GPUs, and no node group with GPUs takes it", resource);
      continue;
    }
    const count = asked
      .filter(([name]) => name === GPU_KEY)
      .reduce((sum, [, value]) => sum + Number(text(value) ?? 0), 0);
    if (!takers.some((group) => hasAtLeast(group, count)))
      report.violation(pod.path, "asks for more GPUs than a node of any group that takes it has", resource);
  }
}

/** Whether one of a group's machines has so many; one that is not known here may. */
const hasAtLeast = ({ instanceTypes }: NodeGroupLike, count: number): boolean =>
  instanceTypes.length === 0 ||
  instanceTypes.some((type) => isUnknown(type) || (gpusPerNode(text(type) ?? "") ?? count) >= count);

/** Whether a pod may go to a group's nodes, as far as labels and taints that the stack declares tell. */
function takes(group: NodeGroupLike, { spec }: PodLike, labelled: ReadonlySet<string>): boolean {
  const wanted = entries(at(spec, "nodeSelector")).filter(([key]) => labelled.has(key));
  const fits = wanted.every(([key, value]) => {
    const label = at(group.labels, key);
    return isUnknown(label) || isUnknown(value) || text(label) === text(value);
  });
  const tolerations = items(at(spec, "tolerations"));
  const welcome = group.taints
    .filter((taint) => keepsAway(taint))
    .every((taint) => tolerations.some((toleration) => tolerates(toleration, taint)));
  return fits && (welcome || isUnknown(at(spec, "tolerations")));
}

function tolerates(toleration: Value, taint: Taint): boolean {
  const key = at(toleration, "key");
  if (isUnknown(key) || isUnknown(taint.key)) return true;
  const exists = at(toleration, "operator") === "Exists";
  if (text(key) === undefined || key === "") return exists;
  return key === taint.key && (exists || text(at(toleration, "value")) === text(taint.value));
}
