import { resourceRule } from "../../core/rule";
import { at, items, text } from "../../core/value";
import { bindingTypes } from "../../models/rbac";

/** Roles that every cluster has and that give all, or all of a namespace with its secrets: `edit` reads them and runs commands in pods. */
const ALMIGHTY = ["cluster-admin", "admin", "edit"];

/** Groups and users of every cluster that stand for all who come, or for who may do anything. */
const SUBJECTS: Readonly<Record<string, string>> = {
  "system:masters": "is the group that may do anything, and that no role can take it from",
  "system:authenticated": "is the group of everybody who has any login",
  "system:unauthenticated": "is the group of everybody who has no login",
  "system:serviceaccounts": "is the group of all workloads of the cluster",
  "system:anonymous": "is whoever has no login",
};

/** Nobody is given the whole cluster, and everybody is given nothing. */
export const noClusterAdmin = resourceRule({
  name: "rb-02-no-cluster-admin",
  group: "access",
  severity: "critical",
  summary: "No binding gives cluster-admin, admin or edit, and none gives anything to everybody.",
  why: "cluster-admin reads every secret and starts any pod on any node; what is given to a group of all is given to whoever gets in.",
  fix: "Bind a role of your own with the rights that are used, to a named group or service account (roleRef.name, subjects).",
  maps: [
    "KubeLinter-cluster-admin-role-binding",
    "CIS-EKS-4.1.1",
    "C-0185",
    "C-0262",
    "Gatekeeper-disallowanonymous",
    "Polaris-clusterrolebindingClusterAdmin",
  ],
  // The roles and groups that are refused are built in: their names are never made by a program.
  unknown: "present",
  bad: `new k8s.rbac.v1.ClusterRoleBinding("ops", {
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
  subjects: [{ kind: "Group", name: "system:authenticated" }],
});`,
  good: `new k8s.rbac.v1.RoleBinding("ops", {
  metadata: { namespace: "app" },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "operator" },
  subjects: [{ kind: "Group", name: "app-operators" }],
});`,
  types: bindingTypes,
  check({ props }, report) {
    // A namespace may have a role of its own by that name.
    if (at(props, "roleRef", "kind") !== "Role")
      report.must(
        "roleRef.name",
        at(props, "roleRef", "name"),
        (name) => !ALMIGHTY.includes(text(name) ?? ""),
        "is a role that may do everything",
      );
    items(props["subjects"]).forEach((subject, index) => {
      const name = at(subject, "name");
      if (typeof name !== "string") return;
      if (at(subject, "kind") === "ServiceAccount") {
        if (name === "default")
          report.violation(`subjects[${index}].name`, "is the account of every pod that names none");
        return;
      }
      const found = Object.hasOwn(SUBJECTS, name)
        ? SUBJECTS[name]
        : name.startsWith("system:serviceaccounts:")
          ? "is the group of all workloads of a namespace"
          : undefined;
      if (found !== undefined) report.violation(`subjects[${index}].name`, found);
    });
  },
});
