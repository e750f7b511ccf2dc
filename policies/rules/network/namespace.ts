import { resourceRule } from "../../core/rule";
import { text } from "../../core/value";
import { isListed, namespaceOf } from "../../models/selectors";
import { podTypes, withPatch } from "../../models/types";

/** Namespaces that belong to nobody, or to the cluster. */
const NOT_OURS: readonly string[] = ["default", "kube-system", "kube-public", "kube-node-lease"];

const namespaced = withPatch(
  ...["Service", "ServiceAccount", "ConfigMap", "Secret", "PersistentVolumeClaim"].map(
    (kind) => `kubernetes:core/v1:${kind}`,
  ),
  ...["networking.k8s.io/v1", "extensions/v1beta1"].flatMap((version) => [
    `kubernetes:${version}:Ingress`,
    `kubernetes:${version}:NetworkPolicy`,
  ]),
  "kubernetes:networking.k8s.io/v1beta1:Ingress",
  ...["v1", "v1beta1", "v1alpha1"].flatMap((version) => [
    `kubernetes:rbac.authorization.k8s.io/${version}:Role`,
    `kubernetes:rbac.authorization.k8s.io/${version}:RoleBinding`,
  ]),
  ...["v1", "v2", "v2beta1", "v2beta2"].map(
    (version) => `kubernetes:autoscaling/${version}:HorizontalPodAutoscaler`,
  ),
  ...["v1", "v1beta1"].map((version) => `kubernetes:policy/${version}:PodDisruptionBudget`),
);

/** Objects in namespaces that no stack should be in. */
export const namespaceNotDefault = resourceRule({
  name: "net-05-namespace",
  group: "network",
  severity: "medium",
  summary: "Objects are in a namespace of their own, not in `default` and not in one of the cluster's.",
  why: "Network policies, quotas, roles and Pod Security are given per namespace; in `default` they are shared with whatever else lands there, and in `kube-system` they guard the cluster itself.",
  fix: "Set metadata.namespace to a namespace that the stack makes.",
  maps: ["CKV_K8S_21", "KubeLinter-use-namespace", "CIS-EKS-4.5.2"],
  unknown: "present",
  bad: `new k8s.core.v1.ConfigMap("web", { data: { … } });`,
  good: `new k8s.core.v1.ConfigMap("web", { metadata: { namespace: "shop" }, data: { … } });`,
  options: {
    tools: { description: "objects of the cluster itself, as namespace/name or namespace/*", default: [] },
  },
  types: [...podTypes, ...namespaced],
  check(resource, report) {
    if (isListed(resource, report.list("tools"))) return;
    report.must(
      "metadata.namespace",
      namespaceOf(resource),
      (value) => !NOT_OURS.includes(text(value) ?? ""),
      "is one that is not the stack's, or is missing",
    );
  },
});
