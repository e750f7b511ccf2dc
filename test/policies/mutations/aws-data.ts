import type { Mutation } from "../mutate";

const bucket = { stack: "prod", name: "aws-buckets-label-studio*" } as const;
const general = {
  stack: "prod",
  type: "aws:ec2/launchTemplate:LaunchTemplate",
  name: "aws-nodes-general-template",
} as const;
const key = { stack: "prod", type: "aws:kms/key:Key", name: "aws-keys-s3" } as const;
const repository = {
  stack: "prod",
  type: "aws:ecr/repository:Repository",
  name: "aws-registry-jupyter",
} as const;

/** Data in AWS: disks, buckets, keys, images. */
export const awsDataMutations: readonly Mutation[] = [
  {
    ...general,
    what: "the disk of the general nodes loses its encryption",
    set: { "blockDeviceMappings.1.ebs.encrypted": "false" },
    caughtBy: "ear-01-ebs-encrypted",
  },
  {
    ...general,
    what: "the disk of the general nodes says nothing of encryption",
    unset: ["blockDeviceMappings.0.ebs.encrypted"],
    caughtBy: "ear-01-ebs-encrypted",
  },
  {
    ...general,
    what: "the disk of the general nodes takes AWS' own key",
    unset: ["blockDeviceMappings.1.ebs.kmsKeyId"],
    caughtBy: "ear-02-ebs-own-key",
  },
  {
    ...general,
    what: "the disk of the general nodes is of the older kind",
    set: { "blockDeviceMappings.1.ebs.volumeType": "gp2" },
    caughtBy: "op-09-cost-ceiling",
  },
  {
    stack: "prod",
    what: "a volume without encryption is added",
    type: "aws:ebs/volume:Volume",
    name: "scratch",
    add: { availabilityZone: "us-east-1a", size: 10, type: "gp3", tags: {} },
    caughtBy: "ear-01-ebs-encrypted",
    also: ["ear-02-ebs-own-key", "op-02-data-protected"],
  },
  {
    ...bucket,
    what: "the annotators' bucket is encrypted with S3's own key",
    type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    gone: true,
    caughtBy: "ear-06-s3-sse",
  },
  {
    ...bucket,
    what: "the annotators' bucket has no block of public access",
    type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    gone: true,
    caughtBy: "net-13-bucket-blocked",
  },
  {
    ...bucket,
    what: "public policies are let through to the annotators' bucket",
    type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    set: { restrictPublicBuckets: false },
    caughtBy: "net-13-block-complete",
  },
  {
    ...bucket,
    what: "public lists are let through to the annotators' bucket",
    type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    unset: ["blockPublicAcls"],
    caughtBy: "net-13-block-complete",
  },
  {
    ...bucket,
    what: "the annotators' bucket keeps no old versions",
    type: "aws:s3/bucketVersioning:BucketVersioning",
    set: { "versioningConfiguration.status": "Suspended" },
    caughtBy: "op-03-versioned-buckets",
  },
  {
    ...bucket,
    what: "nobody turns versions on for the annotators' bucket",
    type: "aws:s3/bucketVersioning:BucketVersioning",
    gone: true,
    caughtBy: "op-03-versioned-buckets",
  },
  {
    ...bucket,
    what: "access to the annotators' bucket is not logged",
    type: "aws:s3/bucketLogging:BucketLogging",
    gone: true,
    caughtBy: "op-06-bucket-logs",
  },
  {
    ...bucket,
    what: "the annotators' bucket takes plain HTTP",
    type: "aws:s3/bucketPolicy:BucketPolicy",
    gone: true,
    caughtBy: "eit-09-s3-deny-http",
  },
  {
    ...bucket,
    what: "the annotators' bucket may be deleted with what is in it",
    type: "aws:s3/bucket:Bucket",
    set: { forceDestroy: true },
    caughtBy: "op-02-data-protected",
  },
  {
    ...bucket,
    what: "the annotators' bucket loses its protection",
    type: "aws:s3/bucket:Bucket",
    unprotected: true,
    caughtBy: "op-02-data-protected",
  },
  {
    ...bucket,
    what: "the annotators' bucket gets a list that lets everybody read",
    type: "aws:s3/bucket:Bucket",
    set: { acl: "public-read" },
    caughtBy: "net-13-no-public-acl",
  },
  {
    ...bucket,
    what: "everybody may read from the annotators' bucket",
    type: "aws:s3/bucketPolicy:BucketPolicy",
    set: {
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: "*",
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
          {
            Effect: "Allow",
            Principal: "*",
            Action: "s3:GetObject",
            Resource: "arn:aws:s3:::semblance-prod-label-studio-123456789012/*",
          },
        ],
      }),
    },
    caughtBy: "rb-12-resource-policy-public",
    also: ["eit-09-s3-deny-http"],
  },
  {
    ...key,
    what: "a key is not rotated any more",
    set: { enableKeyRotation: false },
    caughtBy: "ear-10-kms-rotation",
  },
  {
    ...key,
    what: "a key says nothing of rotation",
    unset: ["enableKeyRotation"],
    caughtBy: "ear-10-kms-rotation",
  },
  { ...key, what: "a key loses its protection", unprotected: true, caughtBy: "op-02-data-protected" },
  {
    ...key,
    what: "a key may be used by everybody",
    set: {
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:Decrypt", Resource: "*" }],
      }),
    },
    caughtBy: "rb-12-resource-policy-public",
  },
  {
    ...repository,
    what: "tags of images may be moved",
    set: { imageTagMutability: "MUTABLE" },
    caughtBy: "sc-05-ecr-immutable-scanned",
  },
  {
    ...repository,
    what: "images are not scanned",
    set: { "imageScanningConfiguration.scanOnPush": false },
    caughtBy: "sc-05-ecr-immutable-scanned",
  },
  {
    ...repository,
    what: "images are encrypted with AWS' own key",
    set: { encryptionConfigurations: [{ encryptionType: "AES256" }] },
    caughtBy: "ear-11-own-keys",
  },
  {
    stack: "prod",
    what: "flow logs are encrypted with AWS' own key",
    type: "aws:cloudwatch/logGroup:LogGroup",
    name: "aws-network-flow",
    unset: ["kmsKeyId"],
    caughtBy: "ear-11-own-keys",
  },
  {
    stack: "prod",
    what: "flow logs end after a day",
    type: "aws:cloudwatch/logGroup:LogGroup",
    name: "aws-network-flow",
    set: { retentionInDays: 1 },
    caughtBy: "op-06-logs",
  },
];
