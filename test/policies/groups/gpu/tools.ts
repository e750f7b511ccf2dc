import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { cronJob, job, limits } from "./fixtures";

const all = { env: [{ name: "NVIDIA_VISIBLE_DEVICES", value: "all" }] };
const image = `nvcr.io/nvidia/k8s-device-plugin:v0.18.0@sha256:${"0".repeat(64)}`;
const plugins = { volumes: [{ name: "plugins", hostPath: { path: "/var/lib/kubelet/device-plugins" } }] };
const mounted = { volumeMounts: [{ name: "plugins", mountPath: "/plugins" }] };

export const gpuToolsOnly: Cases = {
  rule: "gpu-06-gpu-tools-only",
  good: [job({ ...all, ...mounted, image }, plugins, "plugin", "kube-system"), job({ ...limits(1), ...all })],
  bad: job(all),
  unknown: job({ ...all, image: UNKNOWN }, {}, "it", "kube-system"),
  unknownIs: "cannot tell",
  missing: job({}),
  missingIs: "fine",
  canary: job({ ...all, image: CANARY }),
  sibling: cronJob({ image }, { runtimeClassName: "nvidia" }),
  more: [
    {
      name: "a tool without a digest",
      is: "violation",
      of: job({ ...all, image: image.split("@")[0] ?? "" }, {}, "it", "kube-system"),
    },
    {
      name: "somebody else's image",
      is: "violation",
      of: job({ ...all, image: `nvcr.io/nvidia-like/x${image}` }, {}, "it", "kube-system"),
    },
    { name: "a tool in another namespace", is: "violation", of: job({ ...all, image }) },
    {
      name: "who pretends to be the device plugin",
      is: "violation",
      of: job({ ...limits(1), ...mounted }, plugins),
    },
    {
      name: "who asks NVIDIA's runtime by a mount",
      is: "violation",
      of: job({ volumeMounts: [{ name: "n", mountPath: "/var/run/nvidia-container-devices/all" }] }),
    },
    { name: "no device", is: "fine", of: job({ env: [{ name: "NVIDIA_VISIBLE_DEVICES", value: "void" }] }) },
    {
      name: "a namespace that is not known",
      is: "cannot tell",
      of: job({ ...all, image }, {}, "it", UNKNOWN),
    },
  ],
};
