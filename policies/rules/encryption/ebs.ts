import type { Resource } from "../../core/resource";
import { resourceRule } from "../../core/rule";
import { at, isMissing, isTrue, items, type Value } from "../../core/value";

const volumeTypes = ["aws:ebs/volume:Volume", "aws:ebs/snapshotCopy:SnapshotCopy"];
const machineTypes = [
  "aws:ec2/instance:Instance",
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
  "aws:ec2/launchConfiguration:LaunchConfiguration",
];
const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
const types = [...volumeTypes, ...machineTypes, launchTemplate];

interface Disk {
  readonly path: string;
  readonly disk: Value;
}

/** Every disk that a resource declares, wherever its kind does so. */
function disksOf({ type, props }: Resource): readonly Disk[] {
  if (volumeTypes.includes(type)) return [{ path: "", disk: props }];
  const template = type === launchTemplate;
  const key = template ? "blockDeviceMappings" : "ebsBlockDevices";
  const devices = items(props[key]).map((device, index): Disk =>
    template
      ? { path: `${key}[${index}].ebs.`, disk: at(device, "ebs") }
      : { path: `${key}[${index}].`, disk: device },
  );
  // An instance store has no `ebs`, and a machine without `rootBlockDevice` has that of its image.
  const root = template ? undefined : props["rootBlockDevice"];
  const all: readonly Disk[] = [...devices, { path: "rootBlockDevice.", disk: root }];
  return all.filter(({ disk }) => disk !== undefined);
}

/** Encryption of disks of machines, wherever they are declared. */
export const ebsEncrypted = resourceRule({
  name: "ear-01-ebs-encrypted",
  group: "encryption",
  severity: "high",
  summary: "EBS volumes are encrypted.",
  why: "A disk outlives its machine: snapshots and returned hardware carry what was on it.",
  fix: "Set encrypted: true, with kmsKeyId naming a key of your own.",
  maps: ["CKV_AWS_3", "CKV_AWS_8", "CIS-AWS-5.1.1"],
  unknown: "cannot tell",
  bad: `new aws.ebs.Volume("data", { availabilityZone: "eu-central-1a", size: 100 });`,
  good: `new aws.ebs.Volume("data", { availabilityZone: "eu-central-1a", size: 100, encrypted: true, kmsKeyId: key.arn });`,
  types,
  check(resource, report) {
    for (const { path, disk } of disksOf(resource))
      report.must(`${path}encrypted`, at(disk, "encrypted"), isTrue, "is not true");
  },
});

/** Keys of one's own for disks: who may use them is then one's own decision, and in one's own log. */
export const ebsOwnKey = resourceRule({
  name: "ear-02-ebs-own-key",
  group: "encryption",
  severity: "low",
  summary: "EBS volumes are encrypted with a key of one's own.",
  why: "Who may use AWS's default key cannot be narrowed down, and it cannot be withdrawn from a disk that leaked.",
  fix: "Set kmsKeyId to the ARN of an aws.kms.Key of this account.",
  maps: ["CKV_AWS_189"],
  // An ARN that is not known yet is that of a key which this deployment makes.
  unknown: "present",
  bad: `new aws.ebs.Volume("data", { availabilityZone: "eu-central-1a", size: 100, encrypted: true });`,
  good: `new aws.ebs.Volume("data", { availabilityZone: "eu-central-1a", size: 100, encrypted: true, kmsKeyId: key.arn });`,
  // A launch configuration knows no keys.
  types: types.filter((type) => !type.includes("launchConfiguration")),
  check(resource, report) {
    for (const { path, disk } of disksOf(resource))
      report.must(`${path}kmsKeyId`, at(disk, "kmsKeyId"), (key) => !isMissing(key), "names no key");
  },
});
