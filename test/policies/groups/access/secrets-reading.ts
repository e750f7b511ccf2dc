import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { clusterRole, rbac, role } from "./fixtures";

const secrets = { apiGroups: [""], resources: ["secrets"] };

export const noSecretsReadWide: Cases = {
  rule: "rb-03-no-secrets-read-wide",
  good: role({ ...secrets, resourceNames: ["app-tls"], verbs: ["get"] }),
  bad: clusterRole({ ...secrets, verbs: ["get"] }),
  unknown: role({ ...secrets, verbs: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: rbac("Role", {}),
  missingIs: "fine",
  canary: clusterRole({ ...secrets, verbs: ["list", CANARY] }),
  sibling: rbac("RolePatch", { rules: [{ ...secrets, verbs: ["watch"] }] }),
  more: [
    { name: "all of a namespace", is: "violation", of: role({ ...secrets, verbs: ["list"] }) },
    { name: "making some", is: "fine", of: role({ ...secrets, verbs: ["create"] }) },
    { name: "by a wildcard", is: "violation", of: role({ ...secrets, verbs: ["*"] }) },
    {
      name: "secrets of another API group",
      is: "fine",
      of: clusterRole({ apiGroups: ["example.org"], resources: ["secrets"], verbs: ["get"] }),
    },
    {
      name: "a group that is not known",
      is: "cannot tell",
      of: clusterRole({ apiGroups: [UNKNOWN], resources: ["secrets"], verbs: ["get"] }),
    },
    {
      name: "reading, beside a verb that is not known",
      is: "violation",
      of: clusterRole({ ...secrets, verbs: [UNKNOWN, "get"] }),
    },
    {
      name: "other resources by verbs that are not known",
      is: "fine",
      of: clusterRole({ apiGroups: [""], resources: ["pods"], verbs: UNKNOWN }),
    },
  ],
};
