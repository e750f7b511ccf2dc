import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { allow, document, trust } from "./fixtures";

const ROOT = "arn:aws:iam::123456789012:root";
const ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/ABC";
const token = (Condition: Record<string, Record<string, string>>) =>
  trust({
    Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${ISSUER}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition,
  });
const audience = { [`${ISSUER}:aud`]: "sts.amazonaws.com" };
const subject = (value: string) => ({ [`${ISSUER}:sub`]: value });

export const iamTrust: Cases = {
  rule: "rb-10-iam-trust",
  good: trust({ Principal: { Service: "ec2.amazonaws.com" } }),
  bad: trust({ Principal: { AWS: "*" } }),
  unknown: { type: "aws:iam/role:Role", props: { assumeRolePolicy: UNKNOWN } },
  unknownIs: "cannot tell",
  missing: trust({ Principal: { AWS: ROOT } }),
  missingIs: "violation",
  canary: trust({
    Sid: CANARY,
    Principal: { AWS: [`arn:aws:iam::123456789012:role/${CANARY}`, "*"] },
    Condition: { StringNotEquals: { "sts:ExternalId": CANARY } },
  }),
  sibling: {
    type: "aws:iam/role:Role",
    props: { assumeRolePolicy: document(allow({ Principal: "*", Action: "sts:AssumeRole" })) },
  },
  more: [
    { name: "an account by its number", is: "violation", of: trust({ Principal: { AWS: "123456789012" } }) },
    {
      name: "an account, with a condition",
      is: "fine",
      of: trust({ Principal: { AWS: ROOT }, Condition: { StringEquals: { "sts:ExternalId": "vendor-7" } } }),
    },
    {
      name: "an account, for who has shown a second factor",
      is: "fine",
      of: trust({ Principal: { AWS: ROOT }, Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } }),
    },
    {
      name: "an account, for who has shown a second factor if there is one",
      is: "violation",
      of: trust({
        Principal: { AWS: ROOT },
        Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "true" } },
      }),
    },
    {
      name: "everybody of the organisation",
      is: "fine",
      of: trust({ Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-12345" } } }),
    },
    {
      name: "a role of that name in any account",
      is: "violation",
      of: trust({
        Principal: "*",
        Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/app" } },
      }),
    },
    { name: "everybody but", is: "violation", of: trust({ NotPrincipal: { AWS: ROOT } }) },
    { name: "a role that is not known", is: "fine", of: trust({ Principal: { AWS: UNKNOWN } }) },
    {
      name: "one service account, by token",
      is: "fine",
      of: token({ StringEquals: { ...audience, ...subject("system:serviceaccount:app:app") } }),
    },
    { name: "a token of nobody in particular", is: "violation", of: token({ StringEquals: audience }) },
    {
      name: "a token for anybody",
      is: "violation",
      of: token({ StringEquals: subject("system:serviceaccount:app:app") }),
    },
    {
      name: "every service account of a namespace",
      is: "violation",
      of: token({ StringEquals: audience, StringLike: subject("system:serviceaccount:app:*") }),
    },
    {
      name: "a subject that is not known",
      is: "fine",
      of: {
        type: "aws:iam/role:Role",
        props: {
          assumeRolePolicy: document(
            allow({
              Principal: { Federated: UNKNOWN },
              Action: "sts:AssumeRoleWithWebIdentity",
              Condition: { StringEquals: { ...audience, ...subject(UNKNOWN) } },
            }),
          ),
        },
      },
    },
  ],
};
