import { ClusterRole } from "@pulumi/kubernetes/rbac/v1/clusterRole";
import { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1/clusterRoleBinding";
import { Role as NamespacedRole } from "@pulumi/kubernetes/rbac/v1/role";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding";
import * as pulumi from "@pulumi/pulumi";
import type { KubernetesSettings } from "../../config/kubernetes";
import type { ServiceName } from "../../topology";
import { namespaceOf } from "./names";
import { type Namespaces, stackLabels, tiersOf } from "./namespaces";
import { type Role, roles, rulesFor } from "./rbac-table";
import type { Tier } from "./tiers";

const GROUP = "rbac.authorization.k8s.io";

/** The key of the settings that says who has a role. */
const SETTING = {
  "platform-admin": "platformAdmin",
  operator: "operator",
  "annotator-lead": "annotatorLead",
  viewer: "viewer",
} as const satisfies Record<Role, keyof KubernetesSettings["rbac"]>;

/** Args of `Rbac`. */
export interface RbacArgs {
  readonly stack: string;
  readonly present: ReadonlySet<ServiceName>;
  readonly namespaces: Namespaces;
  /** Groups of people by role, as the cluster's authenticator names them. */
  readonly groups: KubernetesSettings["rbac"];
}

/** The roles of `rbacTable`, where somebody has them: in the stack's namespaces, and what is read of the cluster itself. */
export class Rbac extends pulumi.ComponentResource {
  constructor(
    private readonly name: string,
    private readonly args: RbacArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:kubernetes:Rbac", name, {}, opts);
    for (const role of roles.filter((one) => args.groups[SETTING[one]].length > 0)) {
      for (const tier of tiersOf(args.present)) this.inNamespace(role, tier);
      this.inCluster(role);
    }
    this.registerOutputs({});
  }

  private inNamespace(role: Role, tier: Tier): void {
    const { stack, namespaces } = this.args;
    const rules = rulesFor(role, tier);
    if (rules.length === 0) return;
    const metadata = { name: role, namespace: namespaceOf(stack, tier), labels: stackLabels(stack) };
    const prefix = `${this.name}-${tier}-${role}`;
    const given = new NamespacedRole(
      prefix,
      { metadata, rules },
      { parent: this, dependsOn: [namespaces.of(tier)] },
    );
    const roleRef = { apiGroup: GROUP, kind: "Role", name: role };
    const binding = { metadata, roleRef, subjects: this.subjects(role) };
    new RoleBinding(`${prefix}-binding`, binding, { parent: this, dependsOn: [given] });
  }

  private inCluster(role: Role): void {
    const rules = rulesFor(role, "cluster");
    if (rules.length === 0) return;
    const metadata = { name: `semblance-${this.args.stack}-${role}`, labels: stackLabels(this.args.stack) };
    const prefix = `${this.name}-cluster-${role}`;
    const given = new ClusterRole(prefix, { metadata, rules }, { parent: this });
    const roleRef = { apiGroup: GROUP, kind: "ClusterRole", name: metadata.name };
    const binding = { metadata, roleRef, subjects: this.subjects(role) };
    new ClusterRoleBinding(`${prefix}-binding`, binding, { parent: this, dependsOn: [given] });
  }

  private subjects(role: Role) {
    return this.args.groups[SETTING[role]].map((name) => ({ apiGroup: GROUP, kind: "Group", name }));
  }
}
