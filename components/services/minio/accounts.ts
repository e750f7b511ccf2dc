import * as pulumi from "@pulumi/pulumi";
import { asset } from "../../core/assets";
import type { HttpsConnection } from "../../core/connection";
import { type Foundation, type GeneratedLogin, trustFiles } from "../../core/foundation";
import type { BucketAccess } from "../../core/managed";
import { FILES, type JobSpec } from "../../core/workload";

/** uid and gid of MinIO in our image. */
export const MINIO_USER = { uid: 10002, gid: 10002 };

/** An IAM policy for one bucket. Actions: docs.aws.amazon.com, "Actions, resources, and condition keys for Amazon S3". */
export function bucketPolicy(bucket: string, access: BucketAccess): object {
  const arn = `arn:aws:s3:::${bucket}`;
  const write = ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];
  return {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: [arn] },
      {
        Effect: "Allow",
        Action: ["s3:GetObject", ...(access === "read-write" ? write : [])],
        Resource: [`${arn}/*`],
      },
    ],
  };
}

/** A policy that lets its holder read the server's metrics and nothing else. */
export const METRICS_POLICY: object = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: ["admin:Prometheus"] }],
};

/** The root user's connection. */
export interface MinioAdmin extends HttpsConnection {
  readonly login: GeneratedLogin;
  readonly kmsKey: string;
}

/** Args of `MinioAccount`. */
export interface MinioAccountArgs {
  readonly admin: MinioAdmin;
  readonly client: string;
  /** Bucket to create. @default none */
  readonly bucket?: string;
  /** IAM policy of the client's user. */
  readonly policy: object;
}

/** Days until an overwritten or deleted version of an object is gone. */
const NONCURRENT_DAYS = 30;

/** The job that creates the bucket, the user and the policy. */
export function accountJob(args: MinioAccountArgs, login: GeneratedLogin): JobSpec {
  const { admin } = args;
  return {
    image: "minio",
    command: ["sh", `${FILES}/bucket.sh`],
    env: {
      MINIO_ADDRESS: `${admin.address.host}:${admin.address.port}`,
      ROOT_USER: admin.login.username,
      KMS_KEY: admin.kmsKey,
      CLIENT: login.username,
      HOME: "/tmp",
      ...(args.bucket === undefined ? {} : { BUCKET: args.bucket, NONCURRENT_DAYS: String(NONCURRENT_DAYS) }),
    },
    files: {
      ...trustFiles(admin.trust),
      [`${FILES}/bucket.sh`]: asset(__dirname, "bucket.sh"),
      [`${FILES}/policy.json`]: JSON.stringify(args.policy),
      [`${FILES}/secrets/root-password`]: admin.login.password,
      [`${FILES}/secrets/client-password`]: login.password,
    },
    user: MINIO_USER,
    writable: ["/tmp"],
    resources: { cpu: 1, memoryMiB: 256 },
    uses: [admin],
    rerunOn: [],
    timeoutSeconds: 120,
  };
}

/** A user of MinIO with a policy of its own, and its bucket if it has one. */
export class MinioAccount extends pulumi.ComponentResource {
  readonly login: GeneratedLogin;
  readonly readyWhen: readonly pulumi.Input<pulumi.Resource>[];

  constructor(
    name: string,
    foundation: Foundation,
    args: MinioAccountArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:minio:Account", name, {}, opts);
    this.login = foundation.secrets.login("minio", args.client, args.client);
    const job = foundation.platform.runOnce(
      "minio-setup",
      `${name}-setup`,
      accountJob(args, this.login),
      this,
    );
    this.readyWhen = job.doneWhen;
    this.registerOutputs({});
  }
}
