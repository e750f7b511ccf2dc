import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { AwsSettings } from "../../config/aws";

/** What may become of what holds data. */
export type DataProtection = AwsSettings["dataProtection"];

/**
 * Options of a resource that holds data. Protected, it is neither deleted nor replaced: `up` and `destroy` stop with an error
 * that names it. Kept, it leaves the stack and stays in the account.
 */
export const dataOptions = (protection: DataProtection): CustomResourceOptions => ({
  protect: protection === "protect",
  retainOnDelete: protection === "keep",
});

/** Whether AWS itself is to refuse the deletion too, whoever asks for it. */
export const awsRefusesDeletion = (protection: DataProtection): boolean => protection === "protect";
