import type { Denial, ResourceStatement, Statement } from "./iam";
import { anyKey, onKey } from "./key-policies";
import { type AwsScope, regional } from "./scope";

/** What a client may do with its bucket; the words are those of MinIO's accounts. */
export type BucketAccess = "read-only" | "read-write";

/** Name of a client's bucket. Names of buckets are the world's, so the account is part of it. */
export const bucketName = ({ prefix, accountId }: AwsScope, client: string): string =>
  `${prefix}-${client}-${accountId}`;

const READ = ["s3:GetObject", "s3:GetObjectVersion"];
const WRITE = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:ListMultipartUploadParts", "s3:PutObject"];
const LIST = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"];

/** What a client's role may do: its bucket, and the objects' key through S3. */
export function clientStatements(scope: AwsScope, client: string, access: BucketAccess): Statement[] {
  const bucket = `arn:aws:s3:::${bucketName(scope, client)}`;
  const writes = access === "read-write";
  return [
    { sid: "Bucket", actions: LIST, resources: [bucket] },
    { sid: "Objects", actions: writes ? [...READ, ...WRITE] : READ, resources: [`${bucket}/*`] },
    {
      sid: "ObjectsKey",
      actions: writes ? ["kms:Decrypt", "kms:GenerateDataKey"] : ["kms:Decrypt"],
      resources: [anyKey(scope)],
      conditions: { ...onKey(scope, "s3"), StringEquals: { "kms:ViaService": regional(scope, "s3") } },
    },
  ];
}

/** Refuses whoever comes without TLS, or with one that is out of date. */
export function tlsOnly(bucket: string): Denial[] {
  const resources = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
  const deny = { denied: "everybody", actions: ["s3:*"], resources } as const;
  return [
    { ...deny, sid: "OverTlsOnly", conditions: { Bool: { "aws:SecureTransport": "false" } } },
    { ...deny, sid: "RecentTlsOnly", conditions: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
  ];
}

/** Lets S3 write down who asked for what, from this account's buckets of this stack. */
export function accessLogStatement(scope: AwsScope, logs: string): ResourceStatement {
  return {
    sid: "AccessLogs",
    principal: { services: ["logging.s3.amazonaws.com"] },
    actions: ["s3:PutObject"],
    resources: [`arn:aws:s3:::${logs}/*`],
    conditions: {
      StringEquals: { "aws:SourceAccount": scope.accountId },
      ArnLike: { "aws:SourceArn": `arn:aws:s3:::${scope.prefix}-*` },
    },
  };
}
