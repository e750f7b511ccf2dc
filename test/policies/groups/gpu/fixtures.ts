import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Fixture } from "../../rpc";

type Part = Readonly<Record<string, JavaScriptValue>>;

/** What asks for GPUs. */
export const limits = (count: string | number, resource = "nvidia.com/gpu") => ({
  resources: { limits: { [resource]: count } },
});

/** What lets a pod onto nodes with GPUs, and nowhere else. */
export const placed = {
  tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
  nodeSelector: { "nvidia.com/gpu.present": "true" },
};

/** A Job of one container. */
export const job = (container: Part, pod: Part = {}, name = "it", namespace = "web"): Fixture => ({
  type: "kubernetes:batch/v1:Job",
  name,
  props: {
    metadata: { namespace },
    spec: { template: { spec: { containers: [{ name: "train", ...container }], ...pod } } },
  },
});

/** The same in a CronJob, which holds its pod deeper. */
export const cronJob = (container: Part, pod: Part = {}): Fixture => ({
  type: "kubernetes:batch/v1:CronJobPatch",
  props: {
    spec: {
      jobTemplate: {
        spec: { template: { spec: { containers: [{ name: "train", ...container }], ...pod } } },
      },
    },
  },
});

/** A group of nodes with GPUs as it should be. */
export const pool = (props: Part = {}, name = "gpu"): Fixture => ({
  type: "aws:eks/nodeGroup:NodeGroup",
  name,
  props: {
    instanceTypes: ["g6.xlarge"],
    amiType: "BOTTLEROCKET_x86_64_NVIDIA",
    taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" }],
    labels: { "nvidia.com/gpu.present": "true" },
    scalingConfig: { minSize: 0, maxSize: 1 },
    ...props,
  },
});

/** A container of Docker. */
export const docker = (props: Part, name = "it"): Fixture => ({
  type: "docker:index/container:Container",
  name,
  props: { ...props },
});
