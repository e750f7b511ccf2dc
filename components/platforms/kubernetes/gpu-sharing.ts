import { UnsupportedError } from "../../core/errors";
import { type GpuSharing, mostGpus } from "../../config/gpu";

/** What a pod that uses GPUs says, besides what every pod says. */
export interface GpuPlacement {
  /** Name of the extended resource: the same quantity is its request and its limit. */
  readonly resource: string;
  readonly count: number;
  /** Nodes with GPUs refuse pods without it, so that they are free for pods with it. */
  readonly tolerations: { key: string; operator: "Exists"; effect: "NoSchedule" }[];
  /** Keeps the pod off nodes without GPUs even while none with one is there, so that an autoscaler knows which to add. */
  readonly nodeSelector: Record<string, string>;
}

/** Key of the taint, and prefix of the labels, of nodes with NVIDIA GPUs. */
const NVIDIA = "nvidia.com";

/** Name of the extended resource by which a GPU, or a share or slice of one, is asked for. */
export function gpuResourceName(sharing: GpuSharing): string {
  switch (sharing.strategy) {
    case "none":
      return `${NVIDIA}/gpu`;
    case "time-slicing":
    case "mps":
      // `renameByDefault`: who asks for a whole GPU is never given a share of one.
      return `${NVIDIA}/gpu.shared`;
    case "mig":
      // The `mixed` strategy of the device plugin.
      return `${NVIDIA}/mig-${sharing.profile}`;
  }
}

/**
 * What a pod of `service` says to get `count` GPUs.
 * @throws UnsupportedError where a pod cannot have as many of what `sharing` makes of a GPU
 */
export function gpuResource(sharing: GpuSharing, count: number, service: string): GpuPlacement {
  if (!Number.isInteger(count) || count < 1 || count > mostGpus(sharing)) {
    throw new UnsupportedError({
      service,
      field: `${count} GPUs with kubernetes.gpuSharing.strategy ${sharing.strategy}`,
      platform: "kubernetes",
      remedy: `a workload gets at most ${mostGpus(sharing)} there; set gpuCount of the service to 1, or the strategy to none`,
    });
  }
  return {
    resource: gpuResourceName(sharing),
    count,
    tolerations: [{ key: `${NVIDIA}/gpu`, operator: "Exists", effect: "NoSchedule" }],
    nodeSelector: { [`${NVIDIA}/gpu.present`]: "true" },
  };
}

/** What makes nodes with GPUs share them as the setting says. */
export interface DevicePluginConfig {
  /** Name of the configuration, which each node carries as a label. */
  readonly name: string;
  /** Text of the entry of the ConfigMap that the device plugin reads. */
  readonly text: string;
  /** Labels of the nodes: GPUs are there, which configuration applies, and how MIG manager cuts them. */
  readonly nodeLabels: Record<string, string>;
}

/**
 * The NVIDIA device plugin's configuration, in its format v1, and the labels of the nodes that belong to it.
 * @see https://github.com/NVIDIA/k8s-device-plugin#as-a-configuration-file (api/config/v1/{config,sharing,replicas}.go)
 */
export function devicePluginConfig(sharing: GpuSharing): DevicePluginConfig {
  const name = configName(sharing);
  const labels = { [`${NVIDIA}/gpu.present`]: "true", [`${NVIDIA}/device-plugin.config`]: name };
  const cut = sharing.strategy === "mig" ? { [`${NVIDIA}/mig.config`]: `all-${sharing.profile}` } : {};
  // JSON is YAML, and its spelling leaves no choice that could differ from one version of a library to the next.
  const text = JSON.stringify({ version: "v1", ...configOf(sharing) }, undefined, 2);
  return { name, text, nodeLabels: { ...labels, ...cut } };
}

function configName(sharing: GpuSharing): string {
  switch (sharing.strategy) {
    case "none":
      return "exclusive";
    case "time-slicing":
    case "mps":
      return `${sharing.strategy}-${sharing.replicas}`;
    case "mig":
      return `mig-${sharing.profile}`;
  }
}

function configOf(sharing: GpuSharing): object {
  switch (sharing.strategy) {
    case "none":
      return { flags: { migStrategy: "none" } };
    case "time-slicing":
      return { flags: { migStrategy: "none" }, sharing: { timeSlicing: shared(sharing.replicas) } };
    case "mps":
      return { flags: { migStrategy: "none" }, sharing: { mps: shared(sharing.replicas) } };
    case "mig":
      return { flags: { migStrategy: "mixed" } };
  }
}

const shared = (replicas: number) => ({
  renameByDefault: true,
  failRequestsGreaterThanOne: true,
  resources: [{ name: `${NVIDIA}/gpu`, replicas }],
});
