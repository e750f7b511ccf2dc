import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Mutation } from "../mutate";
import { onDocker } from "./targets";

const pod = { stack: "prod", type: "kubernetes:apps/v1:Deployment", name: "label-studio" } as const;
const policy = {
  stack: "prod",
  type: "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  name: "open",
} as const;
const binding = {
  stack: "prod",
  type: "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
  name: "aws-tools-autoscaler-namespace-binding",
} as const;

/** A policy that is added, for what nobody asks for: it selects no data store. */
const opened = (what: string, rule: Readonly<Record<string, JavaScriptValue>>): Mutation => ({
  ...policy,
  what,
  add: {
    metadata: { name: "open", namespace: "semblance-prod-edge" },
    spec: {
      podSelector: { matchLabels: { "app.kubernetes.io/name": "docs" } },
      policyTypes: ["Ingress", "Egress"],
      ...rule,
    },
  },
  caughtBy: "net-03-policy-width",
  also: ["net-03-policy-dangling"],
});

/** What looks harmless at first sight. */
export const subtleMutations: readonly Mutation[] = [
  {
    ...onDocker("jupyter"),
    what: "Jupyter moves into the network of the database",
    set: { networkMode: "container:postgres" },
    caughtBy: "wl-07-own-namespaces",
  },
  {
    ...onDocker("redis"),
    what: "Redis is seen by the processes of another container",
    set: { pidMode: "container:otel-agent" },
    caughtBy: "wl-07-own-namespaces",
  },
  {
    ...onDocker("redis"),
    what: "an option is said, and taken back after it",
    set: { securityOpts: ["no-new-privileges:true", "no-new-privileges=false"] },
    caughtBy: "wl-02-no-privilege-escalation",
  },
  {
    ...onDocker("elasticsearch-exporter"),
    what: "the exporter of Elasticsearch believes whoever answers, by a flag of its own",
    set: { "entrypoints[+]": "--es.ssl-skip-verify" },
    caughtBy: "eit-12-certificates-verified",
  },
  {
    ...pod,
    what: "a pod is the machine itself, on Windows",
    set: { "spec.template.spec.securityContext.windowsOptions": { hostProcess: true } },
    caughtBy: "wl-01-not-privileged",
  },
  {
    ...pod,
    what: "SELinux does not confine a pod",
    set: { "spec.template.spec.securityContext.seLinuxOptions": { type: "spc_t" } },
    caughtBy: "wl-05-confined",
  },
  opened("every pod of the cluster may ask the documentation", {
    ingress: [{ from: [{ namespaceSelector: {} }] }],
  }),
  opened("the documentation may dial every pod of the cluster", {
    egress: [{ to: [{ namespaceSelector: {} }] }],
  }),
  opened("the documentation may ask for the credentials of its node", {
    egress: [{ to: [{ ipBlock: { cidr: "169.254.169.254/32" } }] }],
  }),
  {
    ...binding,
    what: "the autoscaler may run commands in pods, by a role of every cluster",
    set: { "roleRef.kind": "ClusterRole", "roleRef.name": "edit" },
    caughtBy: "rb-02-no-cluster-admin",
  },
  {
    ...binding,
    what: "a right is given to pods that name no account",
    set: { "subjects[+]": { kind: "ServiceAccount", name: "default", namespace: "kube-system" } },
    caughtBy: "rb-02-no-cluster-admin",
  },
  {
    ...binding,
    what: "a right is given to all workloads of a namespace",
    set: { "subjects[+]": { kind: "Group", name: "system:serviceaccounts:kube-system" } },
    caughtBy: "rb-02-no-cluster-admin",
  },
];
