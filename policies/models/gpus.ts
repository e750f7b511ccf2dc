import { at, entries, isUnknown, items, text, type Value } from "../core/value";
import { type ContainerLike, members } from "./containers";
import type { PodLike } from "./pods";

/** Key of the taint that keeps pods off nodes with GPUs, and the name of a whole GPU as a resource. */
export const GPU_KEY = "nvidia.com/gpu";

/** Resources by which a container asks for GPUs: whole ones, shares and slices of them. */
const GPU_RESOURCE = /^(nvidia\.com\/(gpu|gpu\.shared|mig-.+)|amd\.com\/gpu|gpu\.intel\.com\/.+)$/;

/** Taints that such nodes carry. */
const GPU_TAINT = /^((nvidia|amd)\.com\/gpu|gpu\.intel\.com\/.+)$/;

/** Labels that only nodes with GPUs have. */
const GPU_LABEL =
  /^((nvidia|amd)\.com\/.+|gpu\.intel\.com\/.+|k8s\.amazonaws\.com\/accelerator|cloud\.google\.com\/gke-accelerator|eks\.amazonaws\.com\/instance-gpu-.+|karpenter\.k8s\.aws\/instance-gpu-.+)$/;

/** Labels that say which machine or pool a node is of; a pool of GPUs has such a name, too. */
const MACHINE_LABEL =
  /^(node\.kubernetes\.io\/instance-type|eks\.amazonaws\.com\/nodegroup|karpenter\.sh\/nodepool|.+\/(node-?)?pool)$/;

/** Whether a label is one that only nodes with GPUs have. */
export const isGpuLabel = (key: string): boolean => GPU_LABEL.test(key);

/** Whether a resource of a container is a GPU, or a share or slice of one. */
export const isGpuResource = (name: string): boolean => GPU_RESOURCE.test(name);

/** What a container asks for in GPUs, by resource. */
export const gpuLimits = ({ spec }: Pick<ContainerLike, "spec">): readonly (readonly [string, Value])[] =>
  entries(at(spec, "resources", "limits")).filter(([name]) => isGpuResource(name));

/** Whether a pod lets itself be put on nodes with the taint of GPUs: by its key, or by a toleration of everything. */
export const toleratesGpus = (pod: PodLike): "yes" | "unknown" | "no" => {
  const all = members(at(pod.spec, "tolerations"));
  if (all.some((toleration) => admits(toleration))) return "yes";
  return all.some((toleration) => isUnknown(at(toleration, "key"))) ? "unknown" : "no";
};

/** The tolerations of a pod, by their place, that let it onto nodes with GPUs. */
export const namesGpuTaint = (spec: Value): readonly number[] =>
  items(at(spec, "tolerations")).flatMap((toleration, index) => (admits(toleration) ? [index] : []));

function admits(toleration: Value): boolean {
  const key = at(toleration, "key");
  if (isUnknown(key)) return false;
  const everything = (text(key) ?? "") === "" && at(toleration, "operator") === "Exists";
  const effect = text(at(toleration, "effect")) ?? "";
  return (everything || GPU_TAINT.test(text(key) ?? "")) && (effect === "" || effect === "NoSchedule");
}

/** Whether a pod asks for nodes of a kind that has GPUs, by a selector or by affinity that it requires. */
export function choosesGpuNodes({ spec }: PodLike): "yes" | "unknown" | "no" {
  const required = at(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
  const terms = items(at(required, "nodeSelectorTerms")).flatMap((term) =>
    items(at(term, "matchExpressions")),
  );
  const keys = [
    ...entries(at(spec, "nodeSelector")).map(([key]) => key),
    ...terms.map((term) => text(at(term, "key")) ?? ""),
  ];
  if (keys.some((key) => GPU_LABEL.test(key) || MACHINE_LABEL.test(key))) return "yes";
  return isUnknown(at(spec, "nodeSelector")) || isUnknown(required) ? "unknown" : "no";
}

/** GPUs of a Docker container: all of the machine's, some of them, or none. */
export function dockerGpus({ spec }: Pick<ContainerLike, "spec">): "all" | "some" | "none" {
  const flag = at(spec, "gpus");
  const asked = members(at(spec, "deviceRequests")).filter((request) => !isNotGpu(request));
  const all = (request: Value) =>
    Number(text(at(request, "count")) ?? 0) < 0 ||
    items(at(request, "deviceIds")).some((id) => /(^|=)all$/.test(text(id) ?? ""));
  if (flag === "all" || asked.some(all)) return "all";
  const runtime = text(at(spec, "runtime")) === "nvidia";
  return (flag !== undefined && flag !== null && flag !== "") || asked.length > 0 || runtime
    ? "some"
    : "none";
}

/** A request for devices of another kind, as CDI knows them. */
function isNotGpu(request: Value): boolean {
  const capabilities = items(at(request, "capabilities")).map((one) => text(one) ?? "");
  const ids = items(at(request, "deviceIds")).map((one) => text(one) ?? "");
  const names = [text(at(request, "driver")) ?? "", ...capabilities, ...ids].join(" ");
  return !isUnknown(request) && !/gpu|nvidia/i.test(names);
}
