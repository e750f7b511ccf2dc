import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const key = (props: Fixture["props"]): Fixture => ({ type: "aws:kms/key:Key", props });

export const kmsRotation: Cases = {
  rule: "ear-10-kms-rotation",
  good: key({ enableKeyRotation: true, deletionWindowInDays: 30 }),
  bad: key({ enableKeyRotation: false }),
  unknown: key({ enableKeyRotation: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: key({}),
  missingIs: "violation",
  canary: key({ enableKeyRotation: CANARY, policy: CANARY }),
  sibling: { type: "aws:kms/replicaKey:ReplicaKey", props: { deletionWindowInDays: 7 } },
  more: [
    { name: "a key for signatures", is: "fine", of: key({ customerMasterKeySpec: "ECC_NIST_P256" }) },
    { name: "a symmetric key", is: "violation", of: key({ customerMasterKeySpec: "SYMMETRIC_DEFAULT" }) },
    {
      name: "a key that goes within a week",
      is: "violation",
      of: key({ enableKeyRotation: true, deletionWindowInDays: 7 }),
    },
    {
      name: "a replica, which has its primary's rotation",
      is: "fine",
      of: { type: "aws:kms/replicaKey:ReplicaKey", props: {} },
    },
  ],
};

const logs = "aws:cloudwatch/logGroup:LogGroup";
const repository = (props: Fixture["props"]): Fixture => ({ type: "aws:ecr/repository:Repository", props });

export const ownKeys: Cases = {
  rule: "ear-11-own-keys",
  good: { type: logs, props: { kmsKeyId: "arn:aws:kms:eu-central-1:1:key/a" } },
  bad: { type: logs, props: { kmsKeyId: "" } },
  unknown: { type: logs, props: { kmsKeyId: UNKNOWN } },
  unknownIs: "fine",
  missing: { type: logs, props: {} },
  missingIs: "violation",
  canary: { type: "aws:secretsmanager/secret:Secret", props: { description: CANARY } },
  sibling: repository({ encryptionConfigurations: [{ encryptionType: "AES256" }] }),
  more: [
    {
      name: "a repository",
      is: "fine",
      of: repository({ encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: UNKNOWN }] }),
    },
    { name: "a repository that says nothing", is: "violation", of: repository({}) },
  ],
};
