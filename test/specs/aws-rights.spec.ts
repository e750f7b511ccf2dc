import assert from "node:assert/strict";
import { ACCOUNT, at, ofType } from "../support/aws-mocks";
import { everythingOnAws, type Statement, statementsIn } from "../support/aws-security";
import type { Registered } from "../support/mocks";

describe("AWS, rights", () => {
  let resources: readonly Registered[];
  let statements: readonly Statement[];
  let allowed: readonly Statement[];
  before(async () => {
    resources = await everythingOnAws();
    statements = resources.flatMap(statementsIn);
    allowed = statements.filter(({ effect }) => effect === "Allow");
  });

  it("knows every document before anything exists, so that a policy can read it in a preview", () => {
    const carriers = resources.filter(
      ({ type }) => /:(Role|RolePolicy|Key|BucketPolicy)$/.test(type) && !type.startsWith("kubernetes:"),
    );
    assert.ok(carriers.length > 20, String(carriers.length));
    for (const carrier of carriers) assert.ok(statementsIn(carrier).length > 0, carrier.name);
  });

  it("allows no action by a wildcard", () => {
    for (const { where, sid, actions } of allowed)
      for (const action of actions) assert.doesNotMatch(action, /\*/, `${where}, ${sid}`);
  });

  it("allows everybody nothing but the layers of ECR's images, whose links ECR signs itself", () => {
    assert.deepEqual(
      allowed.filter(({ principal }) => principal.includes("*")).map(({ where, sid }) => [where, sid]),
      [["aws-network-endpoints-s3", "ImageLayers"]],
    );
  });

  it("names resources wherever AWS takes a name", () => {
    const reads = /:(Describe|Get)[A-Za-z]*$/;
    const every = allowed.filter(
      ({ resources: named, where }) => named.includes("*") && !/-keys-/.test(where),
    );
    for (const { where, sid, actions } of every)
      assert.deepEqual(
        actions.filter((action) => !reads.test(action)),
        [],
        `${where}, ${sid}`,
      );
  });

  it("changes groups of its own cluster, load balancers of its own making and disks' keys through EC2 only", () => {
    const find = (where: string, sid: string): Statement =>
      allowed.find((found) => found.where === where && found.sid === sid) ?? assert.fail(`${where}, ${sid}`);
    const cluster = '"semblance-prod"';
    for (const [where, sid, condition] of [
      ["aws-tools-autoscaler-role-rights", "ChangeSize", `"aws:ResourceTag/eks:cluster-name":${cluster}`],
      ["aws-tools-load-balancers-role-rights", "Own", `"aws:ResourceTag/elbv2.k8s.aws/cluster":${cluster}`],
      ["aws-tools-load-balancers-role-rights", "Create", `"aws:RequestTag/elbv2.k8s.aws/cluster":${cluster}`],
      [
        "aws-tools-load-balancers-role-rights",
        "NodesGroup",
        '"aws:ResourceTag/kubernetes.io/cluster/semblance-prod":"owned"',
      ],
      [
        "aws-addons-aws-ebs-csi-driver-role-rights",
        "Disks",
        '"kms:ViaService":"ec2.us-east-1.amazonaws.com"',
      ],
      [
        "aws-addons-aws-ebs-csi-driver-role-rights",
        "Disks",
        '"kms:ResourceAliases":"alias/semblance-prod-ebs"',
      ],
    ] as const)
      assert.ok(
        find(where, sid).conditions.includes(condition),
        `${where}, ${sid}: ${find(where, sid).conditions}`,
      );
  });

  it("gives a role to a service of AWS, or to one service account of one cluster", () => {
    for (const { where, principal, conditions } of statements.filter(
      ({ sid }) => sid === "assumeRolePolicy",
    )) {
      assert.match(principal, /^\{"Service":"[a-z0-9.-]+\.amazonaws\.com"\}$/, where);
      if (!principal.includes("pods.eks")) continue;
      for (const part of [
        `"aws:SourceAccount":"${ACCOUNT}"`,
        `"aws:SourceArn":"arn:aws:eks:us-east-1:${ACCOUNT}:cluster/semblance-prod"`,
        "aws:RequestTag/kubernetes-namespace",
        "aws:RequestTag/kubernetes-service-account",
      ])
        assert.ok(conditions.includes(part), `${where}: ${part}`);
    }
  });

  it("has no user, no access key, and none of AWS' policies that allow everything", () => {
    assert.deepEqual(
      resources.filter(({ type }) => /aws:iam\/(user|accessKey|group)/.test(type)),
      [],
    );
    const attached = ofType(resources, ":RolePolicyAttachment").map((one) => String(at(one, "policyArn")));
    assert.deepEqual(attached.map((policy) => policy.split("/").at(-1)).sort(), [
      "AmazonEBSCSIDriverPolicy",
      "AmazonEC2ContainerRegistryPullOnly",
      "AmazonEKSClusterPolicy",
      "AmazonEKSWorkerNodeMinimalPolicy",
      "AmazonEKS_CNI_Policy",
    ]);
  });

  it("has a key per kind of data, renewed every year, that administrators cannot use", () => {
    const keys = ofType(resources, "kms/key:Key");
    assert.deepEqual(
      keys.map(({ name }) => name).sort(),
      ["ebs", "logs", "rds", "s3", "secrets"].map((purpose) => `aws-keys-${purpose}`),
    );
    for (const key of keys) {
      assert.equal(at(key, "enableKeyRotation"), true);
      assert.equal(at(key, "deletionWindowInDays"), 30);
      for (const { sid, actions, conditions } of statementsIn(key)) {
        const uses = actions.some((action) =>
          /kms:(Decrypt|Encrypt|GenerateDataKey|ReEncrypt|CreateGrant)/.test(action),
        );
        if (uses) assert.notEqual(conditions, "{}", `${key.name}, ${sid}`);
      }
    }
  });
});
