import type { Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { cronJob, deployment, docker, dockerSecrets, swarm } from "./fixtures";

export const ownNamespaces: Cases = {
  rule: "wl-07-own-namespaces",
  good: [
    docker({ networkMode: "none", ipcMode: "private", networksAdvanced: [{ name: UNKNOWN }] }),
    deployment({}, { hostNetwork: false }, "other"),
  ],
  bad: docker({ networkMode: "host" }),
  unknown: docker({ pidMode: UNKNOWN }),
  unknownIs: "violation",
  missing: docker({}),
  missingIs: "fine",
  canary: docker({ ...dockerSecrets, pidMode: "host" }),
  sibling: swarm({}, { networksAdvanceds: [{ name: "host" }] }),
  more: [
    {
      name: "the network called host",
      is: "violation",
      of: docker({ networksAdvanced: [{ name: "host" }] }),
    },
    { name: "the machine's memory", is: "violation", of: docker({ ipcMode: "host" }) },
    { name: "the machine's users", is: "violation", of: docker({ usernsMode: "host" }) },
    { name: "the machine's control groups", is: "violation", of: docker({ cgroupnsMode: "host" }) },
    { name: "a pod on the node's network", is: "violation", of: deployment({}, { hostNetwork: true }) },
    { name: "a pod among the node's processes", is: "violation", of: cronJob({}, { hostPID: true }) },
    { name: "a pod in the node's memory", is: "violation", of: deployment({}, { hostIPC: "true" }) },
    { name: "a pod of which nothing is known", is: "violation", of: deployment({}, { hostPID: UNKNOWN }) },
  ],
};
