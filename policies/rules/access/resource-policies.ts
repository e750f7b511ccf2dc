import { resourceRule } from "../../core/rule";
import { isMissing } from "../../core/value";
import { isEverybody, narrowsEverybody } from "./conditions";
import { allowances, resourceDocuments } from "./documents";

const PERMISSION = "aws:lambda/permission:Permission";
const LAYER = "aws:lambda/layerVersionPermission:LayerVersionPermission";

/** Lambda writes a statement as properties; each of these names a caller. */
const CALLERS = ["sourceArn", "sourceAccount", "principalOrgId", "organizationId"];

/** Data is for whom it is for. */
export const resourcePolicyPublic = resourceRule({
  name: "rb-12-resource-policy-public",
  group: "access",
  severity: "critical",
  summary: "Policies of keys, buckets, images, secrets, queues and topics name who is let in.",
  why: "A resource's own policy needs no right on the caller's side: Principal * means every account of the world, or nobody's login at all.",
  fix: "Name accounts, roles or services in Principal, or set a condition such as aws:PrincipalOrgID, aws:SourceAccount or aws:SourceArn.",
  maps: ["CKV_AWS_33", "CKV_AWS_70", "CKV_AWS_32"],
  unknown: "cannot tell",
  bad: `new aws.s3.BucketPolicy("data", {
  bucket,
  policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::data/*" }] },
});`,
  good: `new aws.s3.BucketPolicy("data", {
  bucket,
  policy: {
    Version: "2012-10-17",
    Statement: [{
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::123456789012:role/app" },
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::data/*",
    }],
  },
});`,
  types: [...Object.keys(resourceDocuments), PERMISSION, LAYER],
  check(resource, report) {
    const { type, props } = resource;
    if ((type === PERMISSION || type === LAYER) && CALLERS.every((key) => isMissing(props[key])))
      report.must("principal", props["principal"], (principal) => principal !== "*", "is everybody");
    for (const statement of allowances(resource, resourceDocuments, report)) {
      const { path, principals, inverted } = statement;
      if (narrowsEverybody(statement)) continue;
      if (inverted.includes("NotPrincipal"))
        report.violation(`${path}.NotPrincipal`, "lets in everybody but whom it names");
      // A principal that is not known yet is a reference to a role, and never everybody.
      if (principals.some(isEverybody))
        report.violation(`${path}.Principal`, "is everybody, without a condition");
    }
  },
});
