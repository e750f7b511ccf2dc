import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import type * as pulumi from "@pulumi/pulumi";
import type { Keys } from "./keys";
import { awsRefusesDeletion, type DataProtection, dataOptions } from "./protection";

/** A log group that is there before the service that writes to it, so that it is encrypted and ends. */
export function logGroup(
  name: string,
  args: { name: string; days: number; keys: Keys; dataProtection: DataProtection },
  parent: pulumi.ComponentResource,
): LogGroup {
  return new LogGroup(
    name,
    {
      name: args.name,
      retentionInDays: args.days,
      kmsKeyId: args.keys.arn("logs"),
      deletionProtectionEnabled: awsRefusesDeletion(args.dataProtection),
    },
    { parent, ...dataOptions(args.dataProtection) },
  );
}
