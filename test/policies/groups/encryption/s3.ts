import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const bucket: Fixture = { type: "aws:s3/bucket:Bucket", name: "data", props: { bucket: "data" } };
const older: Fixture = { ...bucket, type: "aws:s3/bucketV2:BucketV2" };
const part = (kind: string, props: Fixture["props"], from = "data"): Fixture => ({
  type: `aws:s3/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`,
  name: `${kind}-part`,
  props: { bucket: UNKNOWN, ...props },
  ...(from === "" ? {} : { dependsOn: { bucket: [from] } }),
});
const sse = (sseAlgorithm: string, kind = "BucketServerSideEncryptionConfiguration"): Fixture =>
  part(kind, { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm } }] });
const inline = (sseAlgorithm: string): Fixture => ({
  ...bucket,
  props: {
    serverSideEncryptionConfiguration: { rule: { applyServerSideEncryptionByDefault: { sseAlgorithm } } },
  },
});

export const s3Encrypted: Cases = {
  rule: "ear-06-s3-sse",
  good: [bucket, sse("aws:kms")],
  bad: [bucket, sse("AES256")],
  unknown: [bucket, sse(UNKNOWN)],
  unknownIs: "cannot tell",
  missing: [bucket],
  missingIs: "violation",
  canary: [bucket, sse(CANARY)],
  sibling: [older, sse("AES256", "BucketServerSideEncryptionConfigurationV2")],
  more: [
    {
      name: "joined by name",
      is: "fine",
      of: [
        bucket,
        part(
          "BucketServerSideEncryptionConfiguration",
          {
            bucket: "data",
            rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms:dsse" } }],
          },
          "",
        ),
      ],
    },
    {
      name: "that of another bucket",
      is: "violation",
      of: [
        bucket,
        { ...bucket, name: "other", props: {} },
        { ...sse("aws:kms"), dependsOn: { bucket: ["other"] } },
      ],
    },
    {
      name: "that of nobody knows which bucket",
      is: "cannot tell",
      of: [bucket, part("BucketServerSideEncryptionConfiguration", { rules: [] }, "")],
    },
    { name: "said on the bucket itself", is: "fine", of: inline("aws:kms") },
    { name: "said on the bucket itself, without KMS", is: "violation", of: inline("AES256") },
    {
      name: "access logs, which S3 writes with its own key",
      is: "fine",
      of: [bucket, sse("AES256"), part("BucketLogging", { targetBucket: "data" }, "")],
    },
  ],
};

const statement = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::data", "arn:aws:s3:::data/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const policy = (...statements: object[]): Fixture =>
  part("BucketPolicy", { policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }) });

export const s3OverTls: Cases = {
  rule: "eit-09-s3-deny-http",
  good: [bucket, policy(statement)],
  bad: [bucket, policy({ ...statement, Effect: "Allow" })],
  unknown: [bucket, part("BucketPolicy", { policy: UNKNOWN })],
  unknownIs: "cannot tell",
  missing: [bucket],
  missingIs: "violation",
  canary: [bucket, policy({ ...statement, Action: CANARY })],
  sibling: [older],
  more: [
    {
      name: "for some actions",
      is: "violation",
      of: [bucket, policy({ ...statement, Action: ["s3:GetObject"] })],
    },
    {
      name: "for somebody",
      is: "violation",
      of: [bucket, policy({ ...statement, Principal: { AWS: "arn:aws:iam::1:root" } })],
    },
    {
      name: "for everybody, in the longer form",
      is: "fine",
      of: [bucket, policy({ ...statement, Principal: { AWS: ["*"] }, Action: ["s3:*"] })],
    },
    {
      name: "under a second condition",
      is: "violation",
      of: [
        bucket,
        policy({
          ...statement,
          Condition: { ...statement.Condition, IpAddress: { "aws:SourceIp": "10.0.0.0/8" } },
        }),
      ],
    },
    {
      name: "for the bucket without its objects",
      is: "violation",
      of: [bucket, policy({ ...statement, Resource: "arn:aws:s3:::data" })],
    },
    {
      name: "with TLS, which is the wrong way round",
      is: "violation",
      of: [bucket, policy({ ...statement, Condition: { Bool: { "aws:SecureTransport": "true" } } })],
    },
    {
      name: "said on the bucket itself",
      is: "fine",
      of: { ...bucket, props: { policy: JSON.stringify({ Statement: statement }) } },
    },
    {
      name: "joined by name, among others",
      is: "fine",
      of: [
        older,
        {
          ...policy({ ...statement, Sid: "Other", Effect: "Allow" }, statement),
          dependsOn: {},
          props: { bucket: "data", policy: JSON.stringify({ Statement: [statement] }) },
        },
      ],
    },
  ],
};
