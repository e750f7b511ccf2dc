import { Provider } from "@pulumi/aws/provider";
import type { AwsScope } from "./scope";

/** Args of `awsProvider`. */
export interface AwsProviderArgs {
  readonly scope: AwsScope;
  /** On everything that can have tags. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The one provider of AWS: for one region and one account, whatever the credentials at hand are for. Tags are its default
 * tags and not a transform, since the provider knows which resources take tags and merges them with their own; what it does
 * not reach (machines and disks, which the autoscaler and the cluster make) is given the same tags by name.
 */
export const awsProvider = ({ scope, tags }: AwsProviderArgs): Provider =>
  new Provider("aws", {
    region: scope.region,
    allowedAccountIds: [scope.accountId],
    defaultTags: { tags: { ...tags } },
  });
