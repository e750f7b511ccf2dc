import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { docker, job } from "./fixtures";

const capabilities = (value: string) => ({ envs: [`NVIDIA_DRIVER_CAPABILITIES=${value}`] });
const all = { deviceRequests: [{ driver: "nvidia", count: -1, capabilities: ["gpu"] }] };
const device = { devices: [{ hostPath: "/dev/nvidia0" }] };

export const dockerGpuOnly: Cases = {
  rule: "gpu-05-docker-gpu-by-request",
  good: docker({ gpus: "device=0", envs: ["NVIDIA_VISIBLE_DEVICES=all"] }),
  bad: docker({ gpus: "device=0", privileged: true }),
  unknown: docker({ gpus: UNKNOWN, privileged: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: docker({}),
  missingIs: "fine",
  canary: docker({ ...device, envs: [`TOKEN=${CANARY}`] }),
  sibling: {
    type: "docker:index/service:Service",
    props: { taskSpec: { containerSpec: { env: { NVIDIA_VISIBLE_DEVICES: "all" } } } },
  },
  more: [
    { name: "all, and privileges", is: "violation", of: docker({ ...all, privileged: true }) },
    {
      name: "NVIDIA's runtime, and privileges",
      is: "violation",
      of: docker({ runtime: "nvidia", privileged: true }),
    },
    {
      name: "privileges without GPUs, which are another rule's",
      is: "fine",
      of: docker({ privileged: true }),
    },
    {
      name: "devices of another kind",
      is: "fine",
      of: docker({ deviceRequests: [{ driver: "cdi", deviceIds: ["vendor.com/nic=0"] }], privileged: true }),
    },
    {
      name: "a device that is mounted",
      is: "violation",
      of: docker({ volumes: [{ hostPath: "/dev/nvidia0", containerPath: "/dev/nvidia0" }] }),
    },
    { name: "no device", is: "fine", of: docker({ envs: ["NVIDIA_VISIBLE_DEVICES=void"] }) },
  ],
};

export const dockerGpusDivided: Cases = {
  rule: "gpu-05-docker-gpus-divided",
  good: [docker({ gpus: "all" }), docker({ gpus: "device=0" }, "other")],
  bad: [docker({ gpus: "all" }), docker({ gpus: "all" }, "other")],
  unknown: [docker({ gpus: "all" }), docker({ gpus: UNKNOWN }, "other")],
  unknownIs: "fine",
  missing: [docker({}), docker({}, "other")],
  missingIs: "fine",
  canary: [docker({ gpus: "all", envs: [`TOKEN=${CANARY}`] }), docker({ gpus: "all" }, "other")],
  sibling: [docker({ gpus: "all" }), docker(all, "other")],
  more: [
    {
      name: "all of them by another name",
      is: "violation",
      of: [
        docker(all),
        docker({ deviceRequests: [{ driver: "cdi", deviceIds: ["nvidia.com/gpu=all"] }] }, "other"),
      ],
    },
    {
      name: "one that never starts",
      is: "fine",
      of: [docker({ gpus: "all" }), docker({ gpus: "all", start: false }, "other")],
    },
  ],
};

export const fewDriverCapabilities: Cases = {
  rule: "gpu-05-few-driver-capabilities",
  good: docker(capabilities("compute,utility")),
  bad: docker(capabilities("all")),
  unknown: job({ env: [{ name: "NVIDIA_DRIVER_CAPABILITIES", value: UNKNOWN }] }),
  unknownIs: "cannot tell",
  missing: docker({}),
  missingIs: "fine",
  canary: docker({ envs: ["NVIDIA_DRIVER_CAPABILITIES=all", `TOKEN=${CANARY}`] }),
  sibling: job({ env: [{ name: "NVIDIA_DRIVER_CAPABILITIES", value: "compute,display" }] }),
  more: [
    {
      name: "what a reference holds",
      is: "fine",
      of: job({ env: [{ name: "NVIDIA_DRIVER_CAPABILITIES", valueFrom: {} }] }),
    },
  ],
};
