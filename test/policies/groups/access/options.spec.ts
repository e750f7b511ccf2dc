import assert from "node:assert/strict";
import type { Properties } from "../../../../policies/core/value";
import { Report } from "../../../../policies/core/rule";
import { accessRules } from "../../../../policies/rules/access";
import { viewOf } from "../../../../policies/core/evaluation";
import type { Fixture } from "../../rpc";
import { urnOf } from "../../rpc";
import { account, deployment, role } from "./fixtures";

/** How many faults a rule finds with these settings. */
function faults(
  rule: string,
  { type, props }: { type: string; props: Properties },
  settings: object,
): number {
  const found = accessRules.find(({ name }) => name === rule);
  assert.ok(found !== undefined, rule);
  const urn = urnOf({ type, props: {} });
  const resource = {
    type,
    name: "it",
    urn,
    props,
    protect: false,
    provider: {},
    dependencies: [],
    propertyDependencies: {},
  };
  const report = new Report(found, { ...settings }, resource);
  if (found.kind === "stack") found.check(viewOf([resource]), report);
  else found.check(resource, report);
  return report.findings.length;
}

const plain = ({ type, props }: Fixture): { type: string; props: Properties } => ({
  type,
  props: JSON.parse(JSON.stringify(props)),
});

const secrets = plain(role({ apiGroups: [""], resources: ["secrets"], verbs: ["list"] }));
const shell = plain(role({ apiGroups: [""], resources: ["pods/exec"], verbs: ["create"] }));
const pods = plain(role({ apiGroups: [""], resources: ["pods"], verbs: ["create"] }));
const pod = plain(deployment({ serviceAccountName: "tool", automountServiceAccountToken: true }));
const ARN = "arn:aws:iam::123456789012:role/platform";
const administrator = {
  type: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
  props: {
    principalArn: ARN,
    policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
  },
};
const github = {
  type: "aws:iam/role:Role",
  props: {
    assumeRolePolicy: {
      Statement: {
        Effect: "Allow",
        Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/token.example.org" },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: { "token.example.org:aud": "sts.amazonaws.com" },
          StringLike: { "token.example.org:sub": "repo:org/app:*" },
        },
      },
    },
  },
};

describe("policies: options of the rules about access", () => {
  for (const [rule, resource, option, right, wrong] of [
    ["rb-03-no-secrets-read-wide", secrets, "roles", "app", "other"],
    ["rb-04-no-escalation-verbs", shell, "rights", "app: create pods/exec", "app: get pods/exec"],
    ["rb-05-no-pod-create", pods, "roles", "app", "ap"],
    ["rb-06-dedicated-sa", pod, "accounts", "app/tool", "default/tool"],
    ["rb-07-no-automount", pod, "accounts", "app/tool", "other/tool"],
    ["rb-07-no-automount", plain(account("tool")), "accounts", "app/tool", "tool"],
    ["rb-10-iam-trust", github, "subjects", "repo:org/app:*", "repo:org/other:*"],
    [
      "rb-11-iam-no-user-or-admin",
      { type: "aws:iam/user:User", props: { name: "glass" } },
      "users",
      "glass",
      "g*",
    ],
    ["rb-13-eks-access-entries", administrator, "administrators", "arn:aws:iam::*:role/platform", "*:role/x"],
  ] as const) {
    it(`${rule} (${resource.type}) takes ${option} that are named, and no others`, () => {
      assert.equal(faults(rule, resource, {}), 1);
      assert.equal(faults(rule, resource, { [option]: [wrong] }), 1);
      assert.equal(faults(rule, resource, { [option]: [right] }), 0);
    });
  }

  it("a ClusterRole reads all secrets of no namespace, whatever it is called", () => {
    const everywhere = { ...secrets, type: secrets.type.replace(":Role", ":ClusterRole") };
    assert.equal(faults("rb-03-no-secrets-read-wide", everywhere, { roles: ["app"] }), 1);
  });
});
