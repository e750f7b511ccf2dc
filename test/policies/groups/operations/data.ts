import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const rds = "aws:rds/instance:Instance";
const bucket = "aws:s3/bucket:Bucket";
const versioning = "aws:s3/bucketVersioning:BucketVersioning";
const logging = "aws:s3/bucketLogging:BucketLogging";
const cache = "aws:elasticache/replicationGroup:ReplicationGroup";
const storageClass = "kubernetes:storage.k8s.io/v1:StorageClass";

const database = (props: Fixture["props"], protect = true): Fixture => ({
  type: rds,
  props: { deletionProtection: true, ...props },
  protect,
});

const kept: Cases = {
  rule: "op-02-data-protected",
  good: database({ skipFinalSnapshot: false }),
  bad: database({ skipFinalSnapshot: true }),
  unknown: database({ deletionProtection: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: { type: rds, props: {}, protect: true },
  missingIs: "violation",
  canary: { type: rds, props: { password: CANARY, deletionProtection: CANARY }, protect: true },
  sibling: { type: "aws:s3/bucketV2:BucketV2", props: { forceDestroy: true }, protect: true },
  more: [
    { name: "without the option protect", is: "violation", of: database({}, false) },
    { name: "a bucket", is: "fine", of: { type: bucket, props: { forceDestroy: false }, protect: true } },
    { name: "a volume of Docker", is: "violation", of: { type: "docker:index/volume:Volume", props: {} } },
    { name: "a claim", is: "violation", of: { type: "kubernetes:core/v1:PersistentVolumeClaim", props: {} } },
    {
      name: "a cache without a last snapshot",
      is: "violation",
      of: { type: cache, props: {}, protect: true },
    },
    {
      name: "a cache with a last snapshot",
      is: "fine",
      of: { type: cache, props: { finalSnapshotIdentifier: UNKNOWN }, protect: true },
    },
    {
      name: "a class of disks",
      is: "violation",
      of: { type: storageClass, props: { reclaimPolicy: "Delete" } },
    },
    { name: "a class of disks, by itself", is: "violation", of: { type: storageClass, props: {} } },
    {
      name: "a class of disks that stay",
      is: "fine",
      of: { type: storageClass, props: { reclaimPolicy: "Retain" } },
    },
    {
      name: "a patch of something else of a class",
      is: "fine",
      of: { type: "kubernetes:storage.k8s.io/v1:StorageClassPatch", props: {} },
    },
    {
      name: "a set that takes its claims along",
      is: "violation",
      of: {
        type: "kubernetes:apps/v1:StatefulSet",
        props: { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete" } } },
      },
    },
  ],
};

const backups: Cases = {
  rule: "op-03-backups",
  good: { type: rds, props: { backupRetentionPeriod: 14 } },
  bad: { type: rds, props: { backupRetentionPeriod: 1 } },
  unknown: { type: rds, props: { backupRetentionPeriod: UNKNOWN } },
  unknownIs: "cannot tell",
  missing: { type: rds, props: {} },
  missingIs: "violation",
  canary: { type: rds, props: { backupRetentionPeriod: 0, password: CANARY } },
  sibling: { type: "aws:rds/cluster:Cluster", props: { backupRetentionPeriod: 3 } },
  more: [
    { name: "a replica", is: "fine", of: { type: rds, props: { replicateSourceDb: "db" } } },
    { name: "a cache", is: "violation", of: { type: cache, props: { snapshotRetentionLimit: 0 } } },
    {
      name: "a cache that can go back",
      is: "fine",
      of: { type: cache, props: { snapshotRetentionLimit: 5 } },
    },
    {
      name: "Memcached keeps nothing",
      is: "fine",
      of: { type: "aws:elasticache/cluster:Cluster", props: { engine: "memcached" } },
    },
    { name: "a table", is: "violation", of: { type: "aws:dynamodb/table:Table", props: {} } },
    {
      name: "a table that can go back",
      is: "fine",
      of: { type: "aws:dynamodb/table:Table", props: { pointInTimeRecovery: { enabled: true } } },
    },
  ],
};

const data: Fixture = { type: bucket, name: "data", props: { bucket: "acme-data" } };
const status = (value: string, type = versioning): Fixture => ({
  type,
  name: "versions",
  props: { bucket: "acme-data", versioningConfiguration: { status: value } },
});

const versions: Cases = {
  rule: "op-03-versioned-buckets",
  good: [data, status("Enabled")],
  bad: [data, status("Suspended")],
  unknown: [data, status(UNKNOWN)],
  unknownIs: "cannot tell",
  missing: data,
  missingIs: "violation",
  canary: { type: bucket, props: { bucket: CANARY } },
  sibling: [
    { type: "aws:s3/bucketV2:BucketV2", name: "data", props: { bucket: "acme-data" } },
    status("Suspended", "aws:s3/bucketVersioningV2:BucketVersioningV2"),
  ],
  more: [
    {
      name: "joined by what one takes from the other",
      is: "fine",
      of: [
        { type: bucket, name: "data", props: { bucket: UNKNOWN } },
        {
          type: versioning,
          name: "versions",
          props: { bucket: UNKNOWN, versioningConfiguration: { status: "Enabled" } },
          dependsOn: { bucket: ["data"] },
        },
      ],
    },
    {
      name: "versions of another bucket",
      is: "violation",
      of: [
        data,
        { ...status("Enabled"), props: { bucket: "other", versioningConfiguration: { status: "Enabled" } } },
      ],
    },
    {
      name: "the bucket's own, older setting",
      is: "fine",
      of: { type: bucket, props: { versioning: { enabled: true } } },
    },
  ],
};

const target: Fixture = { type: bucket, name: "logs", props: { bucket: "acme-logs" } };
const logged = (to: string | null, type = logging): Fixture => ({
  type,
  name: "logging",
  props: { bucket: "acme-data", ...(to === null ? {} : { targetBucket: to }) },
});

const accessLogs: Cases = {
  rule: "op-06-bucket-logs",
  good: [data, target, logged("acme-logs")],
  bad: [data, target],
  unknown: [data, logged(UNKNOWN)],
  unknownIs: "fine",
  missing: [data, logged(null)],
  missingIs: "violation",
  canary: { type: bucket, props: { bucket: CANARY } },
  sibling: { type: "aws:s3/bucketV2:BucketV2", props: {} },
  more: [
    {
      name: "the target, joined by what is taken from it",
      is: "fine",
      of: [data, { ...target, props: {} }, { ...logged(UNKNOWN), dependsOn: { targetBucket: ["logs"] } }],
    },
    {
      name: "the bucket's own, older setting",
      is: "fine",
      of: { type: bucket, props: { logging: { targetBucket: "l" } } },
    },
  ],
};

export const dataCases: readonly Cases[] = [kept, backups, versions, accessLogs];
