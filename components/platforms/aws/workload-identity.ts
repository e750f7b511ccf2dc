import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation";
import type * as pulumi from "@pulumi/pulumi";
import { makeRole, type PodIdentity, podTrust, type Statement } from "./iam";
import type { AwsScope } from "./scope";

/** Where EKS' agent hands out the role of a pod, on each node: the same address everywhere. */
export const POD_IDENTITY = { to: ["169.254.170.23/32"], port: 80 } as const;

/** How pods show AWS who they are: by the token of their service account, which EKS exchanges. There is no key to keep. */
export interface WorkloadIdentity {
  readonly roleArn: pulumi.Output<string>;
  /** Exist once a pod that starts gets the role. */
  readonly readyWhen: readonly pulumi.Resource[];
}

/** What a role of pods is made of. */
export interface PodRoleArgs {
  readonly scope: AwsScope;
  /** Name of the cluster. */
  readonly cluster: string;
  readonly pod: PodIdentity;
  /** Ends the role's name in the account. */
  readonly suffix: string;
  readonly does: string;
  readonly statements: readonly Statement[];
}

/** Registers a role that the pods of one service account have, and no others. */
export function podRole(name: string, args: PodRoleArgs, parent: pulumi.ComponentResource): WorkloadIdentity {
  const { scope, cluster, pod, suffix, does, statements } = args;
  const { role, rights } = makeRole(
    `${name}-role`,
    scope,
    { suffix, does, trust: podTrust(scope, cluster, pod), statements },
    parent,
  );
  const association = new PodIdentityAssociation(
    `${name}-pods`,
    { clusterName: cluster, ...pod, roleArn: role.arn },
    { parent, dependsOn: [...rights] },
  );
  return { roleArn: role.arn, readyWhen: [...rights, association] };
}
