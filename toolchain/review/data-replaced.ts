import { rootOf } from "./properties-path";

/**
 * Properties of what holds data in AWS whose change makes AWS's provider replace it (`ForceNew` in its sources). The official
 * plugin says so itself; this project's stand-in for networks that do not reach it shows any change as an update.
 */
const REPLACED_BY: Readonly<Record<string, readonly string[]>> = {
  "aws:s3/bucket:Bucket": ["bucket", "bucketPrefix", "objectLockEnabled"],
  // The identifier and the subnet group are changed in place.
  "aws:rds/instance:Instance": [
    "availabilityZone",
    "characterSetName",
    "customIamInstanceProfile",
    "dbName",
    "engine",
    "kmsKeyId",
    "ncharCharacterSetName",
    "restoreToPointInTime",
    "snapshotIdentifier",
    "storageEncrypted",
    "timezone",
    "username",
  ],
  "aws:rds/cluster:Cluster": [
    "clusterIdentifier",
    "clusterIdentifierPrefix",
    "databaseName",
    "dbSubnetGroupName",
    "engine",
    "engineMode",
    "kmsKeyId",
    "masterUsername",
    "snapshotIdentifier",
    "storageEncrypted",
  ],
  "aws:elasticache/replicationGroup:ReplicationGroup": [
    "atRestEncryptionEnabled",
    "dataTieringEnabled",
    "globalReplicationGroupId",
    "kmsKeyId",
    "networkType",
    "port",
    "replicationGroupId",
    "securityGroupNames",
    "snapshotArns",
    "snapshotName",
    "subnetGroupName",
  ],
  "aws:ebs/volume:Volume": ["availabilityZone", "encrypted", "kmsKeyId", "multiAttachEnabled", "snapshotId"],
  "aws:efs/fileSystem:FileSystem": [
    "availabilityZoneName",
    "creationToken",
    "encrypted",
    "kmsKeyId",
    "performanceMode",
  ],
  "aws:dynamodb/table:Table": ["hashKey", "localSecondaryIndexes", "name", "rangeKey"],
  "aws:kms/key:Key": ["customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion", "xksKeyId"],
  "aws:ecr/repository:Repository": ["encryptionConfigurations", "name"],
  "aws:cloudwatch/logGroup:LogGroup": ["logGroupClass", "name", "namePrefix"],
  "aws:backup/vault:Vault": ["kmsKeyArn", "name"],
  "aws:secretsmanager/secret:Secret": ["name", "namePrefix"],
};

/** Whether a change of the property at this path replaces a resource of this type, as far as is known here. */
export const isReplacedBy = (type: string, path: string): boolean =>
  REPLACED_BY[type]?.includes(rootOf(path)) ?? false;
