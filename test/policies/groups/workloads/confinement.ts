import type { Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { cronJob, deployment, docker, dockerSecrets, inKind, swarm } from "./fixtures";

const runtime = { seccompProfile: { type: "RuntimeDefault" } };

export const confined: Cases = {
  rule: "wl-05-confined",
  good: [
    docker({ securityOpts: ["no-new-privileges:true"] }),
    deployment({}, { securityContext: runtime }, "other"),
  ],
  bad: docker({ securityOpts: ["seccomp=unconfined"] }),
  unknown: docker({ securityOpts: [UNKNOWN] }),
  unknownIs: "cannot tell",
  missing: deployment({}),
  missingIs: "violation",
  canary: docker({ ...dockerSecrets, securityOpts: ["apparmor:unconfined"] }),
  sibling: swarm({ privileges: { seLinuxContext: { disable: true } } }),
  more: [
    { name: "Docker's own profile", is: "fine", of: docker({}) },
    { name: "a bare /proc", is: "violation", of: docker({ securityOpts: ["systempaths=unconfined"] }) },
    { name: "no labels of SELinux", is: "violation", of: docker({ securityOpts: ["label=disable"] }) },
    {
      name: "a container that leaves the pod's profile",
      is: "violation",
      of: deployment(
        { securityContext: { seccompProfile: { type: "Unconfined" } } },
        { securityContext: runtime },
      ),
    },
    {
      name: "a pod without AppArmor",
      is: "violation",
      of: cronJob({}, { securityContext: { ...runtime, appArmorProfile: { type: "Unconfined" } } }),
    },
    {
      name: "a pod without AppArmor, as it was said before",
      is: "violation",
      of: {
        type: "kubernetes:core/v1:Pod",
        props: {
          metadata: { annotations: { "container.apparmor.security.beta.kubernetes.io/web": "unconfined" } },
          spec: { securityContext: runtime, containers: [{ name: "web" }] },
        },
      },
    },
    {
      name: "a profile that is not known",
      is: "cannot tell",
      of: deployment({}, { securityContext: { seccompProfile: { type: UNKNOWN } } }),
    },
  ],
};

export const readOnlyRoot: Cases = {
  rule: "wl-06-read-only-root",
  good: [
    docker({ readOnly: true }),
    deployment({ securityContext: { readOnlyRootFilesystem: true } }, {}, "other"),
  ],
  bad: docker({ readOnly: false }),
  unknown: docker({ readOnly: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: docker({}),
  missingIs: "violation",
  canary: docker(dockerSecrets),
  sibling: swarm({ readOnly: false }),
  more: [
    {
      name: "a patch of a pod",
      is: "violation",
      of: inKind("kubernetes:apps/v1:StatefulSetPatch", deployment({ securityContext: {} })),
    },
    {
      name: "a pod that cannot say so for its containers",
      is: "violation",
      of: deployment({}, { securityContext: { readOnlyRootFilesystem: true } }),
    },
    { name: "one that never starts", is: "fine", of: docker({ start: false }) },
  ],
};
