import type { Mutation } from "../mutate";

const RBAC = "kubernetes:rbac.authorization.k8s.io/v1";
const role = {
  stack: "prod",
  type: `${RBAC}:ClusterRole`,
  name: "aws-tools-autoscaler-cluster-role",
} as const;
const ofNamespace = {
  stack: "prod",
  type: `${RBAC}:Role`,
  name: "aws-tools-autoscaler-namespace-role",
} as const;
const account = (name: string) =>
  ({ stack: "prod", type: "kubernetes:core/v1:ServiceAccount", name }) as const;
const pod = { stack: "prod", type: "kubernetes:apps/v1:Deployment", name: "label-studio" } as const;

/** The autoscaler of the nodes is given one more right. */
const right = (what: string, apiGroup: string, resource: string, verbs: readonly string[]) => ({
  ...role,
  what,
  set: { "rules[+]": { apiGroups: [apiGroup], resources: [resource], verbs: [...verbs] } },
});

/** Who may do what in the cluster. */
export const clusterAccessMutations: readonly Mutation[] = [
  {
    what: "the autoscaler may do anything to leases",
    ...ofNamespace,
    set: { "rules[0].verbs": ["*"] },
    caughtBy: "rb-01-no-wildcard-rbac",
  },
  {
    what: "the autoscaler may read all there is of storage",
    ...role,
    set: { "rules[8].resources": ["*"] },
    caughtBy: "rb-01-no-wildcard-rbac",
  },
  {
    what: "the autoscaler may read jobs of every API",
    ...role,
    set: { "rules[6].apiGroups": ["*"] },
    caughtBy: "rb-01-no-wildcard-rbac",
  },
  {
    what: "the autoscaler may do anything",
    ...role,
    set: { "rules[+]": { apiGroups: ["*"], resources: ["*"], verbs: ["*"] } },
    caughtBy: "rb-01-no-wildcard-rbac",
    also: ["rb-03-no-secrets-read-wide", "rb-04-no-escalation-verbs", "rb-05-no-pod-create"],
  },
  {
    what: "the autoscaler is bound to cluster-admin",
    stack: "prod",
    type: `${RBAC}:ClusterRoleBinding`,
    name: "aws-tools-autoscaler-cluster-binding",
    set: { "roleRef.name": "cluster-admin" },
    caughtBy: "rb-02-no-cluster-admin",
  },
  {
    what: "somebody makes himself an administrator of the cluster",
    stack: "prod",
    type: `${RBAC}:ClusterRoleBinding`,
    name: "me",
    add: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "me" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ kind: "User", name: "me@example.com", apiGroup: "rbac.authorization.k8s.io" }],
    },
    caughtBy: "rb-02-no-cluster-admin",
  },
  {
    what: "all who have a login may what the controller of load balancers may",
    stack: "prod",
    type: `${RBAC}:ClusterRoleBinding`,
    name: "aws-tools-load-balancers-cluster-binding",
    set: {
      "subjects[+]": {
        kind: "Group",
        name: "system:authenticated",
        apiGroup: "rbac.authorization.k8s.io",
      },
    },
    caughtBy: "rb-02-no-cluster-admin",
  },
  {
    what: "Jupyter administers its namespace",
    stack: "prod",
    type: `${RBAC}:RoleBinding`,
    name: "jupyter-admin",
    add: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "jupyter-admin", namespace: "semblance-prod-work" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" },
      subjects: [{ kind: "ServiceAccount", name: "jupyter", namespace: "semblance-prod-work" }],
    },
    caughtBy: "rb-02-no-cluster-admin",
  },
  {
    ...right("the autoscaler may read all secrets", "", "secrets", ["get", "list"]),
    caughtBy: "rb-03-no-secrets-read-wide",
  },
  {
    what: "the autoscaler may read all secrets of its namespace",
    ...ofNamespace,
    set: { "rules[+]": { apiGroups: [""], resources: ["secrets"], verbs: ["watch"] } },
    caughtBy: "rb-03-no-secrets-read-wide",
  },
  {
    ...right("the autoscaler may act as others", "", "serviceaccounts", ["impersonate"]),
    caughtBy: "rb-04-no-escalation-verbs",
  },
  {
    ...right("the autoscaler may give itself any role", "rbac.authorization.k8s.io", "clusterroles", [
      "bind",
    ]),
    caughtBy: "rb-04-no-escalation-verbs",
  },
  {
    ...right("the autoscaler may run commands in every pod", "", "pods/exec", ["create"]),
    caughtBy: "rb-04-no-escalation-verbs",
  },
  {
    ...right("the autoscaler may speak with the kubelets", "", "nodes/proxy", ["get"]),
    caughtBy: "rb-04-no-escalation-verbs",
  },
  {
    ...right("the autoscaler may make tokens of others", "", "serviceaccounts/token", ["create"]),
    caughtBy: "rb-04-no-escalation-verbs",
  },
  {
    ...right(
      "the autoscaler may change what is made in the cluster",
      "admissionregistration.k8s.io",
      "mutatingwebhookconfigurations",
      ["update"],
    ),
    caughtBy: "rb-04-no-escalation-verbs",
  },
  {
    ...right("the autoscaler may make pods", "", "pods", ["create"]),
    caughtBy: "rb-05-no-pod-create",
  },
  {
    ...right("the autoscaler may change what pods are made of", "apps", "deployments", ["patch"]),
    caughtBy: "rb-05-no-pod-create",
  },
  {
    what: "Label Studio runs under the account that all share",
    ...pod,
    set: { "spec.template.spec.serviceAccountName": "default" },
    caughtBy: "rb-06-dedicated-sa",
  },
  {
    what: "Label Studio names no account",
    ...pod,
    unset: ["spec.template.spec.serviceAccountName"],
    caughtBy: "rb-06-dedicated-sa",
  },
  {
    what: "Label Studio names an account of another namespace",
    ...pod,
    set: { "spec.template.spec.serviceAccountName": "postgres" },
    caughtBy: "rb-06-dedicated-sa",
    also: ["op-08-pod-references"],
  },
  {
    what: "the account of the gateway is gone",
    ...account("accounts-gateway"),
    gone: true,
    caughtBy: "rb-06-dedicated-sa",
    also: ["op-08-pod-references"],
  },
  {
    what: "Label Studio gets a token for the API server",
    ...pod,
    set: { "spec.template.spec.automountServiceAccountToken": true },
    caughtBy: "rb-07-no-automount",
  },
  {
    what: "nothing says whether Label Studio gets a token",
    ...pod,
    unset: ["spec.template.spec.automountServiceAccountToken"],
    caughtBy: "rb-07-no-automount",
  },
  {
    what: "Label Studio gets a token by a volume",
    ...pod,
    set: {
      "spec.template.spec.volumes[+]": {
        name: "token",
        projected: { sources: [{ serviceAccountToken: { path: "token" } }] },
      },
    },
    caughtBy: "rb-07-no-automount",
  },
  {
    what: "whoever runs under the account of PostgreSQL gets a token",
    ...account("accounts-postgres"),
    set: { automountServiceAccountToken: true },
    caughtBy: "rb-07-no-automount",
  },
  {
    what: "whoever names no account at the edge gets a token",
    ...account("namespaces-edge-default-account"),
    unset: ["automountServiceAccountToken"],
    caughtBy: "rb-07-no-automount",
  },
  {
    what: "a token of an account lies in a Secret, and never ends",
    stack: "prod",
    type: "kubernetes:core/v1:Secret",
    name: "gateway-token",
    add: {
      apiVersion: "v1",
      kind: "Secret",
      type: "kubernetes.io/service-account-token",
      metadata: {
        name: "gateway-token",
        namespace: "semblance-prod-edge",
        annotations: { "kubernetes.io/service-account.name": "gateway" },
      },
    },
    caughtBy: "sec-08-no-account-token",
  },
];
