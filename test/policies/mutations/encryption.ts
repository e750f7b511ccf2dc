import type { Mutation } from "../mutate";

export const encryptionMutations: readonly Mutation[] = [
  {
    what: "the disks of the general nodes lose their encryption",
    stack: "prod",
    type: "aws:ec2/launchTemplate:LaunchTemplate",
    name: "aws-nodes-general-template",
    set: { "blockDeviceMappings.0.ebs.encrypted": "false" },
    caughtBy: "ear-01-ebs-encrypted",
  },
];
