import { resourceRule } from "../../core/rule";
import { given, type Right, roleOf, roleTypes } from "../../models/rbac";

const CHANGE = ["create", "update", "patch"];

/** Rights by which one decides what a pod is: to make one, or to change what pods are made of. */
const WAYS: readonly Right[] = [
  { apiGroup: "", resources: ["pods"], verbs: ["create"] },
  { apiGroup: "", resources: ["replicationcontrollers"], verbs: CHANGE },
  ...["apps", "extensions"].map((apiGroup) => ({
    apiGroup,
    resources: ["deployments", "statefulsets", "daemonsets", "replicasets"],
    verbs: CHANGE,
  })),
  { apiGroup: "batch", resources: ["jobs", "cronjobs"], verbs: CHANGE },
];

/** Who makes pods has what pods have. */
export const noPodCreate = resourceRule({
  name: "rb-05-no-pod-create",
  group: "access",
  severity: "medium",
  summary: "Only the roles that are named for it make pods or change what pods are made of.",
  why: "A pod can be told to mount every secret and to run as every service account of its namespace: to make pods is to have both.",
  fix: "Drop create, update and patch on pods and workloads; deployments/scale and pods/eviction are enough to scale and to restart.",
  maps: ["KubeLinter-access-to-create-pods", "CIS-EKS-4.1.4"],
  unknown: "cannot tell",
  bad: `new k8s.rbac.v1.Role("ops", { rules: [{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"] }] });`,
  good: `new k8s.rbac.v1.Role("ops", { rules: [{ apiGroups: ["apps"], resources: ["deployments/scale"], verbs: ["patch"] }] });`,
  options: {
    roles: { description: "names of roles of operators that may make pods", default: [] },
  },
  types: roleTypes,
  check(resource, report) {
    const { name, rules, unread } = roleOf(resource);
    if (name !== undefined && report.list("roles").includes(name)) return;
    for (const path of unread) report.cannotTell(path);
    for (const rule of rules)
      for (const way of WAYS) {
        const parts = given(rule, way);
        if (parts === undefined) report.cannotTell(rule.path);
        else if (parts.length > 0)
          report.violation(rule.path, "makes pods, or changes what they are made of");
      }
  },
});
