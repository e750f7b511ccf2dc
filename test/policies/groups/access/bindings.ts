import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { rbac } from "./fixtures";

const apiGroup = "rbac.authorization.k8s.io";
const roleRef = (kind: string, name: string) => ({ apiGroup, kind, name });
const team = [{ apiGroup, kind: "Group", name: "team" }];
const admins = roleRef("ClusterRole", "cluster-admin");
const viewers = roleRef("ClusterRole", "view");

export const noClusterAdmin: Cases = {
  rule: "rb-02-no-cluster-admin",
  good: rbac("RoleBinding", { roleRef: roleRef("Role", "operator"), subjects: team }),
  bad: rbac("ClusterRoleBinding", { roleRef: admins, subjects: team }),
  unknown: rbac("ClusterRoleBinding", {
    roleRef: roleRef("ClusterRole", UNKNOWN),
    subjects: [{ kind: "Group", name: UNKNOWN }],
  }),
  unknownIs: "fine",
  missing: rbac("ClusterRoleBinding", {}),
  missingIs: "fine",
  canary: rbac("ClusterRoleBinding", {
    metadata: { name: CANARY },
    roleRef: admins,
    subjects: [{ kind: "User", name: CANARY }],
  }),
  sibling: rbac("ClusterRoleBindingPatch", { roleRef: admins }),
  more: [
    {
      name: "a namespace with its secrets",
      is: "violation",
      of: rbac("RoleBinding", { roleRef: roleRef("ClusterRole", "admin"), subjects: team }),
    },
    {
      name: "a role of a namespace that is called admin",
      is: "fine",
      of: rbac("RoleBinding", { roleRef: roleRef("Role", "admin"), subjects: team }),
    },
    ...["system:masters", "system:authenticated", "system:unauthenticated", "system:serviceaccounts"].map(
      (name) => ({
        name: `to ${name}`,
        is: "violation" as const,
        of: rbac("ClusterRoleBinding", { roleRef: viewers, subjects: [...team, { kind: "Group", name }] }),
      }),
    ),
    {
      name: "to whoever has no login, beside a subject that is not known",
      is: "violation",
      of: rbac("RoleBinding", {
        roleRef: roleRef("Role", UNKNOWN),
        subjects: [UNKNOWN, { kind: "User", name: "system:anonymous" }],
      }),
    },
    {
      name: "to a service account",
      is: "fine",
      of: rbac("ClusterRoleBinding", {
        roleRef: viewers,
        subjects: [{ kind: "ServiceAccount", name: "app", namespace: "app" }],
      }),
    },
  ],
};
