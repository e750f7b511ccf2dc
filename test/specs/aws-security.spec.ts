import assert from "node:assert/strict";
import { ACCOUNT, at, ofType, one, recordAws } from "../support/aws-mocks";
import { everythingOnAws, statementsIn } from "../support/aws-security";
import type { Registered } from "../support/mocks";

describe("AWS, security", () => {
  let resources: readonly Registered[];
  before(async () => void (resources = await everythingOnAws()));

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
