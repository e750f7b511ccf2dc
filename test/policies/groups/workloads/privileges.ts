import type { Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { cronJob, deployment, docker, dockerSecrets, genericPod, inKind, podSecrets } from "./fixtures";

const privileged = { securityContext: { privileged: true } };
const NO_NEW = "no-new-privileges:true";

export const notPrivileged: Cases = {
  rule: "wl-01-not-privileged",
  good: [docker({ privileged: false }), deployment({ securityContext: { privileged: false } }, {}, "other")],
  bad: docker({ privileged: true }),
  unknown: docker({ privileged: UNKNOWN }),
  unknownIs: "violation",
  missing: docker({}),
  missingIs: "fine",
  canary: docker({ ...dockerSecrets, privileged: true }),
  sibling: cronJob(privileged),
  more: [
    { name: "a pod", is: "violation", of: deployment(privileged) },
    { name: "a container that prepares a pod", is: "violation", of: genericPod(privileged) },
    {
      name: "a patch",
      is: "violation",
      of: inKind("kubernetes:apps/v1:DaemonSetPatch", deployment(privileged)),
    },
    { name: "one that never starts", is: "violation", of: docker({ start: false, privileged: true }) },
    { name: "a pod of which nothing is known", is: "violation", of: deployment({}, { containers: UNKNOWN }) },
    {
      name: "a container of which nothing is known beside one that is privileged",
      is: "violation",
      of: deployment({}, { containers: [UNKNOWN, { name: "web", ...privileged }] }),
    },
  ],
};

export const noEscalation: Cases = {
  rule: "wl-02-no-privilege-escalation",
  good: [
    docker({ securityOpts: [NO_NEW] }),
    deployment({ securityContext: { allowPrivilegeEscalation: false } }, {}, "other"),
  ],
  bad: docker({ securityOpts: ["no-new-privileges:false"] }),
  unknown: docker({ securityOpts: [UNKNOWN] }),
  unknownIs: "cannot tell",
  missing: docker({}),
  missingIs: "violation",
  canary: docker(dockerSecrets),
  sibling: genericPod({ securityContext: { allowPrivilegeEscalation: true } }),
  more: [
    { name: "a pod that says nothing", is: "violation", of: deployment({ securityContext: {} }) },
    {
      name: "a pod that does not know yet",
      is: "cannot tell",
      of: deployment({ securityContext: { allowPrivilegeEscalation: UNKNOWN } }),
    },
    {
      name: "the option beside one that is not known",
      is: "fine",
      of: docker({ securityOpts: [UNKNOWN, NO_NEW] }),
    },
    {
      name: "one that carries files and never starts",
      is: "fine",
      of: docker({ start: false, mustRun: false }),
    },
    { name: "a secret of a pod", is: "violation", of: deployment(podSecrets) },
  ],
};
