import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";

const instance = "aws:rds/instance:Instance";
export const databasesEncrypted: Cases = {
  rule: "ear-07-rds-encrypted",
  good: { type: instance, props: { engine: "postgres", storageEncrypted: true } },
  bad: { type: instance, props: { engine: "postgres", storageEncrypted: false } },
  unknown: { type: instance, props: { storageEncrypted: UNKNOWN } },
  unknownIs: "cannot tell",
  missing: { type: instance, props: { engine: "postgres" } },
  missingIs: "violation",
  canary: { type: instance, props: { password: CANARY, storageEncrypted: CANARY } },
  sibling: { type: "aws:rds/cluster:Cluster", props: { engine: "aurora-postgresql" } },
  more: [
    { name: "DocumentDB", is: "violation", of: { type: "aws:docdb/cluster:Cluster", props: {} } },
    { name: "Neptune", is: "violation", of: { type: "aws:neptune/cluster:Cluster", props: {} } },
    {
      name: "Redshift",
      is: "fine",
      of: { type: "aws:redshift/cluster:Cluster", props: { encrypted: "true" } },
    },
    { name: "Redshift in plain", is: "violation", of: { type: "aws:redshift/cluster:Cluster", props: {} } },
  ],
};

const group = "aws:elasticache/replicationGroup:ReplicationGroup";
const domain = "aws:opensearch/domain:Domain";
export const storesEncrypted: Cases = {
  rule: "ear-08-cache-search-encrypted",
  good: { type: group, props: { atRestEncryptionEnabled: true } },
  bad: { type: group, props: { atRestEncryptionEnabled: false } },
  unknown: { type: group, props: { atRestEncryptionEnabled: UNKNOWN } },
  unknownIs: "cannot tell",
  missing: { type: group, props: {} },
  missingIs: "violation",
  canary: { type: group, props: { authToken: CANARY } },
  sibling: { type: "aws:elasticsearch/domain:Domain", props: { encryptAtRest: { enabled: false } } },
  more: [
    { name: "a domain", is: "fine", of: { type: domain, props: { encryptAtRest: { enabled: true } } } },
    {
      name: "a domain of which it is not known",
      is: "cannot tell",
      of: { type: domain, props: { encryptAtRest: UNKNOWN } },
    },
  ],
};

const fileSystem = "aws:efs/fileSystem:FileSystem";
export const filesEncrypted: Cases = {
  rule: "ear-09-efs-encrypted",
  good: { type: fileSystem, props: { encrypted: true } },
  bad: { type: fileSystem, props: { encrypted: false } },
  unknown: { type: fileSystem, props: { encrypted: UNKNOWN } },
  unknownIs: "cannot tell",
  missing: { type: fileSystem, props: {} },
  missingIs: "violation",
  canary: { type: fileSystem, props: { tags: { password: CANARY } } },
  // It has no sibling; a text that says no is the nearest thing.
  sibling: { type: fileSystem, props: { encrypted: "false" } },
};
