import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Mutation } from "../mutate";

type Statement = Readonly<Record<string, JavaScriptValue>>;
const document = (...Statement: Statement[]): string => JSON.stringify({ Version: "2012-10-17", Statement });

const rights = (
  what: string,
  statement: Statement,
  caughtBy: string,
  also: readonly string[] = [],
): Mutation => ({
  stack: "prod",
  what,
  type: "aws:iam/rolePolicy:RolePolicy",
  name: "aws-buckets-jupyter-role-rights",
  set: { policy: document({ Effect: "Allow", ...statement }) },
  caughtBy,
  also,
});

const trust = (what: string, statement: Statement): Mutation => ({
  stack: "prod",
  what,
  type: "aws:iam/role:Role",
  name: "aws-buckets-jupyter-role",
  set: { assumeRolePolicy: document({ Effect: "Allow", Action: "sts:AssumeRole", ...statement }) },
  caughtBy: "rb-10-iam-trust",
});

/** Rights in AWS. */
export const awsRightsMutations: readonly Mutation[] = [
  rights("Jupyter may do everything", { Action: "*", Resource: "*" }, "rb-08-iam-no-star", [
    "rb-09-iam-no-privesc",
  ]),
  rights("Jupyter may do everything in S3", { Action: "s3:*", Resource: "*" }, "rb-08-iam-no-star"),
  rights(
    "Jupyter may do all but one thing",
    { NotAction: "iam:DeleteUser", Resource: "*" },
    "rb-08-iam-no-star",
    ["rb-09-iam-no-privesc"],
  ),
  rights(
    "Jupyter may use every bucket but one",
    { Action: "s3:GetObject", NotResource: "arn:aws:s3:::one/*" },
    "rb-08-iam-no-star",
  ),
  rights("Jupyter may hand on every role", { Action: "iam:PassRole", Resource: "*" }, "rb-09-iam-no-privesc"),
  rights(
    "Jupyter may give a role more rights",
    { Action: ["iam:AttachRolePolicy"], Resource: "*" },
    "rb-09-iam-no-privesc",
  ),
  rights("Jupyter may take every role", { Action: "sts:AssumeRole", Resource: "*" }, "rb-09-iam-no-privesc"),
  rights(
    "Jupyter may write a new version of a policy",
    { Action: "iam:CreatePolicyVersion", Resource: "*" },
    "rb-09-iam-no-privesc",
  ),
  trust("everybody may take the role of Jupyter", { Principal: "*" }),
  trust("everybody in AWS may take the role of Jupyter", { Principal: { AWS: "*" } }),
  trust("every pod may take the role of Jupyter", {
    Action: "sts:AssumeRoleWithWebIdentity",
    Principal: {
      Federated: "arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC",
    },
  }),
  {
    stack: "prod",
    what: "a role gets AWS' policy for administrators",
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    set: { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
    caughtBy: "rb-11-iam-no-user-or-admin",
  },
  {
    stack: "prod",
    what: "a user is made, with a key that never ends",
    type: "aws:iam/accessKey:AccessKey",
    name: "forever",
    add: { user: "robot" },
    caughtBy: "sec-10-iam-no-static-keys",
    also: ["rb-11-iam-no-user-or-admin"],
  },
  {
    stack: "prod",
    what: "a user is made",
    type: "aws:iam/user:User",
    name: "robot",
    add: { name: "robot" },
    caughtBy: "rb-11-iam-no-user-or-admin",
  },
];
