import { type ResourceRule, resourceRule } from "../../core/rule";
import { at, isTrue } from "../../core/value";

/** The property by which a type of AWS is told to encrypt what it stores. */
type Flags = Readonly<Record<string, string>>;

/** A rule by which each type's flag is true. */
const flagged = (
  rule: Omit<ResourceRule, "kind" | "group" | "severity" | "unknown" | "types" | "check">,
  flags: Flags,
): ResourceRule =>
  resourceRule({
    ...rule,
    group: "encryption",
    severity: "high",
    unknown: "cannot tell",
    types: Object.keys(flags),
    check({ type, props }, report) {
      const path = flags[type] ?? "";
      report.must(path, at(props, ...path.split(".")), isTrue, "is not true");
    },
  });

/** Managed databases. A global one is as encrypted as the clusters in it. */
export const databasesEncrypted = flagged(
  {
    name: "ear-07-rds-encrypted",
    summary: "Managed databases encrypt what they store.",
    why: "Snapshots, replicas and log files of the database show its rows to whoever gets at the storage; it cannot be switched on later.",
    fix: "Set storageEncrypted: true (Redshift: encrypted), with kmsKeyId naming a key of your own. A database that exists is restored from an encrypted copy of its snapshot.",
    maps: ["CKV_AWS_16", "CKV_AWS_327", "CIS-AWS-2.2.1"],
    bad: `new aws.rds.Instance("db", { engine: "postgres", instanceClass: "db.m8g.large" });`,
    good: `new aws.rds.Instance("db", { engine: "postgres", instanceClass: "db.m8g.large", storageEncrypted: true, kmsKeyId: key.arn });`,
  },
  {
    "aws:rds/instance:Instance": "storageEncrypted",
    "aws:rds/cluster:Cluster": "storageEncrypted",
    "aws:docdb/cluster:Cluster": "storageEncrypted",
    "aws:neptune/cluster:Cluster": "storageEncrypted",
    "aws:redshift/cluster:Cluster": "encrypted",
  },
);

/** Managed caches and search. */
export const storesEncrypted = flagged(
  {
    name: "ear-08-cache-search-encrypted",
    summary: "Managed caches and search domains encrypt what they store.",
    why: "Caches and indices hold copies of the data, sessions among them, and write them to disks and backups.",
    fix: "Set atRestEncryptionEnabled: true on a replication group, encryptAtRest: { enabled: true } on a domain.",
    maps: ["CKV_AWS_29", "CKV_AWS_5"],
    bad: `new aws.elasticache.ReplicationGroup("cache", { description: "queue" });`,
    good: `new aws.elasticache.ReplicationGroup("cache", { description: "queue", atRestEncryptionEnabled: true, kmsKeyId: key.arn });`,
  },
  {
    "aws:elasticache/replicationGroup:ReplicationGroup": "atRestEncryptionEnabled",
    "aws:opensearch/domain:Domain": "encryptAtRest.enabled",
    "aws:elasticsearch/domain:Domain": "encryptAtRest.enabled",
  },
);

/** Shared file systems. */
export const filesEncrypted = flagged(
  {
    name: "ear-09-efs-encrypted",
    summary: "Shared file systems are encrypted.",
    why: "A file system that many machines mount holds what all of them share, and it cannot be encrypted later.",
    fix: "Set encrypted: true, with kmsKeyId naming a key of your own.",
    maps: ["CKV_AWS_42", "CIS-AWS-2.3.1"],
    bad: `new aws.efs.FileSystem("shared", {});`,
    good: `new aws.efs.FileSystem("shared", { encrypted: true, kmsKeyId: key.arn });`,
  },
  { "aws:efs/fileSystem:FileSystem": "encrypted" },
);
