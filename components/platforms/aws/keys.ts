import { Alias } from "@pulumi/aws/kms/alias";
import { Key } from "@pulumi/aws/kms/key";
import * as pulumi from "@pulumi/pulumi";
import { resourcePolicy, roleArn } from "./iam";
import { keyAlias, keyPolicy, type KeyPurpose } from "./key-policies";
import { type DataProtection, dataOptions } from "./protection";
import type { AwsScope } from "./scope";

/** How long a key that was deleted can be called back: as long as AWS allows. */
const DELETION_DAYS = 30;

/** Args of `Keys`. */
export interface KeysArgs {
  readonly scope: AwsScope;
  readonly dataProtection: DataProtection;
}

/** The stack's own keys in KMS, one per kind of data, each with a new secret every year. Whoever loses one loses its data. */
export class Keys extends pulumi.ComponentResource {
  private readonly arns: Readonly<Record<KeyPurpose, pulumi.Output<string>>>;

  constructor(name: string, args: KeysArgs, opts: pulumi.ComponentResourceOptions) {
    super("semblance:aws:Keys", name, {}, opts);
    const make = (purpose: KeyPurpose): pulumi.Output<string> => this.make(name, purpose, args);
    this.arns = {
      secrets: make("secrets"),
      ebs: make("ebs"),
      s3: make("s3"),
      logs: make("logs"),
      rds: make("rds"),
    };
    this.registerOutputs({});
  }

  /** ARN of a key. */
  arn(purpose: KeyPurpose): pulumi.Output<string> {
    return this.arns[purpose];
  }

  private make(
    name: string,
    purpose: KeyPurpose,
    { scope, dataProtection }: KeysArgs,
  ): pulumi.Output<string> {
    const key = new Key(
      `${name}-${purpose}`,
      {
        description: `${scope.prefix}: ${PURPOSES[purpose]}`,
        policy: resourcePolicy(keyPolicy(scope, purpose, roleArn(scope, "cluster"))),
        enableKeyRotation: true,
        rotationPeriodInDays: 365,
        deletionWindowInDays: DELETION_DAYS,
        tags: { Name: `${scope.prefix}-${purpose}` },
      },
      { parent: this, ...dataOptions(dataProtection) },
    );
    new Alias(
      `${name}-${purpose}-alias`,
      { name: keyAlias(scope, purpose), targetKeyId: key.keyId },
      { parent: this },
    );
    return key.arn;
  }
}

const PURPOSES: Readonly<Record<KeyPurpose, string>> = {
  secrets: "secrets of the cluster",
  ebs: "disks of nodes and services",
  s3: "objects and images",
  logs: "logs of cluster, network and databases",
  rds: "databases and caches",
};
