import { resourceRule } from "../../core/rule";
import { at, entries, isMissing, isUnknown, text, type Value } from "../../core/value";
import { containersOf, inside } from "../../models/containers";
import { choosesGpuNodes, gpuLimits, isGpuResource, namesGpuTaint, toleratesGpus } from "../../models/gpus";
import { podOf } from "../../models/pods";
import { kindOf, podTypes } from "../../models/types";

const isWhole = (is: Value): boolean => /^\d+$/.test(text(is) ?? "");

/** GPUs are counted. */
export const gpuLimitsSet = resourceRule({
  name: "gpu-01-gpu-limits",
  group: "gpu",
  severity: "medium",
  summary: "GPUs are asked for as whole numbers in limits, and requests say the same or nothing.",
  why: "Kubernetes cannot give more of a GPU than there is: it refuses a pod with a request alone, with part of one, or with two different numbers, and that at the first start.",
  fix: `Set resources.limits["nvidia.com/gpu"] to a whole number; leave it out of requests, or repeat it there. Shares of a GPU come from the device plugin's time-slicing, MPS or MIG.`,
  maps: ["Kyverno-check-nvidia-gpu"],
  unknown: "present",
  bad: `{ resources: { requests: { "nvidia.com/gpu": "1" } } }`,
  good: `{ resources: { limits: { "nvidia.com/gpu": "1" } } }`,
  types: podTypes,
  check(resource, report) {
    for (const container of containersOf(resource)) {
      const where = (part: string, name: string) => inside(container, `resources.${part}["${name}"]`);
      const limits = at(container.spec, "resources", "limits");
      for (const [name, count] of gpuLimits(container))
        report.must(where("limits", name), count, isWhole, "is not a whole number");
      for (const [name, asked] of entries(at(container.spec, "resources", "requests"))) {
        if (!isGpuResource(name)) continue;
        const limit = at(limits, name);
        if (isMissing(limit)) report.violation(where("limits", name), "is missing, though requests have it");
        else if (!isUnknown(limit))
          report.must(where("requests", name), asked, (is) => text(is) === text(limit), "is not the limit");
      }
    }
  },
});

/** Who needs a GPU goes where one is. */
export const gpuPlacement = resourceRule({
  name: "gpu-02-gpu-placement",
  group: "gpu",
  severity: "medium",
  summary: "A pod that asks for GPUs tolerates their nodes' taint and chooses their nodes by a label.",
  why: "Without the toleration it waits for ever; without the choice an autoscaler that starts at zero does not know which pool to grow.",
  fix: `Add tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }] and nodeSelector: { "nvidia.com/gpu.present": "true" }.`,
  maps: ["KubeLinter-no-node-affinity"],
  unknown: "cannot tell",
  bad: `{ containers: [{ name: "train", resources: { limits: { "nvidia.com/gpu": "1" } } }] }`,
  good: `{ tolerations: [{ key: "nvidia.com/gpu", operator: "Exists" }], nodeSelector: { "nvidia.com/gpu.present": "true" }, containers: […] }`,
  types: podTypes,
  check(resource, report) {
    if (!containersOf(resource).some((container) => gpuLimits(container).length > 0)) return;
    const pod = podOf(resource);
    const judge = (path: string, is: "yes" | "unknown" | "no", found: string) => {
      if (is === "no") report.violation(path, found);
      else if (is === "unknown") report.cannotTell(path);
    };
    judge(`${pod.path}.tolerations`, toleratesGpus(pod), "do not name the taint of GPU nodes");
    judge(`${pod.path}.nodeSelector`, choosesGpuNodes(pod), "chooses no nodes with GPUs");
  },
});

/** Who needs none stays away. */
export const gpuNodesReserved = resourceRule({
  name: "gpu-02-gpu-nodes-reserved",
  group: "gpu",
  severity: "low",
  summary:
    "A pod that asks for no GPU does not tolerate the taint of GPU nodes, unless it belongs on every node.",
  why: "It takes the processors and the memory that a GPU needs beside it, and keeps the most expensive nodes of the cluster from being given back.",
  fix: "Take the toleration out. What belongs on every node, such as an agent, is a DaemonSet.",
  maps: ["KubeLinter-no-node-affinity"],
  unknown: "present",
  bad: `new k8s.apps.v1.Deployment("web", { spec: { …, template: { spec: { tolerations: [{ key: "nvidia.com/gpu", operator: "Exists" }], containers: [{ name: "web" }] } } } });`,
  good: `new k8s.apps.v1.Deployment("web", { spec: { …, template: { spec: { containers: [{ name: "web" }] } } } });`,
  types: podTypes.filter((type) => kindOf(type) !== "DaemonSet"),
  check(resource, report) {
    if (containersOf(resource).some(({ spec }) => isUnknown(at(spec, "resources", "limits")))) return;
    if (containersOf(resource).some((container) => gpuLimits(container).length > 0)) return;
    const { path, spec } = podOf(resource);
    namesGpuTaint(spec).forEach((index) =>
      report.violation(`${path}.tolerations[${index}]`, "lets the pod take a place on a GPU node"),
    );
  },
});
