import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { clusterRole, rbac, role } from "./fixtures";

export const noWildcardRbac: Cases = {
  rule: "rb-01-no-wildcard-rbac",
  good: role({ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "watch"] }),
  bad: role({ apiGroups: [""], resources: ["configmaps"], verbs: ["*"] }),
  unknown: role({ apiGroups: [""], resources: ["configmaps"], verbs: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: rbac("ClusterRole", { aggregationRule: { clusterRoleSelectors: [] } }),
  missingIs: "fine",
  canary: role({ apiGroups: [CANARY], resources: [`${CANARY}/*`], verbs: ["*"], resourceNames: [CANARY] }),
  sibling: rbac("ClusterRolePatch", { rules: [{ apiGroups: ["*"], resources: ["pods"], verbs: ["get"] }] }),
  more: [
    {
      name: "all resources, beside a rule that is not known",
      is: "violation",
      of: rbac("Role", { rules: [UNKNOWN, { apiGroups: [""], resources: ["*"], verbs: ["get"] }] }),
    },
    {
      name: "a subresource of everything",
      is: "violation",
      of: role({ apiGroups: ["apps"], resources: ["*/scale"], verbs: ["patch"] }),
    },
    { name: "every URL", is: "violation", of: clusterRole({ nonResourceURLs: ["*"], verbs: ["get"] }) },
    {
      name: "URLs below a path",
      is: "fine",
      of: clusterRole({ nonResourceURLs: ["/healthz/*"], verbs: ["get"] }),
    },
    { name: "rules that are not known", is: "cannot tell", of: rbac("Role", { rules: UNKNOWN }) },
    {
      name: "an older version of RBAC",
      is: "violation",
      of: {
        type: "kubernetes:rbac.authorization.k8s.io/v1beta1:ClusterRole",
        props: { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "*"] }] },
      },
    },
  ],
};
