import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Mutation } from "../mutate";

/** A database that is right in all but one thing. */
const database = {
  engine: "postgres",
  engineVersion: "17",
  instanceClass: "db.t4g.micro",
  allocatedStorage: 20,
  storageEncrypted: true,
  publiclyAccessible: false,
  multiAz: true,
  deletionProtection: true,
  skipFinalSnapshot: false,
  backupRetentionPeriod: 14,
};
/** What such a database lacks all the same. */
const beside = ["eit-10-managed-tls", "op-02-data-protected", "ear-11-own-keys", "sec-07-generated-secrets"];

const withDatabase = (
  what: string,
  change: Readonly<Record<string, JavaScriptValue>>,
  caughtBy: string,
): Mutation => ({
  stack: "prod",
  what,
  type: "aws:rds/instance:Instance",
  name: "quick",
  add: { ...database, ...change },
  caughtBy,
  also: beside,
});

/** What AWS runs: databases, caches, file systems. */
export const awsStoreMutations: readonly Mutation[] = [
  withDatabase("a database without encryption is added", { storageEncrypted: false }, "ear-07-rds-encrypted"),
  withDatabase(
    "a database that the internet reaches is added",
    { publiclyAccessible: true },
    "net-08-private-databases",
  ),
  withDatabase("a database keeps its backups for a day", { backupRetentionPeriod: 1 }, "op-03-backups"),
  withDatabase("a database keeps no backups", { backupRetentionPeriod: 0 }, "op-03-backups"),
  withDatabase("a database is in one zone", { multiAz: false }, "op-05-several-zones"),
  {
    stack: "prod",
    what: "a cache without encryption is added",
    type: "aws:elasticache/replicationGroup:ReplicationGroup",
    name: "quick",
    add: {
      engine: "valkey",
      engineVersion: "8.0",
      nodeType: "cache.t4g.micro",
      atRestEncryptionEnabled: false,
      transitEncryptionEnabled: true,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      snapshotRetentionLimit: 7,
    },
    caughtBy: "ear-08-cache-search-encrypted",
    also: ["op-02-data-protected", "sec-09-auth-enabled"],
  },
  {
    stack: "prod",
    what: "a cache without TLS is added",
    type: "aws:elasticache/replicationGroup:ReplicationGroup",
    name: "quick",
    add: {
      engine: "valkey",
      engineVersion: "8.0",
      nodeType: "cache.t4g.micro",
      atRestEncryptionEnabled: true,
      transitEncryptionEnabled: false,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      snapshotRetentionLimit: 7,
    },
    caughtBy: "eit-10-managed-tls",
    also: ["op-02-data-protected", "sec-09-auth-enabled"],
  },
  {
    stack: "prod",
    what: "a file system without encryption is added",
    type: "aws:efs/fileSystem:FileSystem",
    name: "shared",
    add: { encrypted: false },
    caughtBy: "ear-09-efs-encrypted",
    also: ["op-02-data-protected"],
  },
];
