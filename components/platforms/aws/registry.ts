import { LifecyclePolicy } from "@pulumi/aws/ecr/lifecyclePolicy";
import { Repository } from "@pulumi/aws/ecr/repository";
import * as pulumi from "@pulumi/pulumi";
import type { Keys } from "./keys";
import { type DataProtection, dataOptions } from "./protection";
import { type AwsScope } from "./scope";

/** Args of `Registry`. */
export interface RegistryArgs {
  readonly scope: AwsScope;
  readonly keys: Keys;
  /** Images that the project builds itself, or that are to be had without the internet. */
  readonly images: readonly string[];
  readonly dataProtection: DataProtection;
}

/** How many versions of an image are kept. */
const KEPT = 30;

/** What goes by itself: layers that no tag names, at once; then the oldest versions. */
const EXPIRY = {
  rules: [
    {
      rulePriority: 1,
      description: "What no tag names",
      selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 },
      action: { type: "expire" },
    },
    {
      rulePriority: 2,
      description: `All but the newest ${KEPT}`,
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: KEPT },
      action: { type: "expire" },
    },
  ],
};

/** A registry in ECR: a tag names one image for ever, and each image is scanned when it comes. */
export class Registry extends pulumi.ComponentResource {
  /** What goes before an image's name: host, and the stack's path. */
  readonly mirror: string;

  constructor(name: string, args: RegistryArgs, opts: pulumi.ComponentResourceOptions) {
    super("semblance:aws:Registry", name, {}, opts);
    const { scope, keys, images, dataProtection } = args;
    for (const image of images) {
      const repository = new Repository(
        `${name}-${image.replaceAll("/", "-")}`,
        {
          name: `${scope.prefix}/${image}`,
          imageTagMutability: "IMMUTABLE",
          imageScanningConfiguration: { scanOnPush: true },
          encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: keys.arn("s3") }],
          forceDelete: dataProtection === "delete",
        },
        { parent: this, ...dataOptions(dataProtection) },
      );
      new LifecyclePolicy(
        `${name}-${image.replaceAll("/", "-")}-expiry`,
        { repository: repository.name, policy: JSON.stringify(EXPIRY) },
        { parent: this },
      );
    }
    this.mirror = `${scope.accountId}.dkr.ecr.${scope.region}.amazonaws.com/${scope.prefix}`;
    this.registerOutputs({ mirror: this.mirror });
  }
}
