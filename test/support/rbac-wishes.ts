import { rbacTable, type Role } from "../../components/platforms/kubernetes/rbac-table";
import type { Tier } from "../../components/platforms/kubernetes/tiers";

/** Something that one may want to do. */
export interface Wish {
  readonly verb: string;
  readonly group: string;
  /** With the part of it after a slash, where it has one. */
  readonly resource: string;
}

/** What no line of the table allows, and what would be dangerous. */
const dangerous: readonly Wish[] = [
  ...["pods/attach", "pods/proxy", "services/proxy", "pods/ephemeralcontainers", "serviceaccounts/token"].map(
    (resource) => ({ verb: "create", group: "", resource }),
  ),
  { verb: "impersonate", group: "", resource: "serviceaccounts" },
  { verb: "update", group: "", resource: "secrets" },
  { verb: "delete", group: "", resource: "namespaces" },
  { verb: "update", group: "", resource: "resourcequotas" },
  { verb: "deletecollection", group: "apps", resource: "deployments" },
  { verb: "delete", group: "networking.k8s.io", resource: "networkpolicies" },
  { verb: "escalate", group: "rbac.authorization.k8s.io", resource: "roles" },
  { verb: "bind", group: "rbac.authorization.k8s.io", resource: "clusterroles" },
  { verb: "create", group: "rbac.authorization.k8s.io", resource: "rolebindings" },
];

const granted: readonly Wish[] = rbacTable.flatMap(({ apiGroup: group, resources, verbs }) =>
  resources.flatMap((resource) => verbs.map((verb) => ({ verb, group, resource }))),
);

/** Every line of the table, and what is in none; each once. */
export const wishes: readonly Wish[] = [
  ...new Map([...granted, ...dangerous].map((wish) => [Object.values(wish).join(" "), wish])).values(),
];

/** Objects that lie in no namespace. */
const isOfCluster = ({ group, resource }: Wish): boolean =>
  ["nodes", "namespaces", "clusterroles"].includes(resource) ||
  (group === "metrics.k8s.io" && resource === "nodes");

/** Whether the table gives it to this role, in the namespace of a tier or in somebody else's. */
export const isGranted = (role: Role, wish: Wish, tier: Tier | undefined): boolean =>
  rbacTable.some(({ roles, where, apiGroup, resources, verbs }) => {
    const there =
      isOfCluster(wish) || tier === undefined
        ? where === "cluster" && isOfCluster(wish)
        : where === "all" || (where !== "cluster" && where.includes(tier));
    return (
      there &&
      roles.includes(role) &&
      apiGroup === wish.group &&
      resources.includes(wish.resource) &&
      verbs.some((verb) => verb === wish.verb)
    );
  });

/** The wish, as the API server is asked about it. */
export function attributesOf(wish: Wish, namespace: string) {
  const [resource = "", subresource] = wish.resource.split("/");
  return {
    verb: wish.verb,
    group: wish.group,
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(isOfCluster(wish) ? {} : { namespace }),
  };
}
