import type { Resource } from "../../core/resource";
import { type Report, stackRule, type StackView } from "../../core/rule";
import { at, isMissing, isUnknown, items, text, type Value } from "../../core/value";
import { bucketTypes, names, partsOf, partTypes } from "./buckets";

const encryptionTypes = partTypes("bucketServerSideEncryptionConfiguration");
const loggingTypes = partTypes("bucketLogging");

/** Algorithms that use a key in KMS. */
const KMS = ["aws:kms", "aws:kms:dsse"];

/** Encryption of what lies in S3. */
export const s3Encrypted = stackRule({
  name: "ear-06-s3-sse",
  group: "encryption",
  severity: "high",
  summary: "S3 encrypts the objects of every bucket with a KMS key.",
  why: "With S3's own key everybody who may read an object can decrypt it; a KMS key is a second lock, with its own rights and its own log.",
  fix: "Add an aws.s3.BucketServerSideEncryptionConfiguration with sseAlgorithm aws:kms. A bucket into which S3 writes access logs has AES256, as S3 cannot use KMS there; list another one that must have it in the option aes256Buckets.",
  maps: ["CKV_AWS_19", "CKV_AWS_145"],
  unknown: "cannot tell",
  options: {
    aes256Buckets: {
      description: "names of Pulumi resources of buckets that S3's own key is enough for",
      default: [],
    },
  },
  bad: `const bucket = new aws.s3.Bucket("data");`,
  good: `const bucket = new aws.s3.Bucket("data");
new aws.s3.BucketServerSideEncryptionConfiguration("data", {
  bucket: bucket.bucket,
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn } }],
});`,
  types: [...bucketTypes, ...encryptionTypes, ...loggingTypes],
  check(stack, report) {
    for (const bucket of stack.of(...bucketTypes)) judge(bucket, stack, report);
  },
});

interface Declared {
  readonly of: Resource;
  readonly path: string;
  readonly value: Value;
}

const declared = (of: Resource): Declared => ({ of, path: "rules", value: of.props["rules"] });

/** Older buckets say it themselves. */
const INLINE = ["serverSideEncryptionConfiguration", "serverSideEncryptionConfigurations"];
const inline = (of: Resource, key: string): readonly Declared[] =>
  items(of.props[key]).map((one) => ({
    of,
    path: `${key}.rule`,
    value: isMissing(at(one, "rule")) ? at(one, "rules") : at(one, "rule"),
  }));

function judge(bucket: Resource, stack: StackView, report: Report): void {
  const parts = partsOf(bucket, encryptionTypes, stack);
  if (parts === undefined) return report.cannotTell("encryption", bucket);
  const rules = [...parts.map(declared), ...INLINE.flatMap((key) => inline(bucket, key))];
  if (rules.length === 0) return report.violation("encryption", "is not configured for this bucket", bucket);
  const weak = isLogTarget(bucket, stack) || report.list("aes256Buckets").includes(bucket.name);
  const allowed = weak ? [...KMS, "AES256"] : KMS;
  for (const { of, path, value } of rules) {
    const algorithm = algorithmOf(value);
    const where = `${path}.applyServerSideEncryptionByDefault.sseAlgorithm`;
    report.must(where, algorithm, (one) => allowed.includes(text(one) ?? ""), "does not use KMS", of);
  }
}

function algorithmOf(rules: Value): Value {
  if (isUnknown(rules)) return rules;
  const [first] = items(rules);
  const said =
    at(first, "applyServerSideEncryptionByDefault") ?? at(first, "applyServerSideEncryptionByDefaults");
  return isUnknown(said) ? said : at(items(said)[0], "sseAlgorithm");
}

/** Whether S3 writes access logs into a bucket. */
const isLogTarget = (bucket: Resource, stack: StackView): boolean =>
  stack.of(...loggingTypes).some((logging) => names(logging, "targetBucket", bucket));
