import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import type * as pulumi from "@pulumi/pulumi";
import { type AwsScope, awsPolicy, clusterArn, iamArn } from "./scope";

/** Who acts: services of AWS, or principals by their ARNs. Everybody is not among them. */
export type Principal = { readonly services: readonly string[] } | { readonly arns: readonly string[] };

/** IAM's conditions: operator, key, values. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** What a statement is about: ARNs, or everything, with the reason why AWS takes nothing narrower. */
export type Resources = readonly string[] | { readonly everyBecause: string };

/** One statement of an IAM document. */
export interface Statement {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: Resources;
  readonly conditions?: Conditions;
}

/** One statement of a document that a resource carries: a role's trust, a key's or a bucket's policy. */
export interface ResourceStatement extends Statement {
  readonly principal: Principal;
}

/** Refuses everybody what is not asked for in the way that `unless` says. */
export interface Denial extends Statement {
  readonly denied: "everybody";
}

const resourcesOf = (resources: Resources) => ("everyBecause" in resources ? "*" : [...resources]);

const common = ({ sid, actions, resources, conditions }: Statement) => ({
  Sid: sid,
  Action: [...actions],
  Resource: resourcesOf(resources),
  ...(conditions === undefined ? {} : { Condition: conditions }),
});

const principalOf = (principal: Principal) =>
  "services" in principal ? { Service: [...principal.services] } : { AWS: [...principal.arns] };

const documentOf = (statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** What an identity may do, as the JSON that IAM takes. */
export const identityPolicy = (statements: readonly Statement[]): string =>
  documentOf(statements.map((one) => ({ Effect: "Allow", ...common(one) })));

/** Who may do what with a resource, as the JSON that the resource takes. */
export const resourcePolicy = (statements: readonly (ResourceStatement | Denial)[]): string =>
  documentOf(
    statements.map((one) =>
      "denied" in one
        ? { Effect: "Deny", Principal: "*", ...common(one) }
        : { Effect: "Allow", Principal: principalOf(one.principal), ...common(one) },
    ),
  );

const trust = (service: string, actions: readonly string[], conditions?: Conditions): string =>
  documentOf([
    {
      Effect: "Allow",
      Principal: { Service: service },
      Action: actions,
      ...(conditions === undefined ? {} : { Condition: conditions }),
    },
  ]);

/** Trust of a role that a service of AWS takes on. */
export const serviceTrust = (service: string, conditions?: Conditions): string =>
  trust(service, ["sts:AssumeRole"], conditions);

/**
 * Trust of a role that pods take on by Pod Identity: in this account and from this cluster only. Which pods, the association
 * says; `serviceAccount` says it again, so that a wrong association gives nothing.
 */
export function podTrust(scope: AwsScope, cluster: string, pod: PodIdentity): string {
  return trust("pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"], {
    StringEquals: {
      "aws:SourceAccount": scope.accountId,
      "aws:RequestTag/kubernetes-namespace": pod.namespace,
      "aws:RequestTag/kubernetes-service-account": pod.serviceAccount,
    },
    ArnEquals: { "aws:SourceArn": clusterArn(scope, cluster) },
  });
}

/** The service account under which pods run that take on a role. */
export interface PodIdentity {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** What a role is made of. */
export interface RoleArgs {
  /** Ends the role's name in the account; its ARN is known from it. */
  readonly suffix: string;
  readonly does: string;
  readonly trust: string;
  /** Policies that AWS keeps, by name. */
  readonly awsPolicies?: readonly string[];
  readonly statements?: readonly Statement[];
}

/** A role and what it may do. */
export interface MadeRole {
  readonly role: Role;
  /** Exist once the role may do what it is for. */
  readonly rights: readonly pulumi.Resource[];
}

/** Name of a role of the stack. */
export const roleName = ({ prefix }: AwsScope, suffix: string): string => `${prefix}-${suffix}`;

/** ARN of a role of the stack, known before the role exists. */
export const roleArn = (scope: AwsScope, suffix: string): string =>
  iamArn(scope, `role/${roleName(scope, suffix)}`);

/** A policy of AWS' as a part of a resource's name. */
const slugOf = (policy: string): string =>
  (policy.split("/").at(-1) ?? policy).toLowerCase().replaceAll("_", "-");

/** Registers a role and its rights below `parent`, as `name` and `name-…`. */
export function makeRole(
  name: string,
  scope: AwsScope,
  args: RoleArgs,
  parent: pulumi.ComponentResource,
): MadeRole {
  const options = { parent };
  const role = new Role(
    name,
    { name: roleName(scope, args.suffix), description: args.does, assumeRolePolicy: args.trust },
    options,
  );
  const attached = (args.awsPolicies ?? []).map(
    (policy) =>
      new RolePolicyAttachment(
        `${name}-${slugOf(policy)}`,
        { role: role.name, policyArn: awsPolicy(policy) },
        options,
      ),
  );
  const own =
    args.statements === undefined
      ? []
      : [
          new RolePolicy(
            `${name}-rights`,
            { role: role.name, name: args.suffix, policy: identityPolicy(args.statements) },
            options,
          ),
        ];
  return { role, rights: [...attached, ...own] };
}
