import assert from "node:assert/strict";
import { ACCOUNT, at, everything, ofType, one, recordAws } from "../support/aws-mocks";
import type { Registered } from "../support/mocks";

/** One statement of any IAM document that the program registers. */
interface Found {
  readonly where: string;
  readonly sid: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principal: string;
  readonly conditions: string;
}

const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)];

const DOCUMENTS = ["policy", "assumeRolePolicy"];

/** The statements in a resource's documents; a document that is not known before `up` would be missing here. */
function statementsIn(resource: Registered): Found[] {
  return DOCUMENTS.flatMap((key) => {
    const text = at(resource, key);
    if (typeof text !== "string" || !text.includes('"Statement"')) return [];
    const { Statement: statements }: { Statement: Record<string, unknown>[] } = JSON.parse(text);
    return statements.map((statement) => ({
      where: resource.name,
      sid: String(statement.Sid ?? key),
      effect: String(statement.Effect),
      actions: listOf(statement.Action),
      resources: listOf(statement.Resource),
      principal: JSON.stringify(statement.Principal ?? ""),
      conditions: JSON.stringify(statement.Condition ?? {}),
    }));
  });
}

describe("AWS, security", () => {
  let resources: readonly Registered[];
  let statements: readonly Found[];
  let allowed: readonly Found[];
  before(async () => {
    ({ resources } = await recordAws({
      and: everything,
      settings: {
        network: { endpoints: "all" },
        nodes: { gpu: [{ name: "gpu" }, { name: "large", ami: "AL2023_x86_64_NVIDIA" }] },
      },
    }));
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
    const find = (where: string, sid: string): Found =>
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

  it("encrypts disks, databases, caches, logs, secrets of the cluster and images with them", () => {
    for (const template of ofType(resources, ":LaunchTemplate"))
      for (const i of [0, 1]) {
        assert.equal(at(template, "blockDeviceMappings", i, "ebs", "encrypted"), "true");
        assert.match(String(at(template, "blockDeviceMappings", i, "ebs", "kmsKeyId")), /aws-keys-ebs$/);
      }
    const keyOf = (type: string, ...path: string[]) => String(at(one(resources, type), ...path));
    assert.match(keyOf("rds/instance:Instance", "kmsKeyId"), /aws-keys-rds$/);
    assert.match(keyOf("rds/instance:Instance", "performanceInsightsKmsKeyId"), /aws-keys-rds$/);
    assert.match(keyOf(":ReplicationGroup", "kmsKeyId"), /aws-keys-rds$/);
    for (const logs of ofType(resources, ":LogGroup")) {
      assert.match(String(at(logs, "kmsKeyId")), /aws-keys-logs$/);
      assert.ok(Number(at(logs, "retentionInDays")) >= 30, logs.name);
    }
    const cluster = one(resources, "eks/cluster:Cluster");
    assert.deepEqual(at(cluster, "encryptionConfig", "resources"), ["secrets"]);
    assert.match(String(at(cluster, "encryptionConfig", "provider", "keyArn")), /aws-keys-secrets$/);
    const storage = one(resources, ":StorageClass");
    assert.equal(at(storage, "parameters", "encrypted"), "true");
    assert.match(String(at(storage, "parameters", "kmsKeyId")), /aws-keys-ebs$/);
  });

  it("has a log group for whoever writes logs, under a name that the logs' key is for", () => {
    const policy = statementsIn(one(resources, "kms/key:Key", "aws-keys-logs"));
    const patterns = [...JSON.stringify(policy).matchAll(/log-group:([^"\\]+)/g)].map(
      ([, pattern]) => pattern ?? "",
    );
    assert.equal(patterns.length, 4);
    for (const logs of ofType(resources, ":LogGroup")) {
      const name = String(at(logs, "name"));
      assert.ok(
        patterns.some((pattern) => name.startsWith(pattern.replace(/\*$/, ""))),
        `${name}: ${patterns.join(", ")}`,
      );
    }
  });

  it("lets nobody in whom the configuration does not name", () => {
    for (const rule of ofType(resources, ":SecurityGroupIngressRule")) {
      const from = at(rule, "cidrIpv4") ?? at(rule, "referencedSecurityGroupId");
      assert.ok(from === "10.64.0.0/16" || from === "sg-cluster", `${rule.name}: ${String(from)}`);
      assert.ok(String(at(rule, "description")).length > 0);
      assert.equal(at(rule, "fromPort"), at(rule, "toPort"));
    }
    const closed = one(resources, ":DefaultSecurityGroup");
    assert.deepEqual([at(closed, "ingress"), at(closed, "egress")], [[], []]);
    for (const subnet of ofType(resources, ":Subnet")) assert.equal(at(subnet, "mapPublicIpOnLaunch"), false);
    assert.equal(at(one(resources, "rds/instance:Instance"), "publiclyAccessible"), false);
    const cluster = one(resources, "eks/cluster:Cluster");
    assert.equal(at(cluster, "vpcConfig", "endpointPublicAccess"), false);
    assert.equal(at(cluster, "vpcConfig", "endpointPrivateAccess"), true);
  });

  it("keeps the nodes' credentials from pods", () => {
    for (const template of ofType(resources, ":LaunchTemplate")) {
      assert.equal(at(template, "metadataOptions", "httpTokens"), "required");
      assert.equal(at(template, "metadataOptions", "httpPutResponseHopLimit"), 1);
      assert.equal(at(template, "keyName"), undefined);
    }
    for (const group of ofType(resources, ":NodeGroup")) assert.equal(at(group, "remoteAccess"), undefined);
  });

  it("lets in by access entries alone, and nobody for having made the cluster", async () => {
    const cluster = one(resources, "eks/cluster:Cluster");
    assert.equal(at(cluster, "accessConfig", "authenticationMode"), "API");
    assert.equal(at(cluster, "accessConfig", "bootstrapClusterCreatorAdminPermissions"), false);
    assert.deepEqual(at(cluster, "enabledClusterLogTypes"), [
      "api",
      "audit",
      "authenticator",
      "controllerManager",
      "scheduler",
    ]);
    const reader = `arn:aws:iam::${ACCOUNT}:role/Readers`;
    const { resources: more } = await recordAws({
      settings: { cluster: { groups: [{ principal: reader, groups: ["semblance:viewers"] }] } },
    });
    const entry = one(more, ":AccessEntry", "aws-cluster-groups-123456789012-role-readers");
    assert.deepEqual(at(entry, "kubernetesGroups"), ["semblance:viewers"]);
    assert.equal(ofType(more, ":AccessPolicyAssociation").length, 1);
  });

  it("opens the API to ranges of one's own, public or private", async () => {
    const { resources: open } = await recordAws({
      settings: { cluster: { publicCidrs: ["203.0.113.7/32"], operatorCidrs: ["10.200.0.0/24"] } },
    });
    const cluster = one(open, "eks/cluster:Cluster");
    assert.equal(at(cluster, "vpcConfig", "endpointPublicAccess"), true);
    assert.deepEqual(at(cluster, "vpcConfig", "publicAccessCidrs"), ["203.0.113.7/32"]);
    const door = one(open, ":SecurityGroupIngressRule", "aws-cluster-operators-0");
    assert.equal(at(door, "cidrIpv4"), "10.200.0.0/24");
    assert.equal(at(door, "toPort"), 443);
  });
});
