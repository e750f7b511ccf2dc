import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { ClusterRole } from "@pulumi/kubernetes/rbac/v1/clusterRole";
import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1/clusterRoleBinding";
import { Role } from "@pulumi/kubernetes/rbac/v1/role";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding";
import type * as pulumi from "@pulumi/pulumi";
import { labelsOf, NAMESPACE } from "./pod";

/** A right in Kubernetes. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** What a tool may do in the cluster. */
export interface ToolRights {
  /** In all namespaces. */
  readonly cluster: readonly Rule[];
  /** In its own namespace. */
  readonly own: readonly Rule[];
}

const mutable = (rules: readonly Rule[]) =>
  rules.map(({ apiGroups, resources, verbs, resourceNames }) => ({
    apiGroups: [...apiGroups],
    resources: [...resources],
    verbs: [...verbs],
    ...(resourceNames === undefined ? {} : { resourceNames: [...resourceNames] }),
  }));

/** Registers a tool's service account. No pod of it gets a token unless the pod says so. */
export const serviceAccount = (
  name: string,
  tool: string,
  parent: pulumi.ComponentResource,
): pulumi.Resource =>
  new ServiceAccount(
    `${name}-account`,
    {
      metadata: { name: tool, namespace: NAMESPACE, labels: labelsOf(tool) },
      automountServiceAccountToken: false,
    },
    { parent },
  );

/** Registers a tool's service account with its rights. @returns what exists once the tool may work */
export function toolAccount(
  name: string,
  tool: string,
  rights: ToolRights,
  parent: pulumi.ComponentResource,
): pulumi.Resource[] {
  const options = { parent };
  const labels = labelsOf(tool);
  const subjects = [{ kind: "ServiceAccount", name: tool, namespace: NAMESPACE }];
  const apiGroup = "rbac.authorization.k8s.io";
  const own = { name: tool, namespace: NAMESPACE, labels };
  return [
    serviceAccount(name, tool, parent),
    new ClusterRole(
      `${name}-cluster-role`,
      { metadata: { name: `semblance:${tool}`, labels }, rules: mutable(rights.cluster) },
      options,
    ),
    new ClusterRoleBinding(
      `${name}-cluster-binding`,
      {
        metadata: { name: `semblance:${tool}`, labels },
        roleRef: { apiGroup, kind: "ClusterRole", name: `semblance:${tool}` },
        subjects,
      },
      options,
    ),
    new Role(`${name}-namespace-role`, { metadata: own, rules: mutable(rights.own) }, options),
    new RoleBinding(
      `${name}-namespace-binding`,
      { metadata: own, roleRef: { apiGroup, kind: "Role", name: tool }, subjects },
      options,
    ),
  ];
}

/** The right to a lease of a given name, by which one of several controllers leads. */
export const leadership = (lease: string): Rule[] => [
  { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
  {
    apiGroups: ["coordination.k8s.io"],
    resources: ["leases"],
    resourceNames: [lease],
    verbs: ["get", "update", "patch"],
  },
];
