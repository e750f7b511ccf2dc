import { type Report, resourceRule } from "../../core/rule";
import { at, isUnknown, items, text, type Value } from "../../core/value";
import { type ContainerLike, containersOf, inside } from "../../models/containers";
import { gpuLimits } from "../../models/gpus";
import { isBelow, plainPath } from "../../models/mounts";
import { type PodLike, podOf } from "../../models/pods";
import { podTypes } from "../../models/types";

/** Folders by which a container gets at GPUs that the scheduler did not give it. */
const WAYS = [
  "/var/lib/kubelet/device-plugins",
  "/run/nvidia-container-devices",
  "/run/nvidia",
  "/usr/local/nvidia",
];

const isWay = (path: Value): boolean => {
  const plain = plainPath(text(path) ?? "");
  return plain.startsWith("/dev/nvidia") || WAYS.some((way) => isBelow(plain, way));
};

/** Past the scheduler to a node's GPUs only for what manages them. */
export const gpuToolsOnly = resourceRule({
  name: "gpu-06-gpu-tools-only",
  group: "gpu",
  severity: "high",
  summary:
    "Only NVIDIA's own tools, at a digest and in a namespace for such tools, reach a node's GPUs without asking the scheduler.",
  why: "A pod that takes GPUs past the scheduler reads and fills the memory of those that others were given, and can pretend to be the device plugin itself.",
  fix: `Ask for a GPU with resources.limits["nvidia.com/gpu"]. For a tool, list its namespace and its image in the options, and name the image by digest.`,
  maps: ["PSS-baseline", "CIS-EKS-4.2.1"],
  unknown: "cannot tell",
  options: {
    namespaces: {
      description: "Namespaces of tools that manage GPUs.",
      default: ["kube-system", "gpu-operator", "nvidia-device-plugin", "nvidia-gpu-operator"],
    },
    images: {
      description: "Beginnings of the names of their images, up to a slash, a colon or an at sign.",
      default: ["nvcr.io/nvidia"],
    },
  },
  bad: `{ containers: [{ name: "train", env: [{ name: "NVIDIA_VISIBLE_DEVICES", value: "all" }] }] }`,
  good: `{ containers: [{ name: "train", resources: { limits: { "nvidia.com/gpu": "1" } } }] }`,
  types: podTypes,
  check(resource, report) {
    const pod = podOf(resource);
    for (const container of containersOf(resource))
      for (const path of waysPast(pod, container)) judge(path, pod, container, report);
  },
});

/** Where a container gets at GPUs that nobody counts. */
function waysPast(pod: PodLike, container: ContainerLike): string[] {
  const { spec, env } = container;
  const volumes = items(at(pod.spec, "volumes"));
  const mounts = items(at(spec, "volumeMounts")).flatMap((mount, index) => {
    const volume = volumes.find((one) => at(one, "name") === at(mount, "name"));
    const source = at(volume, "hostPath", "path");
    const past =
      isWay(source) ||
      isBelow(plainPath(text(at(mount, "mountPath")) ?? ""), "/run/nvidia-container-devices");
    return past ? [inside(container, `volumeMounts[${index}]`)] : [];
  });
  if (gpuLimits(container).length > 0) return mounts;
  const seen = env.filter(
    ({ name, value }) =>
      name === "NVIDIA_VISIBLE_DEVICES" &&
      !["", "void", "none"].includes(isUnknown(value) ? "?" : (text(value) ?? "")),
  );
  // Images that are built on NVIDIA's ask its runtime for all GPUs by themselves.
  const byRuntime = /nvidia/.test(text(at(pod.spec, "runtimeClassName")) ?? "");
  return [...mounts, ...seen.map(({ path }) => path), ...(byRuntime ? [`${pod.path}.runtimeClassName`] : [])];
}

function judge(path: string, pod: PodLike, { image, imagePath }: ContainerLike, report: Report): void {
  const namespaces = report.list("namespaces");
  const isTool = (is: Value) =>
    report.list("images").some((name) => {
      const known = text(is) ?? "";
      return known.startsWith(name) && /^([/:@]|$)/.test(known.slice(name.length));
    });
  const atDigest = (is: Value) => /@sha256:[0-9a-f]{64}$/.test(text(is) ?? "");
  const found = "reaches GPUs past the scheduler";
  const inPlace = (is: Value) => namespaces.includes(text(is) ?? "");
  report.must(path, pod.namespace, inPlace, `${found}, outside of the namespaces for such tools`);
  report.must(path, image, isTool, `${found}, with an image that is not listed for that`);
  report.must(imagePath, image, atDigest, "has no digest, though its container reaches all GPUs of the node");
}
