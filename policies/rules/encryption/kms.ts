import { resourceRule } from "../../core/rule";
import { at, isMissing, isTrue, isUnknown, items, text } from "../../core/value";

const key = "aws:kms/key:Key";

/** Upkeep of keys. */
export const kmsRotation = resourceRule({
  name: "ear-10-kms-rotation",
  group: "encryption",
  severity: "medium",
  summary: "KMS keys get new material every year, and can be called back for two weeks after their deletion.",
  why: "Material that never changes protects years of data at once; a key that is gone takes everything that it encrypted with it.",
  fix: "Set enableKeyRotation: true, and deletionWindowInDays to at least 14 or leave it out.",
  maps: ["CKV_AWS_7", "CIS-AWS-3.6"],
  unknown: "cannot tell",
  options: {
    minimumDeletionDays: {
      description: "shortest time for which a deleted key can be called back",
      default: 14,
    },
  },
  bad: `new aws.kms.Key("data", { deletionWindowInDays: 7 });`,
  good: `new aws.kms.Key("data", { enableKeyRotation: true, deletionWindowInDays: 30 });`,
  // Those beside the first have no rotation of their own: that of their primary, or none since their material comes from outside.
  types: [
    key,
    "aws:kms/replicaKey:ReplicaKey",
    "aws:kms/externalKey:ExternalKey",
    "aws:kms/replicaExternalKey:ReplicaExternalKey",
  ],
  check({ type, props }, report) {
    const spec = props["customerMasterKeySpec"];
    const store = props["customKeyStoreId"];
    // KMS rotates symmetric keys alone, and not those in a store of one's own.
    const rotates = (isMissing(spec) || spec === "SYMMETRIC_DEFAULT" || isUnknown(spec)) && isMissing(store);
    if (type === key && rotates)
      report.must("enableKeyRotation", props["enableKeyRotation"], isTrue, "is not true");
    const days = props["deletionWindowInDays"];
    const least = report.number("minimumDeletionDays");
    if (days !== undefined)
      report.must(
        "deletionWindowInDays",
        days,
        (known) => !(Number(text(known)) < least),
        `is below ${least}`,
      );
  },
});

const repository = "aws:ecr/repository:Repository";

/** Keys of one's own for what is encrypted in any case. */
export const ownKeys = resourceRule({
  name: "ear-11-own-keys",
  group: "encryption",
  severity: "low",
  summary: "Registries, log groups and secrets are encrypted with a KMS key of one's own.",
  why: "AWS encrypts them with its own key otherwise, which everybody who may read them uses without being asked.",
  fix: 'Set kmsKeyId; on a repository set encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: key.arn }].',
  maps: ["CKV_AWS_136", "CKV_AWS_158", "CKV_AWS_149"],
  // An ARN that is not known yet is that of a key which this deployment makes.
  unknown: "present",
  bad: `new aws.cloudwatch.LogGroup("app", { retentionInDays: 365 });`,
  good: `new aws.cloudwatch.LogGroup("app", { retentionInDays: 365, kmsKeyId: key.arn });`,
  types: ["aws:cloudwatch/logGroup:LogGroup", "aws:secretsmanager/secret:Secret", repository],
  check({ type, props }, report) {
    if (type !== repository)
      return report.must("kmsKeyId", props["kmsKeyId"], (known) => !isMissing(known), "names no key");
    const configurations = props["encryptionConfigurations"];
    report.must(
      "encryptionConfigurations[0].encryptionType",
      isUnknown(configurations) ? configurations : at(items(configurations)[0], "encryptionType"),
      (known) => (text(known) ?? "").startsWith("KMS"),
      "is not KMS",
    );
  },
});
