import type { Tier } from "./tiers";

/** Roles of people. Workloads have none: nothing in the stack talks to the API server. */
export const roles = ["platform-admin", "operator", "annotator-lead", "viewer"] as const;
export type Role = (typeof roles)[number];

/** What the API server calls the things that one does. There is no wildcard, and no escalate, bind or impersonate. */
export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete";

/** One line of the table: these roles may do this there. */
export interface Grant {
  readonly roles: readonly Role[];
  /** `all`: in every namespace of the stack; `cluster`: of objects that lie in no namespace. */
  readonly where: "all" | "cluster" | readonly Tier[];
  /** Empty for the core group. */
  readonly apiGroup: string;
  readonly resources: readonly string[];
  readonly verbs: readonly Verb[];
  readonly why: string;
}

const read = ["get", "list", "watch"] as const;
const change = ["create", "update", "patch"] as const;
const everybody = ["platform-admin", "operator", "viewer"] as const;

/** Where labelling runs, as far as who leads annotators has to do with it. */
const labelling: readonly Tier[] = ["edge", "work"];

/** What shows how things stand: no log, no configuration, no secret. */
const state: readonly { readonly apiGroup: string; readonly resources: readonly string[] }[] = [
  { apiGroup: "", resources: ["pods", "services", "persistentvolumeclaims", "events"] },
  { apiGroup: "events.k8s.io", resources: ["events"] },
  { apiGroup: "apps", resources: ["deployments", "statefulsets", "daemonsets", "replicasets"] },
  { apiGroup: "batch", resources: ["jobs"] },
  { apiGroup: "autoscaling", resources: ["horizontalpodautoscalers"] },
  { apiGroup: "policy", resources: ["poddisruptionbudgets"] },
  { apiGroup: "discovery.k8s.io", resources: ["endpointslices"] },
];

const seesState = (who: readonly Role[], where: Grant["where"]): readonly Grant[] => [
  ...state.map((what) => ({
    ...what,
    roles: who,
    where,
    verbs: read,
    why: "see what runs, and how it fares",
  })),
  {
    roles: who,
    where,
    apiGroup: "metrics.k8s.io",
    resources: ["pods"],
    verbs: ["get", "list"],
    why: "see what pods use (kubectl top)",
  },
];

/**
 * Who may do what. Roles, the documentation and the tests are made of it. Changing a workload's pods means reading its
 * secrets, since a pod can be told to show them: an operator restarts and scales, and changes no template.
 */
export const rbacTable: readonly Grant[] = [
  ...seesState(everybody, "all"),
  ...seesState(["annotator-lead"], labelling),
  {
    roles: everybody,
    where: "all",
    apiGroup: "",
    resources: ["resourcequotas", "limitranges"],
    verbs: read,
    why: "see how much room is left",
  },
  {
    roles: everybody,
    where: "all",
    apiGroup: "networking.k8s.io",
    resources: ["networkpolicies"],
    verbs: read,
    why: "see who may connect to whom; only the stack changes it",
  },
  {
    roles: ["platform-admin", "operator"],
    where: "all",
    apiGroup: "",
    resources: ["pods/log"],
    verbs: ["get"],
    why: "read logs",
  },
  {
    roles: ["annotator-lead"],
    where: ["work"],
    apiGroup: "",
    resources: ["pods/log"],
    verbs: ["get"],
    why: "find out why an import or an export failed",
  },
  {
    roles: ["platform-admin", "operator"],
    where: "all",
    apiGroup: "",
    resources: ["configmaps"],
    verbs: read,
    why: "compare what a service was told with what it does",
  },
  {
    roles: ["platform-admin", "operator"],
    where: "all",
    apiGroup: "",
    resources: ["pods"],
    verbs: ["delete"],
    why: "restart a service",
  },
  {
    roles: ["platform-admin", "operator"],
    where: "all",
    apiGroup: "",
    resources: ["pods/eviction"],
    verbs: ["create"],
    why: "move a pod, no faster than its disruption budget allows",
  },
  {
    roles: ["platform-admin", "operator"],
    where: "all",
    apiGroup: "apps",
    resources: ["deployments/scale", "statefulsets/scale"],
    verbs: ["get", "update", "patch"],
    why: "scale a service",
  },
  {
    roles: ["platform-admin", "operator"],
    where: "all",
    apiGroup: "batch",
    resources: ["jobs"],
    verbs: ["delete"],
    why: "let the next update run a job again",
  },
  {
    roles: ["platform-admin", "operator"],
    where: "cluster",
    apiGroup: "",
    resources: ["nodes", "namespaces"],
    verbs: read,
    why: "see whether the machines are well, and find the stack's namespaces",
  },
  {
    roles: ["platform-admin", "operator"],
    where: "cluster",
    apiGroup: "metrics.k8s.io",
    resources: ["nodes"],
    verbs: ["get", "list"],
    why: "see what machines use (kubectl top)",
  },
  {
    roles: ["platform-admin"],
    where: "all",
    apiGroup: "",
    resources: ["secrets", "serviceaccounts"],
    verbs: read,
    why: "mend a login; the stack alone changes them",
  },
  {
    roles: ["platform-admin"],
    where: "all",
    apiGroup: "rbac.authorization.k8s.io",
    resources: ["roles", "rolebindings"],
    verbs: read,
    why: "see who may do what; the stack alone changes it",
  },
  {
    roles: ["platform-admin"],
    where: "all",
    apiGroup: "",
    resources: ["pods/exec", "pods/portforward"],
    verbs: ["create"],
    why: "look into a running service",
  },
  {
    roles: ["platform-admin"],
    where: "all",
    apiGroup: "",
    resources: ["pods", "services", "configmaps", "persistentvolumeclaims"],
    verbs: change,
    why: "mend by hand, such as out of a backup",
  },
  {
    roles: ["platform-admin"],
    where: "all",
    apiGroup: "",
    resources: ["services", "configmaps", "persistentvolumeclaims"],
    verbs: ["delete"],
    why: "mend by hand, such as out of a backup",
  },
  {
    roles: ["platform-admin"],
    where: "all",
    apiGroup: "apps",
    resources: ["deployments", "statefulsets", "daemonsets"],
    verbs: [...change, "delete"],
    why: "mend by hand",
  },
  {
    roles: ["platform-admin"],
    where: "all",
    apiGroup: "batch",
    resources: ["jobs"],
    verbs: change,
    why: "run a job by hand",
  },
];

/** A rule as `rbac.authorization.k8s.io/v1` wants it. */
export interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: Verb[];
}

/** What a role may do in the namespace of a tier, or of objects of the whole cluster; in a stable order. */
export function rulesFor(role: Role, place: Tier | "cluster"): Rule[] {
  const holds = ({ where }: Grant): boolean =>
    place === "cluster"
      ? where === "cluster"
      : where === "all" || (where !== "cluster" && where.includes(place));
  return rbacTable
    .filter((grant) => grant.roles.includes(role) && holds(grant))
    .map(({ apiGroup, resources, verbs }) => ({
      apiGroups: [apiGroup],
      resources: [...resources],
      verbs: [...verbs],
    }));
}
