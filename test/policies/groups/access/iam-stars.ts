import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { allow, document, json, rolePolicy } from "./fixtures";

const all = { Action: "*", Resource: "*" };
const policy = "aws:iam/policy:Policy";

export const iamNoStar: Cases = {
  rule: "rb-08-iam-no-star",
  good: rolePolicy({ Action: ["s3:GetObject"], Resource: "arn:aws:s3:::data/*" }),
  bad: rolePolicy({ Action: "s3:*", Resource: "*" }),
  unknown: { type: policy, props: { policy: UNKNOWN } },
  unknownIs: "cannot tell",
  missing: { type: "aws:iam/role:Role", props: { name: "app" } },
  missingIs: "fine",
  canary: { type: policy, props: { name: CANARY, policy: json(allow({ ...all, Sid: CANARY })) } },
  sibling: {
    type: "aws:iam/role:Role",
    props: {
      inlinePolicies: [
        { name: "unknown", policy: UNKNOWN },
        { name: "all", policy: json(allow(all)) },
      ],
    },
  },
  more: [
    ...["userPolicy:UserPolicy", "groupPolicy:GroupPolicy", "policy:Policy"].map((type) => ({
      name: type,
      is: "violation" as const,
      of: { type: `aws:iam/${type}`, props: { policy: json(allow(all)) } },
    })),
    {
      name: "a set of permissions",
      is: "violation",
      of: {
        type: "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy",
        props: { inlinePolicy: json(allow(all)) },
      },
    },
    {
      name: "an object, with a reference beside",
      is: "violation",
      of: {
        type: policy,
        props: { policy: document(allow({ Action: ["S3:GetObject", "*"], Resource: [UNKNOWN] })) },
      },
    },
    {
      name: "an object with a reference",
      is: "fine",
      of: { type: policy, props: { policy: document(allow({ Action: "s3:*", Resource: UNKNOWN })) } },
    },
    {
      name: "an object with a statement that is not known, beside one that is too wide",
      is: "violation",
      of: { type: policy, props: { policy: { Statement: [UNKNOWN, allow(all)] } } },
    },
    {
      name: "an object with an action that is not known",
      is: "cannot tell",
      of: { type: policy, props: { policy: document(allow({ Action: [UNKNOWN], Resource: "*" })) } },
    },
    {
      name: "one statement without a list, in small letters",
      is: "violation",
      of: {
        type: policy,
        props: { policy: JSON.stringify({ statement: { effect: "Allow", action: "*", resource: "*" } }) },
      },
    },
    {
      name: "a service on everything in the account",
      is: "violation",
      of: rolePolicy({
        Action: ["logs:PutLogEvents", "dynamodb:*"],
        Resource: "arn:aws:dynamodb:eu-west-1:1:*",
      }),
    },
    {
      name: "a service on one thing",
      is: "fine",
      of: rolePolicy({ Action: "sqs:*", Resource: "arn:aws:sqs:eu-west-1:123456789012:jobs" }),
    },
    {
      name: "every action on one thing",
      is: "violation",
      of: rolePolicy({ ...all, Resource: "arn:aws:s3:::x" }),
    },
    { name: "reading everywhere", is: "fine", of: rolePolicy({ Action: "ec2:Describe*", Resource: "*" }) },
    {
      name: "everything but",
      is: "violation",
      of: rolePolicy({ NotAction: ["iam:*"], Resource: "arn:aws:s3:::x" }),
    },
    {
      name: "on everything but",
      is: "violation",
      of: rolePolicy({ Action: "s3:GetObject", NotResource: "arn:aws:s3:::x" }),
    },
    {
      name: "everything refused",
      is: "fine",
      of: { type: policy, props: { policy: json({ Effect: "Deny", ...all }) } },
    },
    {
      name: "inline policies that are not known",
      is: "cannot tell",
      of: { type: "aws:iam/role:Role", props: { inlinePolicies: UNKNOWN } },
    },
    { name: "no JSON", is: "cannot tell", of: { type: policy, props: { policy: "[secret]" } } },
  ],
};
