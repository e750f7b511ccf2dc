import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { clusterRole, rbac, role } from "./fixtures";

const can = (apiGroup: string, resource: string, ...verbs: string[]) => ({
  apiGroups: [apiGroup],
  resources: [resource],
  verbs,
});

const ways = {
  "binding roles": can("rbac.authorization.k8s.io", "clusterroles", "bind"),
  "raising roles": can("rbac.authorization.k8s.io", "roles", "escalate"),
  "every verb on roles": can("rbac.authorization.k8s.io", "roles", "*"),
  "acting as somebody else": can("", "groups", "impersonate"),
  "acting with the scopes of somebody else": can("authentication.k8s.io", "userextras/scopes", "impersonate"),
  "changing webhooks": can("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "patch"),
  "approving certificates": can("certificates.k8s.io", "certificatesigningrequests/approval", "update"),
  "signing certificates": can("certificates.k8s.io", "signers", "approve"),
  "the kubelets": can("", "nodes/proxy", "get"),
  "a shell by GET": can("", "pods/attach", "get"),
  "a container more": can("", "pods/ephemeralcontainers", "patch"),
  "tokens of others": can("", "serviceaccounts/token", "create"),
  "volumes of nodes": can("", "persistentvolumes", "create"),
};

export const noEscalationVerbs: Cases = {
  rule: "rb-04-no-escalation-verbs",
  good: role(can("", "pods/log", "get")),
  bad: clusterRole(can("", "pods/exec", "create")),
  unknown: role({ apiGroups: [""], resources: UNKNOWN, verbs: ["create"] }),
  unknownIs: "cannot tell",
  missing: rbac("ClusterRole", {}),
  missingIs: "fine",
  canary: role({ ...can("", "pods/exec", "create"), resourceNames: [CANARY] }, CANARY),
  sibling: rbac("ClusterRolePatch", { rules: [can("", "pods/exec", "create")] }),
  more: [
    ...Object.entries(ways).map(([name, rule]) => ({
      name,
      is: "violation" as const,
      of: clusterRole(rule),
    })),
    { name: "reading roles", is: "fine", of: role(can("rbac.authorization.k8s.io", "roles", "get", "list")) },
    { name: "reading volumes", is: "fine", of: clusterRole(can("", "persistentvolumes", "get", "watch")) },
    {
      name: "a shell, beside rules that are not known",
      is: "violation",
      of: rbac("Role", { rules: [UNKNOWN, can("", "pods/exec", "create")] }),
    },
  ],
};
