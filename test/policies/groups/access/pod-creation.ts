import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { clusterRole, rbac, role } from "./fixtures";

const pods = { apiGroups: [""], resources: ["pods"] };

export const noPodCreate: Cases = {
  rule: "rb-05-no-pod-create",
  good: role({ apiGroups: ["apps"], resources: ["deployments/scale"], verbs: ["patch"] }),
  bad: role({ ...pods, verbs: ["create"] }),
  unknown: role({ ...pods, verbs: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: rbac("Role", {}),
  missingIs: "fine",
  canary: role({ ...pods, verbs: ["create", CANARY], resourceNames: [CANARY] }, CANARY),
  sibling: rbac("ClusterRolePatch", {
    rules: [{ apiGroups: ["batch"], resources: ["cronjobs"], verbs: ["update"] }],
  }),
  more: [
    {
      name: "changing what pods are made of",
      is: "violation",
      of: clusterRole({ apiGroups: ["apps"], resources: ["daemonsets"], verbs: ["patch"] }),
    },
    {
      name: "the old group",
      is: "violation",
      of: role({ apiGroups: ["extensions"], resources: ["deployments"], verbs: ["create"] }),
    },
    {
      name: "controllers of old",
      is: "violation",
      of: role({ apiGroups: [""], resources: ["replicationcontrollers"], verbs: ["update"] }),
    },
    { name: "restarting", is: "fine", of: role({ ...pods, verbs: ["delete", "get"] }) },
    {
      name: "telling how a pod is",
      is: "fine",
      of: clusterRole({ apiGroups: [""], resources: ["pods/status"], verbs: ["patch", "update"] }),
    },
    { name: "rules that are not known", is: "cannot tell", of: rbac("Role", { rules: UNKNOWN }) },
  ],
};
