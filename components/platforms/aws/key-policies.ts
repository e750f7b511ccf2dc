import type { Conditions, ResourceStatement } from "./iam";
import { accountArn, arn, type AwsScope, iamArn, regional } from "./scope";

/** What the stack's keys are for: one key each, so that a right to one kind of data is no right to another. */
export const KEY_PURPOSES = ["secrets", "ebs", "s3", "logs", "rds"] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

/** Use of a key, action by action. */
export const USE = [
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
] as const;

/** A key's policy is about that key alone, and AWS wants it said so. */
const THIS_KEY = { everyBecause: "in a key's own policy it means this key" } as const;

/** Who administers the key: whoever IAM lets, without the right to use it. */
const administration = (scope: AwsScope): ResourceStatement => ({
  sid: "Administration",
  principal: { arns: [accountArn(scope)] },
  actions: [
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListAliases",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
  ],
  resources: THIS_KEY,
});

/** Use through certain services of AWS, by whoever IAM lets use those. */
function through(scope: AwsScope, sid: string, services: readonly string[]): ResourceStatement[] {
  const via: Conditions[string] = {
    "kms:ViaService": services.map((service) => regional(scope, service)),
    "kms:CallerAccount": scope.accountId,
  };
  const principal = { arns: [accountArn(scope)] };
  return [
    { sid, principal, actions: USE, resources: THIS_KEY, conditions: { StringEquals: via } },
    grants(`${sid}Grants`, principal, { StringEquals: via }),
  ];
}

/** Grants that AWS' services make for themselves. */
function grants(
  sid: string,
  principal: ResourceStatement["principal"],
  conditions: Conditions,
): ResourceStatement {
  return {
    sid,
    principal,
    actions: ["kms:CreateGrant"],
    resources: THIS_KEY,
    conditions: { ...conditions, Bool: { "kms:GrantIsForAWSResource": "true" } },
  };
}

/**
 * Use by roles that are told by their ARN. The principal is the account and the condition names the role: a role that is not
 * there yet would be refused as a principal.
 */
function byRoles(
  scope: AwsScope,
  sid: string,
  arns: readonly string[],
  actions: readonly string[],
): ResourceStatement {
  return {
    sid,
    principal: { arns: [accountArn(scope)] },
    actions,
    resources: THIS_KEY,
    conditions: { ArnEquals: { "aws:PrincipalArn": [...arns] } },
  };
}

/** The role by which EC2's Auto Scaling starts machines: it has to open the disks' key itself. */
const autoScalingRole = (scope: AwsScope): string =>
  iamArn(scope, "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling");

/** The policy of one key. */
export function keyPolicy(scope: AwsScope, purpose: KeyPurpose, clusterRoleArn: string): ResourceStatement[] {
  const account = { arns: [accountArn(scope)] };
  switch (purpose) {
    case "secrets":
      return [
        administration(scope),
        byRoles(
          scope,
          "Cluster",
          [clusterRoleArn],
          ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:ListGrants"],
        ),
        // Whoever makes the cluster hands the key on to EKS by a grant.
        grants("ClusterGrants", account, { StringEquals: { "kms:CallerAccount": scope.accountId } }),
      ];
    case "ebs": {
      const scaling = { ArnEquals: { "aws:PrincipalArn": [autoScalingRole(scope)] } };
      return [
        administration(scope),
        ...through(scope, "Disks", ["ec2"]),
        byRoles(scope, "AutoScaling", [autoScalingRole(scope)], USE),
        grants("AutoScalingGrants", account, scaling),
      ];
    }
    case "s3":
      return [administration(scope), ...through(scope, "ObjectsAndImages", ["s3", "ecr"])];
    case "rds":
      return [administration(scope), ...through(scope, "Databases", ["rds", "elasticache"])];
    case "logs":
      return [
        administration(scope),
        {
          sid: "Logs",
          principal: { services: [regional(scope, "logs")] },
          actions: USE,
          resources: THIS_KEY,
          conditions: {
            ArnLike: {
              "kms:EncryptionContext:aws:logs:arn": [
                arn(scope, "logs", `log-group:/aws/eks/${scope.prefix}/*`),
                arn(scope, "logs", `log-group:/aws/vpc/${scope.prefix}/*`),
                arn(scope, "logs", `log-group:/aws/rds/instance/${scope.prefix}-*`),
                arn(scope, "logs", `log-group:/aws/elasticache/${scope.prefix}/*`),
              ],
            },
          },
        },
      ];
  }
}

/** Name under which a key is known in the account. */
export const keyAlias = ({ prefix }: AwsScope, purpose: KeyPurpose): string => `alias/${prefix}-${purpose}`;

/** The condition by which an identity's policy names a key that is not made yet. */
export const onKey = (scope: AwsScope, purpose: KeyPurpose): Conditions => ({
  "ForAnyValue:StringEquals": { "kms:ResourceAliases": keyAlias(scope, purpose) },
});

/** ARN pattern of the keys of the stack's region and account; `onKey` tells which. */
export const anyKey = (scope: AwsScope): string => arn(scope, "kms", "key/*");

/** Whose log group is whose: names by which the logs' key is bound to the stack. */
export const logGroupNames = {
  cluster: ({ prefix }: AwsScope) => `/aws/eks/${prefix}/cluster`,
  flow: ({ prefix }: AwsScope) => `/aws/vpc/${prefix}/flow`,
  cache: ({ prefix }: AwsScope) => `/aws/elasticache/${prefix}/slow`,
  database: ({ prefix }: AwsScope, log: "postgresql" | "upgrade") =>
    `/aws/rds/instance/${prefix}-postgres/${log}`,
} as const;
