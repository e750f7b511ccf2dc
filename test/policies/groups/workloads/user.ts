import type { Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { deployment, docker, dockerSecrets, genericPod, swarm } from "./fixtures";

export const nonRoot: Cases = {
  rule: "wl-03-non-root",
  good: [
    docker({ user: "10001:10001" }),
    deployment({}, { securityContext: { runAsNonRoot: true, runAsUser: 1 } }, "b"),
  ],
  bad: docker({ user: "0:0" }),
  unknown: docker({ user: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: docker({}),
  missingIs: "violation",
  canary: docker({ ...dockerSecrets, user: "root" }),
  sibling: swarm({ user: "root:root" }),
  more: [
    { name: "root by another spelling", is: "violation", of: docker({ user: "00" }) },
    { name: "a user by name", is: "fine", of: docker({ user: "postgres" }) },
    { name: "a pod that says nothing", is: "violation", of: deployment({}) },
    {
      name: "a pod that is not root by number alone",
      is: "violation",
      of: deployment({}, { securityContext: { runAsUser: 1000 } }),
    },
    {
      name: "a container that takes the pod's promise back",
      is: "violation",
      of: deployment(
        { securityContext: { runAsNonRoot: false } },
        { securityContext: { runAsNonRoot: true } },
      ),
    },
    {
      name: "user 0 under a promise that cannot be kept",
      is: "violation",
      of: deployment({ securityContext: { runAsUser: 0 } }, { securityContext: { runAsNonRoot: true } }),
    },
    {
      name: "a number that is not known under a promise",
      is: "fine",
      of: deployment({ securityContext: { runAsUser: UNKNOWN, runAsNonRoot: true } }),
    },
    {
      name: "what prepares a pod",
      is: "violation",
      of: genericPod({ securityContext: { runAsNonRoot: false } }),
    },
    { name: "one that never starts", is: "fine", of: docker({ start: false }) },
  ],
};
