import type { Resource } from "../../core/resource";
import { resourceRule, stackRule } from "../../core/rule";
import { at, isMissing, isTrue, items, text, UNKNOWN, type Value } from "../../core/value";
import { type Answer, equal, some } from "../../models/selectors";

const bucketTypes = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];
const BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const FLAGS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"] as const;

/** Buckets that nobody has closed. */
export const bucketBlocked = stackRule({
  name: "net-13-bucket-blocked",
  group: "network",
  severity: "critical",
  summary: "Every bucket has a block of public access.",
  why: "Without it one wrong policy or ACL shows the bucket to everybody.",
  fix: "Add an aws.s3.BucketPublicAccessBlock with the bucket, and all four of its flags true.",
  maps: ["CKV2_AWS_6", "CIS-AWS-2.1.4"],
  unknown: "cannot tell",
  bad: `new aws.s3.Bucket("data");`,
  good: `const bucket = new aws.s3.Bucket("data");
new aws.s3.BucketPublicAccessBlock("data", {
  bucket: bucket.id,
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
});`,
  types: [...bucketTypes, BLOCK],
  check(stack, report) {
    const blocks = stack.of(BLOCK);
    for (const bucket of stack.of(...bucketTypes)) {
      const blocked = some(blocks.map((block) => isOf(block, bucket)));
      if (blocked === false) report.violation("", "has no block of public access", bucket);
      else if (blocked !== true) report.cannotTell("", bucket);
    }
  },
});

/** What belongs to a bucket depends on it, or says its name. */
function isOf(part: Resource, bucket: Resource): Answer {
  const from = part.propertyDependencies["bucket"] ?? [];
  if (from.length > 0) return from.includes(bucket.urn);
  const name = at(bucket.props, "bucket");
  return equal(at(part.props, "bucket"), isMissing(name) ? UNKNOWN : name);
}

/** Where the flags are, by type. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  [BLOCK]: [],
  "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": [],
  "aws:s3/accessPoint:AccessPoint": ["publicAccessBlockConfiguration"],
  "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint": ["details", "publicAccessBlock"],
};

/** AWS makes access points closed, unless somebody says otherwise. */
const CLOSED_UNLESS_SAID: readonly string[] = [
  "aws:s3/accessPoint:AccessPoint",
  "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint",
];

/** Blocks of public access that block only a part of it. */
export const blockComplete = resourceRule({
  name: "net-13-block-complete",
  group: "network",
  severity: "critical",
  summary: "A block of public access to S3 has all four flags set.",
  why: "Each flag closes another way: new ACLs, new policies, ACLs that are there, and policies that are there.",
  fix: "Set blockPublicAcls, blockPublicPolicy, ignorePublicAcls and restrictPublicBuckets to true.",
  maps: ["CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "CIS-AWS-2.1.4"],
  unknown: "cannot tell",
  bad: `new aws.s3.BucketPublicAccessBlock("data", { bucket: bucket.id, blockPublicAcls: true });`,
  good: `new aws.s3.BucketPublicAccessBlock("data", {
  bucket: bucket.id,
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
});`,
  types: Object.keys(PLACES),
  check({ type, props }, report) {
    const way = PLACES[type] ?? [];
    const closed = (value: Value) =>
      isTrue(value) || (CLOSED_UNLESS_SAID.includes(type) && (value === undefined || value === null));
    for (const flag of FLAGS)
      report.must([...way, flag].join("."), at(props, ...way, flag), closed, "is not true");
  },
});

/** Ready-made ACLs that let in everybody, or everybody with an account of AWS. */
const PUBLIC: readonly string[] = ["public-read", "public-read-write", "authenticated-read"];

/** The group that is everybody, and the one that is everybody with an account: `http://acs.amazonaws.com/groups/global/AllUsers`. */
const EVERYBODY = /\/global\/(AllUsers|AuthenticatedUsers)$/;

/** Buckets and objects that an ACL shows to everybody. */
export const noPublicAcl = resourceRule({
  name: "net-13-no-public-acl",
  group: "network",
  severity: "critical",
  summary: "No ACL shows a bucket or an object to everybody.",
  why: "What is public once is copied, and stays public.",
  fix: 'Leave acl out or set it to "private"; give access by the bucket\'s policy, or by presigned links.',
  maps: ["CKV_AWS_20", "CKV_AWS_57"],
  unknown: "cannot tell",
  bad: `new aws.s3.BucketAcl("data", { bucket: bucket.id, acl: "public-read" });`,
  good: `new aws.s3.BucketAcl("data", { bucket: bucket.id, acl: "private" });`,
  types: [
    ...bucketTypes,
    "aws:s3/bucketAcl:BucketAcl",
    "aws:s3/bucketAclV2:BucketAclV2",
    "aws:s3/bucketObject:BucketObject",
    "aws:s3/bucketObjectv2:BucketObjectv2",
    "aws:s3/objectCopy:ObjectCopy",
  ],
  check({ props }, report) {
    report.must("acl", props["acl"], (acl) => !PUBLIC.includes(text(acl) ?? ""), "shows it to everybody");
    for (const { path, grantee } of granteesOf(props))
      report.must(path, grantee, (uri) => !EVERYBODY.test(text(uri) ?? ""), "is everybody");
  },
});

interface Grantee {
  readonly path: string;
  readonly grantee: Value;
}

/** To whom a list of grants gives something: on a bucket of old, in an ACL of its own, on a copy. */
function granteesOf(props: Resource["props"]): readonly Grantee[] {
  const own = items(props["grants"]).map((grant, index): Grantee => ({
    path: `grants[${index}].uri`,
    grantee: at(grant, "uri"),
  }));
  const policy = items(at(props, "accessControlPolicy", "grants")).map((grant, index): Grantee => ({
    path: `accessControlPolicy.grants[${index}].grantee.uri`,
    grantee: at(grant, "grantee", "uri"),
  }));
  return [...own, ...policy];
}
