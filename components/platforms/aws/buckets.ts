import { Bucket } from "@pulumi/aws/s3/bucket";
import { BucketCorsConfiguration } from "@pulumi/aws/s3/bucketCorsConfiguration";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import { BucketLogging } from "@pulumi/aws/s3/bucketLogging";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceName } from "../../topology";
import {
  accessLogStatement,
  type BucketAccess,
  bucketName,
  clientStatements,
  tlsOnly,
} from "./bucket-policies";
import { type Denial, type PodIdentity, resourcePolicy, type ResourceStatement } from "./iam";
import type { Keys } from "./keys";
import { type DataProtection, dataOptions } from "./protection";
import type { AwsScope } from "./scope";
import { podRole } from "./workload-identity";

/** Args of `Buckets`. */
export interface BucketsArgs {
  readonly scope: AwsScope;
  readonly keys: Keys;
  /** Name of the cluster. */
  readonly cluster: string;
  /** The service account under which a client's pods run, as the Kubernetes platform calls it. */
  readonly podOf: (client: ServiceName) => PodIdentity;
  /** Origins whose pages may fetch objects by a presigned link. */
  readonly corsOrigins: readonly string[];
  readonly dataProtection: DataProtection;
}

/** A bucket in S3, as its client needs to know it. */
export interface BucketFacts {
  readonly bucket: string;
  readonly region: string;
  /** The one host under which browsers and services reach it. */
  readonly host: string;
  readonly port: number;
  /** Exist once a pod that starts may use it. It shows who it is by its service account: there are no keys to hand over. */
  readonly readyWhen: readonly pulumi.Resource[];
}

/** Old versions go after this many days. */
const OLD_VERSIONS_DAYS = 90;
const ACCESS_LOG_DAYS = 365;

/** S3 in MinIO's place: a bucket per client, versioned, encrypted, closed to the public, and a role per client instead of keys. */
export class Buckets extends pulumi.ComponentResource {
  private readonly logs: Bucket;

  constructor(
    private readonly name: string,
    private readonly args: BucketsArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:aws:Buckets", name, {}, opts);
    const logsName = bucketName(args.scope, "access-logs");
    this.logs = this.make("access-logs", {
      // S3 itself writes here, and it can do so with its own keys only.
      encryption: { sseAlgorithm: "AES256" },
      statements: [accessLogStatement(args.scope, logsName)],
      rule: { expiration: { days: ACCESS_LOG_DAYS } },
    }).bucket;
    this.registerOutputs({});
  }

  /** A bucket called after its client, and the right of these members' pods to use it and nothing else: a role for each. */
  bucket(client: ServiceName, access: BucketAccess, members: readonly ServiceName[] = [client]): BucketFacts {
    const { scope, keys, cluster, podOf, corsOrigins } = this.args;
    const { bucket, guards } = this.make(client, {
      encryption: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keys.arn("s3") },
      statements: [],
      rule: { noncurrentVersionExpiration: { noncurrentDays: OLD_VERSIONS_DAYS } },
    });
    const options = { parent: this };
    const own = `${this.name}-${client}`;
    new BucketLogging(
      `${own}-logging`,
      { bucket: bucket.bucket, targetBucket: this.logs.bucket, targetPrefix: `${client}/` },
      options,
    );
    if (corsOrigins.length > 0)
      new BucketCorsConfiguration(
        `${own}-cors`,
        {
          bucket: bucket.bucket,
          corsRules: [
            {
              allowedMethods: ["GET", "HEAD"],
              allowedOrigins: [...corsOrigins],
              // A presigned link may ask for a part of an object, and says so in a header.
              allowedHeaders: ["range"],
              exposeHeaders: ["ETag", "Content-Length", "Content-Range"],
              maxAgeSeconds: 3600,
            },
          ],
        },
        options,
      );
    const identities = members.map((member) =>
      podRole(
        `${this.name}-${member}`,
        {
          scope,
          cluster,
          pod: podOf(member),
          suffix: `s3-${member}`,
          does: `${member}: bucket of ${client}, ${access}`,
          statements: clientStatements(scope, client, access),
        },
        this,
      ),
    );
    return {
      bucket: bucketName(scope, client),
      region: scope.region,
      host: `s3.${scope.region}.amazonaws.com`,
      port: 443,
      readyWhen: [...guards, ...identities.flatMap(({ readyWhen }) => readyWhen)],
    };
  }

  private make(
    client: string,
    how: {
      encryption:
        { sseAlgorithm: "AES256" } | { sseAlgorithm: "aws:kms"; kmsMasterKeyId: pulumi.Input<string> };
      statements: readonly (ResourceStatement | Denial)[];
      rule: { expiration: { days: number } } | { noncurrentVersionExpiration: { noncurrentDays: number } };
    },
  ): { bucket: Bucket; guards: pulumi.Resource[] } {
    const { scope, dataProtection } = this.args;
    const name = `${this.name}-${client}`;
    const known = bucketName(scope, client);
    const options = { parent: this };
    const made = new Bucket(
      name,
      { bucket: known, forceDestroy: dataProtection === "delete" },
      { parent: this, ...dataOptions(dataProtection) },
    );
    const { bucket } = made;
    const closed = new BucketPublicAccessBlock(
      `${name}-private`,
      {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      options,
    );
    const guards = [
      closed,
      new BucketOwnershipControls(
        `${name}-owner`,
        { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
        options,
      ),
      new BucketVersioning(
        `${name}-versions`,
        { bucket, versioningConfiguration: { status: "Enabled" } },
        options,
      ),
      new BucketServerSideEncryptionConfiguration(
        `${name}-encryption`,
        { bucket, rules: [{ applyServerSideEncryptionByDefault: how.encryption, bucketKeyEnabled: true }] },
        options,
      ),
      new BucketPolicy(
        `${name}-policy`,
        { bucket, policy: resourcePolicy([...tlsOnly(known), ...how.statements]) },
        { parent: this, dependsOn: [closed] },
      ),
      new BucketLifecycleConfiguration(
        `${name}-lifecycle`,
        {
          bucket,
          rules: [
            {
              id: "expiry",
              status: "Enabled",
              filter: {},
              abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
              ...how.rule,
            },
          ],
        },
        options,
      ),
    ];
    return { bucket: made, guards };
  }
}
