import type { AwsSettings } from "../../config/aws";

/** Tags of everything that the stack has in AWS. Those that say what it is cannot be overridden. */
export const tagsOf = (stack: string, aws: AwsSettings): Record<string, string> => ({
  ...aws.tags,
  project: "semblance-curation",
  environment: stack,
  owner: aws.owner,
  "cost-center": aws.costCenter,
  "data-class": "confidential",
  "managed-by": "pulumi",
});
