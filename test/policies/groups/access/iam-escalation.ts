import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { allow, json, rolePolicy } from "./fixtures";

const pass = { Action: "iam:PassRole", Resource: "*" };
const ACCOUNT = "arn:aws:iam::123456789012:";

export const iamNoPrivesc: Cases = {
  rule: "rb-09-iam-no-privesc",
  good: rolePolicy({ ...pass, Resource: `${ACCOUNT}role/app-task` }),
  bad: rolePolicy(pass),
  unknown: { type: "aws:iam/rolePolicy:RolePolicy", props: { policy: UNKNOWN } },
  unknownIs: "cannot tell",
  missing: { type: "aws:iam/role:Role", props: {} },
  missingIs: "fine",
  canary: rolePolicy({ ...pass, Sid: CANARY, Condition: { StringEquals: { [CANARY]: CANARY } } }),
  sibling: {
    type: "aws:iam/role:Role",
    props: { inlinePolicies: [{ name: "pass", policy: json(allow(pass)) }] },
  },
  more: [
    {
      name: "any role of the account",
      is: "violation",
      of: rolePolicy({ Action: "iam:AttachRolePolicy", Resource: `${ACCOUNT}role/*` }),
    },
    {
      name: "roles by the start of their name",
      is: "fine",
      of: rolePolicy({ Action: "iam:AttachRolePolicy", Resource: `${ACCOUNT}role/app-*` }),
    },
    {
      name: "only under a boundary",
      is: "fine",
      of: rolePolicy({
        Action: ["iam:PutRolePolicy", "iam:AttachRolePolicy"],
        Resource: `${ACCOUNT}role/*`,
        Condition: { ArnEquals: { "iam:PermissionsBoundary": `${ACCOUNT}policy/boundary` } },
      }),
    },
    {
      name: "only under no matter which boundary",
      is: "violation",
      of: rolePolicy({
        Action: "iam:PutRolePolicy",
        Resource: `${ACCOUNT}role/*`,
        Condition: { StringLike: { "iam:PermissionsBoundary": "*" } },
      }),
    },
    {
      name: "actions by a pattern, in small letters",
      is: "violation",
      of: rolePolicy({ Action: "iam:put*policy", Resource: "*" }),
    },
    {
      name: "all of IAM on all users",
      is: "violation",
      of: rolePolicy({ Action: "iam:*", Resource: `${ACCOUNT}user/*` }),
    },
    {
      name: "taking on any role",
      is: "violation",
      of: rolePolicy({ Action: "sts:AssumeRole", Resource: "*" }),
    },
    {
      name: "taking on one role",
      is: "fine",
      of: rolePolicy({ Action: "sts:AssumeRole", Resource: `${ACCOUNT}role/reader` }),
    },
    {
      name: "a shell on any machine",
      is: "violation",
      of: rolePolicy({ Action: "ssm:StartSession", Resource: "*" }),
    },
    {
      name: "rights in any cluster",
      is: "violation",
      of: rolePolicy({ Action: "eks:AssociateAccessPolicy", Resource: "arn:aws:eks:eu-west-1:1:cluster/*" }),
    },
    {
      name: "what rule rb-08 refuses as a whole",
      is: "fine",
      of: rolePolicy({ Action: "iam:*", Resource: "*" }),
    },
    { name: "reading IAM", is: "fine", of: rolePolicy({ Action: ["iam:Get*", "iam:List*"], Resource: "*" }) },
    { name: "a role that is not known", is: "fine", of: rolePolicy({ ...pass, Resource: UNKNOWN }) },
    {
      name: "an action that is not known, and one that is too much",
      is: "violation",
      of: {
        type: "aws:iam/policy:Policy",
        props: {
          policy: { Statement: allow({ Action: [UNKNOWN, "iam:CreateAccessKey"], Resource: ["*"] }) },
        },
      },
    },
  ],
};
