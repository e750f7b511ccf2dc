import type { Resource } from "../../core/resource";
import { type Report, stackRule, type StackView } from "../../core/rule";
import { isUnknown, text } from "../../core/value";
import { covers, documentOf, type IamStatement } from "../../models/iam";
import { bucketTypes, partsOf } from "./buckets";

const policyTypes = ["aws:s3/bucketPolicy:BucketPolicy"];

/** TLS on the way to S3. */
export const s3OverTls = stackRule({
  name: "eit-09-s3-deny-http",
  group: "encryption",
  severity: "high",
  summary: "Every bucket refuses requests without TLS.",
  why: "S3 answers over plain HTTP as well: a client that is set up wrongly sends objects, and links that open them, in plain sight.",
  fix: 'Give the bucket a policy that denies s3:* to everybody, on the bucket and on its objects, where Bool has aws:SecureTransport "false".',
  maps: ["CKV_AWS_379", "CIS-AWS-2.1.1"],
  unknown: "cannot tell",
  bad: `const bucket = new aws.s3.Bucket("data");`,
  good: `new aws.s3.BucketPolicy("data", { bucket: bucket.bucket, policy: JSON.stringify({ Version: "2012-10-17", Statement: [{
  Effect: "Deny", Principal: "*", Action: "s3:*", Resource: ["arn:aws:s3:::data", "arn:aws:s3:::data/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
}] }) });`,
  types: [...bucketTypes, ...policyTypes],
  check(stack, report) {
    for (const bucket of stack.of(...bucketTypes)) judge(bucket, stack, report);
  },
});

function judge(bucket: Resource, stack: StackView, report: Report): void {
  const parts = partsOf(bucket, policyTypes, stack);
  const policies = [...(parts ?? []), bucket].map(({ props }) => documentOf(props["policy"], "policy"));
  if (policies.some(({ statements }) => statements.some(refusesHttp))) return;
  const [part = bucket] = parts ?? [];
  if (parts === undefined || policies.some(({ unread }) => unread.length > 0))
    report.cannotTell("policy", part);
  else report.violation("policy", "does not deny every request without TLS", part);
}

/** Whether a statement refuses whatever comes without TLS, to whatever is in the bucket, from whoever. */
const refusesHttp = ({
  allows,
  actions,
  resources,
  principals,
  conditions,
  inverted,
}: IamStatement): boolean =>
  !allows &&
  inverted.length === 0 &&
  actions.some(
    (action) => covers(text(action) ?? "", "s3:GetObject") && covers(text(action) ?? "", "s3:PutObject"),
  ) &&
  principals.some(({ value }) => value === "*") &&
  resources.some((resource) => isUnknown(resource) || text(resource)?.endsWith("*")) &&
  // A second condition beside it would let some of them pass.
  conditions.length === 1 &&
  conditions.some(
    ({ operator, key, values }) =>
      /^Bool(IfExists)?$/i.test(operator) &&
      key === "aws:securetransport" &&
      values.some((one) => text(one) === "false"),
  );
