import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { deployment, genericPod, podSecrets } from "./fixtures";

const enforce = "pod-security.kubernetes.io/enforce";
const namespace = (labels: Record<string, string>) => ({
  type: "kubernetes:core/v1:Namespace",
  props: { metadata: { name: "web", labels } },
});

export const podSecurityLabels: Cases = {
  rule: "wl-13-pod-security-labels",
  good: namespace({ [enforce]: "restricted" }),
  bad: namespace({ [enforce]: "privileged" }),
  unknown: namespace({ [enforce]: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: { type: "kubernetes:core/v1:Namespace", props: {} },
  missingIs: "violation",
  canary: namespace({ [enforce]: CANARY }),
  sibling: { ...namespace({ [enforce]: "baseline" }), type: "kubernetes:core/v1:NamespacePatch" },
  more: [
    {
      name: "a generic resource",
      is: "violation",
      of: { ...namespace({}), type: "kubernetes:v1:Namespace" },
    },
    {
      name: "who is told, and not refused",
      is: "violation",
      of: namespace({ "pod-security.kubernetes.io/warn": "restricted" }),
    },
  ],
};

export const noOpaqueKinds: Cases = {
  rule: "wl-14-no-opaque-kinds",
  good: deployment({}),
  bad: { type: "kubernetes:core/v1:Pod", props: { spec: { containers: [] } } },
  unknown: { type: "kubernetes:helm.sh/v3:Release", props: { chart: UNKNOWN } },
  unknownIs: "violation",
  missing: { type: "docker:index/plugin:Plugin", props: {} },
  missingIs: "violation",
  canary: { type: "command:local:Command", props: { create: CANARY } },
  sibling: genericPod(podSecrets),
  more: [
    {
      name: "a list",
      is: "violation",
      of: { type: "kubernetes:apps/v1:DeploymentList", props: { items: [] } },
    },
    {
      name: "a dynamic resource",
      is: "violation",
      of: { type: "pulumi-nodejs:dynamic:Resource", props: {} },
    },
    { name: "a ReplicaSet", is: "violation", of: { type: "kubernetes:apps/v1:ReplicaSet", props: {} } },
  ],
};
