import assert from "node:assert/strict";
import { holdingOf } from "../../toolchain/review/data";
import { loweringsOf } from "../../toolchain/review/data-lowered";
import type { Properties, Resource } from "../../toolchain/review/model";

const resource = (type: string, inputs: Properties = {}, more: Partial<Resource> = {}): Resource => ({
  urn: `urn:pulumi:dev::p::${type}::it`,
  type,
  name: "it",
  parent: undefined,
  protect: false,
  retain: false,
  inputs,
  ...more,
});
const VOLUME = "docker:index/volume:Volume";
const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";
const labelled = (label: string): Properties => ({ labels: [{ label, value: "x" }] });
const ours: Properties = { metadata: { labels: { "app.kubernetes.io/part-of": "semblance-curation" } } };

describe("what holds data", () => {
  const kept = { protect: true };
  const cases: readonly (readonly [what: string, one: Resource, kind: string | undefined])[] = [
    ["a volume that is kept", resource(VOLUME, labelled("semblance.volume"), kept), "data"],
    ["a volume of scratch files", resource(VOLUME, labelled("semblance.volume")), undefined],
    ["a volume of configuration files", resource(VOLUME, labelled("semblance.files")), undefined],
    ["a volume of somebody else", resource(VOLUME), "data"],
    ["a claim that is kept", resource(CLAIM, ours, kept), "data"],
    ["a claim of scratch files", resource(CLAIM, ours), undefined],
    ["a claim of somebody else", resource(CLAIM), "data"],
    ["a bucket", resource("aws:s3/bucket:Bucket"), "data"],
    ["a database", resource("aws:rds/instance:Instance"), "data"],
    ["a key", resource("aws:kms/key:Key"), "data"],
    [
      "a set with templates",
      resource("kubernetes:apps/v1:StatefulSet", { spec: { volumeClaimTemplates: [{}] } }),
      "data",
    ],
    ["a set without", resource("kubernetes:apps/v1:StatefulSet", { spec: {} }), undefined],
    ["a generated password", resource("random:index/randomPassword:RandomPassword", {}, kept), "key"],
    ["a number that is drawn anew", resource("random:index/randomPassword:RandomPassword"), undefined],
    ["the authority", resource("tls:index/privateKey:PrivateKey", {}, kept), "key"],
    ["the key of a leaf", resource("tls:index/privateKey:PrivateKey"), undefined],
    ["a container", resource("docker:index/container:Container"), undefined],
    ["a cluster that is protected", resource("aws:eks/cluster:Cluster", {}, kept), "protected"],
    ["a cluster", resource("aws:eks/cluster:Cluster"), undefined],
  ];
  for (const [what, one, kind] of cases) {
    it(`${what}: ${kind ?? "no"}`, () => assert.equal(holdingOf(one)?.kind, kind));
  }
});

describe("what lowers a protection", () => {
  const lowered = (type: string, before: Properties, after: Properties) =>
    loweringsOf(resource(type, before), resource(type, after)).map(({ path }) => path);
  /** Both ways: less is told, more is not. */
  const oneWay = (type: string, path: string, better: Properties, worse: Properties): void => {
    it(`${type.split(":").at(-1) ?? ""}: ${path}`, () => {
      assert.deepEqual(lowered(type, better, worse), [path]);
      assert.deepEqual(lowered(type, worse, better), []);
      assert.deepEqual(lowered(type, better, better), []);
    });
  };
  const RDS = "aws:rds/instance:Instance";
  oneWay(RDS, "deletionProtection", { deletionProtection: true }, {});
  oneWay(RDS, "backupRetentionPeriod", { backupRetentionPeriod: 14 }, { backupRetentionPeriod: 7 });
  oneWay(RDS, "skipFinalSnapshot", {}, { skipFinalSnapshot: true });
  oneWay(RDS, "multiAz", { multiAz: true }, { multiAz: false });
  oneWay(
    "aws:s3/bucketVersioning:BucketVersioning",
    "versioningConfiguration.status",
    { versioningConfiguration: { status: "Enabled" } },
    { versioningConfiguration: { status: "Suspended" } },
  );
  oneWay("aws:s3/bucket:Bucket", "forceDestroy", { forceDestroy: false }, { forceDestroy: true });
  oneWay(
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "blockPublicPolicy",
    { blockPublicPolicy: true },
    { blockPublicPolicy: false },
  );
  oneWay("aws:kms/key:Key", "deletionWindowInDays", {}, { deletionWindowInDays: 7 });
  oneWay("aws:kms/key:Key", "enableKeyRotation", { enableKeyRotation: true }, {});
  oneWay("aws:kms/key:Key", "isEnabled", {}, { isEnabled: false });
  oneWay(
    "aws:cloudwatch/logGroup:LogGroup",
    "retentionInDays",
    { retentionInDays: 365 },
    { retentionInDays: 30 },
  );
  oneWay("kubernetes:storage.k8s.io/v1:StorageClass", "reclaimPolicy", { reclaimPolicy: "Retain" }, {});
  const rules = (days: number | null, noncurrentDays: number): Properties => ({
    rules: [
      {
        id: "old",
        ...(days === null ? {} : { expiration: { days } }),
        noncurrentVersionExpiration: { noncurrentDays },
      },
    ],
  });
  const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
  oneWay(LIFECYCLE, "rules[old].expiration.days", rules(90, 30), rules(30, 30));
  oneWay(LIFECYCLE, "rules[old].expiration.days", rules(null, 30), rules(30, 30));
  oneWay(LIFECYCLE, "rules[old].noncurrentVersionExpiration.noncurrentDays", rules(null, 30), rules(null, 3));

  const container = (service: string, envs: readonly string[]): Properties => ({
    labels: [{ label: "semblance.service", value: service }],
    envs,
  });
  const CONTAINER = "docker:index/container:Container";
  oneWay(
    CONTAINER,
    "KEEP",
    container("postgres-backup", ["KEEP=7"]),
    container("postgres-backup", ["KEEP=3"]),
  );
  oneWay(
    CONTAINER,
    "EVERY_SECONDS",
    container("postgres-backup", ["EVERY_SECONDS=3600"]),
    container("postgres-backup", ["EVERY_SECONDS=86400"]),
  );
  const pods = (days: number): Properties => ({
    metadata: { labels: { "app.kubernetes.io/name": "prometheus" } },
    spec: {
      template: { spec: { containers: [{ name: "it", args: [`--storage.tsdb.retention.time=${days}d`] }] } },
    },
  });
  oneWay("kubernetes:apps/v1:StatefulSet", "--storage.tsdb.retention.time", pods(15), pods(7));
  it("the same setting of another service is not that setting", () => {
    assert.deepEqual(lowered(CONTAINER, container("redis", ["KEEP=7"]), container("redis", ["KEEP=3"])), []);
  });

  it("options of Pulumi: protect of anything, retainOnDelete of what holds data", () => {
    const of = (type: string, before: Partial<Resource>, after: Partial<Resource>) =>
      loweringsOf(resource(type, {}, before), resource(type, {}, after)).map(({ path }) => path);
    assert.deepEqual(of("aws:eks/cluster:Cluster", { protect: true }, {}), ["protect"]);
    assert.deepEqual(of("aws:eks/cluster:Cluster", {}, { protect: true }), []);
    assert.deepEqual(of("aws:s3/bucket:Bucket", { retain: true }, {}), ["retainOnDelete"]);
    assert.deepEqual(of("aws:s3/bucket:Bucket", { retain: true }, { protect: true }), []);
    assert.deepEqual(of("kubernetes:core/v1:ServiceAccount", { retain: true }, {}), []);
  });
});
