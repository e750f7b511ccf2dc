import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";

const volume = "aws:ebs/volume:Volume";
const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
const instance = "aws:ec2/instance:Instance";
const spot = "aws:ec2/spotInstanceRequest:SpotInstanceRequest";
const launchConfiguration = "aws:ec2/launchConfiguration:LaunchConfiguration";

export const ebsEncrypted: Cases = {
  rule: "ear-01-ebs-encrypted",
  good: { type: volume, props: { size: 100, encrypted: true } },
  bad: { type: volume, props: { size: 100, encrypted: false } },
  unknown: { type: volume, props: { encrypted: UNKNOWN } },
  unknownIs: "cannot tell",
  missing: { type: volume, props: { size: 100 } },
  missingIs: "violation",
  canary: { type: volume, props: { encrypted: CANARY, tags: { password: CANARY } } },
  sibling: {
    type: launchTemplate,
    props: {
      blockDeviceMappings: [{ ebs: { encrypted: "true" } }, { ebs: { encrypted: UNKNOWN } }, { ebs: {} }],
    },
  },
  more: [
    { name: "a disk of a machine", is: "violation", of: { type: instance, props: { rootBlockDevice: {} } } },
    { name: "a further disk", is: "violation", of: { type: spot, props: { ebsBlockDevices: [{}] } } },
    {
      name: "a disk of a launch configuration",
      is: "violation",
      of: { type: launchConfiguration, props: { rootBlockDevice: { encrypted: false } } },
    },
    { name: "a machine with its image's disk", is: "fine", of: { type: instance, props: {} } },
    {
      name: "an instance store",
      is: "fine",
      of: { type: launchTemplate, props: { blockDeviceMappings: [{ virtualName: "ephemeral0" }] } },
    },
  ],
};

export const ebsOwnKey: Cases = {
  rule: "ear-02-ebs-own-key",
  good: { type: volume, props: { encrypted: true, kmsKeyId: "arn:aws:kms:eu-central-1:1:key/a" } },
  bad: { type: volume, props: { encrypted: true, kmsKeyId: "" } },
  unknown: { type: volume, props: { encrypted: true, kmsKeyId: UNKNOWN } },
  unknownIs: "fine",
  missing: { type: volume, props: { encrypted: true } },
  missingIs: "violation",
  canary: { type: volume, props: { tags: { password: CANARY } } },
  sibling: { type: launchTemplate, props: { blockDeviceMappings: [{ ebs: { encrypted: "true" } }] } },
  more: [
    { name: "a disk of a machine", is: "violation", of: { type: instance, props: { rootBlockDevice: {} } } },
    {
      name: "a launch configuration, which knows no keys",
      is: "fine",
      of: { type: launchConfiguration, props: { rootBlockDevice: { encrypted: true } } },
    },
  ],
};
