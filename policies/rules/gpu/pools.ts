import { resourceRule } from "../../core/rule";
import { entries, isUnknown, text, type Value } from "../../core/value";
import { GPU_KEY, isGpuLabel } from "../../models/gpus";
import { keepsAway, nodeGroupOf, nodeGroupTypes, type Taint } from "../../models/node-groups";

/** Node images of EKS that have NVIDIA's driver; CUSTOM is whoever's business it is. */
const hasDriver = (ami: Value): boolean =>
  /^((AL2023|BOTTLEROCKET)_(x86_64|ARM_64)_NVIDIA(_FIPS)?|AL2_x86_64_GPU|CUSTOM)$/.test(text(ami) ?? "");

/** Nodes with GPUs are for those who use them, and have what is needed for that. */
export const gpuPoolReserved = resourceRule({
  name: "gpu-03-gpu-pool-reserved",
  group: "gpu",
  severity: "medium",
  summary: "A node group with GPUs is tainted and labelled, and its image has the driver.",
  why: "Without the taint, any pod fills the most expensive nodes; without the label nothing finds them; without the driver they have no GPU to give.",
  fix: `Set taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" }], labels: { "nvidia.com/gpu.present": "true" } and amiType: "BOTTLEROCKET_x86_64_NVIDIA" or "AL2023_x86_64_NVIDIA".`,
  maps: ["Semblance-gpu-pool"],
  unknown: "cannot tell",
  bad: `new aws.eks.NodeGroup("gpu", { instanceTypes: ["g6.xlarge"], … });`,
  good: `new aws.eks.NodeGroup("gpu", { instanceTypes: ["g6.xlarge"], amiType: "BOTTLEROCKET_x86_64_NVIDIA", taints: […], labels: { "nvidia.com/gpu.present": "true" }, … });`,
  types: nodeGroupTypes,
  check(resource, report) {
    const group = nodeGroupOf(resource);
    if (isUnknown(group.hasGpus)) return report.cannotTell("instanceTypes");
    if (!group.hasGpus) return;
    const { taints, labels, ami } = group;
    if (!taints.some(isReserved))
      report.must(
        "taints",
        taints.map(hidden).find(isUnknown),
        () => false,
        "have no nvidia.com/gpu with NO_SCHEDULE",
      );
    const labelled = entries(labels).some(([key, value]) => isGpuLabel(key) && text(value) !== "false");
    if (!labelled)
      report.must("labels", isUnknown(labels) ? labels : undefined, () => false, "have none of NVIDIA's");
    // The components of @pulumi/eks choose an image themselves where `gpu` says so.
    if (resource.props["gpu"] !== true)
      report.must("amiType", ami, hasDriver, "is no image with NVIDIA's driver");
  },
});

const isReserved = (taint: Taint): boolean => text(taint.key) === GPU_KEY && keepsAway(taint);

/** What of a taint nobody knows yet, if that is what keeps it from being the right one. */
const hidden = ({ key, effect }: Taint): Value =>
  isUnknown(key) ? key : key === GPU_KEY ? effect : undefined;

/** GPUs cost money by the hour. */
export const gpuPoolSize = resourceRule({
  name: "gpu-03-gpu-pool-size",
  group: "gpu",
  severity: "low",
  summary: "A node group with GPUs shrinks to what is needed, and does not grow beyond what was agreed.",
  why: "A GPU node that waits for work costs as much as one that works, and a runaway queue grows a pool as far as its limit lets it.",
  fix: "Set scalingConfig.minSize to 0 and maxSize to what the budget allows, or raise the options alwaysOn and most under review.",
  maps: ["Semblance-gpu-cost"],
  unknown: "cannot tell",
  options: {
    alwaysOn: { description: "Nodes with GPUs that a group may always have.", default: 0 },
    most: { description: "Nodes with GPUs that a group may have at most.", default: 4 },
  },
  bad: `new aws.eks.NodeGroup("gpu", { instanceTypes: ["p5.48xlarge"], scalingConfig: { minSize: 2, maxSize: 100 }, … });`,
  good: `new aws.eks.NodeGroup("gpu", { instanceTypes: ["g6.xlarge"], scalingConfig: { minSize: 0, maxSize: 2 }, … });`,
  types: nodeGroupTypes,
  check(resource, report) {
    const { hasGpus, minSize, maxSize, sizePath } = nodeGroupOf(resource);
    if (hasGpus !== true) return;
    const upTo = (most: number) => (is: Value) => Number(text(is) ?? Number.NaN) <= most;
    report.must(
      `${sizePath}minSize`,
      minSize,
      upTo(report.number("alwaysOn")),
      "keeps more nodes on than agreed",
    );
    report.must(
      `${sizePath}maxSize`,
      maxSize,
      upTo(report.number("most")),
      "is missing, or above what was agreed",
    );
  },
});
