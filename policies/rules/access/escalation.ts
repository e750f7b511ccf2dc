import { resourceRule } from "../../core/rule";
import { given, type Right, roleOf, roleTypes } from "../../models/rbac";

const CHANGE = ["create", "update", "patch"];
const RBAC = "rbac.authorization.k8s.io";

/** Rights by which one comes by rights that one was not given. */
const WAYS: readonly (Right & { readonly found: string })[] = [
  {
    apiGroup: RBAC,
    resources: ["roles", "clusterroles"],
    verbs: ["bind", "escalate"],
    found: "may give itself any role (bind, escalate)",
  },
  ...["", "authentication.k8s.io"].map((apiGroup) => ({
    apiGroup,
    resources:
      apiGroup === "" ? ["users", "groups", "serviceaccounts"] : ["uids", "userextras", "userextras/scopes"],
    verbs: ["impersonate"],
    found: "may act as somebody else (impersonate)",
  })),
  {
    apiGroup: "admissionregistration.k8s.io",
    resources: ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
    verbs: [...CHANGE, "delete", "deletecollection"],
    found: "may change webhooks, which see and change whatever is made in the cluster",
  },
  {
    apiGroup: "certificates.k8s.io",
    resources: ["certificatesigningrequests/approval"],
    verbs: ["update", "patch"],
    found: "may approve certificates, and so be anybody",
  },
  {
    apiGroup: "certificates.k8s.io",
    resources: ["signers"],
    verbs: ["approve", "sign"],
    found: "may approve certificates, and so be anybody",
  },
  {
    apiGroup: "",
    resources: ["nodes/proxy"],
    verbs: ["get", ...CHANGE, "delete"],
    found: "may speak with the kubelet of every node (nodes/proxy), past admission and audit",
  },
  {
    apiGroup: "",
    resources: ["pods/exec", "pods/attach"],
    verbs: ["create", "get"],
    found: "may run commands in every pod (pods/exec, pods/attach)",
  },
  {
    apiGroup: "",
    resources: ["pods/ephemeralcontainers"],
    verbs: ["update", "patch"],
    found: "may put a container into every pod (pods/ephemeralcontainers)",
  },
  {
    apiGroup: "",
    resources: ["serviceaccounts/token"],
    verbs: ["create"],
    found: "may make tokens of service accounts (serviceaccounts/token)",
  },
  {
    apiGroup: "",
    resources: ["persistentvolumes"],
    verbs: ["create"],
    found: "may make volumes of any folder of a node (persistentvolumes)",
  },
];

/** No right to more rights. */
export const noEscalationVerbs = resourceRule({
  name: "rb-04-no-escalation-verbs",
  group: "access",
  severity: "critical",
  summary: "No role has a right by which its holder comes by other rights.",
  why: "Who may bind, impersonate, run commands in pods, approve certificates or change webhooks has in effect whatever those have.",
  fix: "Drop the verb or resource from the rule; where people need it, allow it by name in the option rights.",
  maps: [
    "CKV_K8S_155",
    "CKV_K8S_156",
    "CKV_K8S_157",
    "CKV_K8S_158",
    "CKV2_K8S_2",
    "CKV2_K8S_3",
    "CIS-EKS-4.1.8",
    "CIS-EKS-4.1.9",
    "CIS-EKS-4.1.10",
    "CIS-EKS-4.1.11",
    "CIS-EKS-4.1.12",
    "Polaris-rolePodExecAttach",
  ],
  unknown: "cannot tell",
  bad: `new k8s.rbac.v1.ClusterRole("app", { rules: [{ apiGroups: [""], resources: ["pods/exec"], verbs: ["create"] }] });`,
  good: `new k8s.rbac.v1.Role("app", { rules: [{ apiGroups: [""], resources: ["pods/log"], verbs: ["get"] }] });`,
  options: {
    rights: {
      description:
        "rights that a role may have, each as `role: verb resource`, such as `admin: create pods/exec`",
      default: [],
    },
  },
  types: roleTypes,
  check(resource, report) {
    const { name, rules, unread } = roleOf(resource);
    const allowed = report.list("rights");
    const isAllowed = (part: string): boolean => name !== undefined && allowed.includes(`${name}: ${part}`);
    for (const path of unread) report.cannotTell(path);
    for (const rule of rules)
      for (const way of WAYS) {
        const parts = given(rule, way);
        if (parts === undefined) report.cannotTell(rule.path);
        else if (!parts.every(isAllowed)) report.violation(rule.path, way.found);
      }
  },
});
