import type { Resource } from "../../core/resource";
import { matches } from "../../core/pattern";
import { type Report, resourceRule, stackRule } from "../../core/rule";
import { at, isMissing, isTrue, isUnknown, items, text, type Value } from "../../core/value";
import { withPatch } from "../../models/types";
import { numberOf } from "./numbers";

/** How a kind of resource that holds data keeps it. */
interface Keeper {
  /** A switch that makes AWS refuse the deletion. */
  readonly refuses?: string;
  /** Switches that throw data away with the resource. */
  readonly discards?: readonly string[];
  /** The name of the last snapshot, without which there is none. */
  readonly last?: string;
}

const keepers: Readonly<Record<string, Keeper>> = {
  "aws:rds/instance:Instance": { refuses: "deletionProtection", discards: ["skipFinalSnapshot"] },
  "aws:rds/cluster:Cluster": { refuses: "deletionProtection", discards: ["skipFinalSnapshot"] },
  "aws:docdb/cluster:Cluster": { refuses: "deletionProtection", discards: ["skipFinalSnapshot"] },
  "aws:neptune/cluster:Cluster": { refuses: "deletionProtection", discards: ["skipFinalSnapshot"] },
  "aws:redshift/cluster:Cluster": { discards: ["skipFinalSnapshot"] },
  "aws:dynamodb/table:Table": { refuses: "deletionProtectionEnabled" },
  "aws:eks/cluster:Cluster": { refuses: "deletionProtection" },
  "aws:elasticache/replicationGroup:ReplicationGroup": { last: "finalSnapshotIdentifier" },
  "aws:memorydb/cluster:Cluster": { last: "finalSnapshotName" },
  "aws:s3/bucket:Bucket": { discards: ["forceDestroy"] },
  "aws:s3/bucketV2:BucketV2": { discards: ["forceDestroy"] },
  "aws:ecr/repository:Repository": { discards: ["forceDelete"] },
  "aws:kms/key:Key": {},
  "aws:efs/fileSystem:FileSystem": {},
  "aws:opensearch/domain:Domain": {},
  "aws:elasticsearch/domain:Domain": {},
  "kubernetes:core/v1:PersistentVolumeClaim": {},
  "kubernetes:core/v1:PersistentVolume": {},
  "docker:index/volume:Volume": {},
};

const storageClasses = withPatch(
  "kubernetes:storage.k8s.io/v1:StorageClass",
  "kubernetes:storage.k8s.io/v1beta1:StorageClass",
);
const statefulSets = withPatch(
  ...["v1", "v1beta1", "v1beta2"].map((version) => `kubernetes:apps/${version}:StatefulSet`),
);

/** What people's work is in does not go by mistake. */
export const dataProtected = resourceRule({
  name: "op-02-data-protected",
  group: "operations",
  severity: "high",
  summary: "What holds data cannot be deleted by mistake.",
  why: "A renamed resource, a removed line or `pulumi destroy` in the wrong stack deletes a database with everything in it.",
  fix: "Set the option protect: true, switch AWS' own protection on, and leave forceDestroy and skipFinalSnapshot off; name what may go in the option `disposable`.",
  maps: ["CKV_AWS_139", "CKV_AWS_150", "CKV_AWS_293"],
  unknown: "cannot tell",
  bad: `new aws.rds.Instance("db", { engine: "postgres", skipFinalSnapshot: true });`,
  good: `new aws.rds.Instance("db", { engine: "postgres", deletionProtection: true, finalSnapshotIdentifier: "db-final" }, { protect: true });`,
  options: {
    disposable: {
      description: "names of resources whose data may go, with * for any characters",
      default: [],
    },
  },
  types: [...Object.keys(keepers), ...storageClasses, ...statefulSets],
  check(resource, report) {
    const { type, name, props } = resource;
    if (report.list("disposable").some((pattern) => matches(pattern, name))) return;
    const keeper = keepers[type];
    if (keeper !== undefined) return keep(resource, keeper, report);
    if (storageClasses.includes(type)) {
      const retains = (policy: Value): boolean =>
        policy === "Retain" || (isMissing(policy) && type.endsWith("Patch"));
      report.must("reclaimPolicy", props["reclaimPolicy"], retains, "lets a disk go with its claim");
      return;
    }
    const path = ["spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted"];
    report.must(
      path.join("."),
      at(props, ...path),
      (when) => when !== "Delete",
      "lets claims go with the set",
    );
  },
});

function keep({ props, protect }: Resource, { refuses, discards = [], last }: Keeper, report: Report): void {
  if (!protect) report.violation("", "does not have the option protect");
  if (refuses !== undefined) report.must(refuses, props[refuses], isTrue, "is not true");
  for (const key of discards)
    report.must(key, props[key], (discard) => !isTrue(discard), "throws the data away with the resource");
  // The name may be made of anything; that there is one counts.
  if (last !== undefined && isMissing(props[last]))
    report.violation(last, "is missing, so there is no last snapshot");
}

/** Where resources say for how many days they can go back, and how many there must be at least. */
const backups: Readonly<Record<string, readonly [path: string, least: "days" | 1]>> = {
  "aws:rds/instance:Instance": ["backupRetentionPeriod", "days"],
  "aws:rds/cluster:Cluster": ["backupRetentionPeriod", "days"],
  "aws:docdb/cluster:Cluster": ["backupRetentionPeriod", "days"],
  "aws:neptune/cluster:Cluster": ["backupRetentionPeriod", "days"],
  "aws:redshift/cluster:Cluster": ["automatedSnapshotRetentionPeriod", "days"],
  "aws:elasticache/replicationGroup:ReplicationGroup": ["snapshotRetentionLimit", 1],
  "aws:elasticache/cluster:Cluster": ["snapshotRetentionLimit", 1],
  "aws:memorydb/cluster:Cluster": ["snapshotRetentionLimit", 1],
};

const table = "aws:dynamodb/table:Table";

/** Databases can go back in time. */
export const backedUp = resourceRule({
  name: "op-03-backups",
  group: "operations",
  severity: "high",
  summary: "Databases keep backups for long enough.",
  why: "A wrong DELETE is found days later; without a backup from before there is nothing to go back to.",
  fix: "Set backupRetentionPeriod to at least 7 days, snapshotRetentionLimit to at least 1, pointInTimeRecovery to enabled.",
  maps: ["CKV_AWS_133", "CKV_AWS_134", "CKV_AWS_28", "AWSGuard-rds-instance-backup-enabled"],
  unknown: "cannot tell",
  bad: `new aws.rds.Instance("db", { engine: "postgres", backupRetentionPeriod: 0 });`,
  good: `new aws.rds.Instance("db", { engine: "postgres", backupRetentionPeriod: 14 });`,
  options: { days: { description: "days of backups of a database, at least", default: 7 } },
  types: [...Object.keys(backups), table],
  check({ type, props }, report) {
    if (type === table) {
      const enabled = at(props, "pointInTimeRecovery", "enabled");
      return report.must("pointInTimeRecovery.enabled", enabled, isTrue, "is not true");
    }
    const [path, needed] = backups[type] ?? ["", 1];
    // A replica is restored from what it copies, Memcached keeps nothing.
    if (!isMissing(props["replicateSourceDb"]) || props["engine"] === "memcached") return;
    if (type === "aws:elasticache/cluster:Cluster" && !isMissing(props["replicationGroupId"])) return;
    const least = needed === "days" ? report.number("days") : needed;
    report.must(path, props[path], (days) => numberOf(days) >= least, "keeps backups for too short a time");
  },
});

const buckets = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];
const versionings = [
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:s3/bucketVersioningV2:BucketVersioningV2",
];

/** Objects can be had back. */
export const bucketsVersioned = stackRule({
  name: "op-03-versioned-buckets",
  group: "operations",
  severity: "medium",
  summary: "Buckets keep old versions of their objects.",
  why: "An overwritten or deleted object is gone at once, whoever did it and whyever.",
  fix: 'Add aws.s3.BucketVersioning with versioningConfiguration: { status: "Enabled" }, and a lifecycle rule that lets old versions go.',
  maps: ["CKV_AWS_21"],
  unknown: "cannot tell",
  bad: `new aws.s3.Bucket("data", {});`,
  good: `const bucket = new aws.s3.Bucket("data", {});
new aws.s3.BucketVersioning("data", { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } });`,
  options: { disposable: { description: "names of buckets whose objects may go, with *", default: [] } },
  types: [...buckets, ...versionings],
  check(stack, report) {
    const disposable = report.list("disposable");
    for (const bucket of stack.of(...buckets)) {
      if (disposable.some((pattern) => matches(pattern, bucket.name))) continue;
      // The bucket's own setting, as it was before there was a resource for it.
      if (
        isTrue(at(bucket.props, "versioning", "enabled")) ||
        isTrue(at(bucket.props, "versionings", 0, "enabled"))
      )
        continue;
      const found = stack.of(...versionings).find((one) => isOf(one, bucket));
      if (found === undefined) report.violation("", "has no versioning", bucket);
      else {
        const status = at(found.props, "versioningConfiguration", "status");
        const path = "versioningConfiguration.status";
        report.must(path, status, (known) => known === "Enabled", "is not Enabled", found);
      }
    }
  },
});

/** Whether a part of a bucket belongs to it: by what it takes from it, or by the bucket's name where that is known. */
export function isOf(part: Resource, bucket: Resource): boolean {
  if ((part.propertyDependencies["bucket"] ?? []).includes(bucket.urn)) return true;
  const name = part.props["bucket"];
  const own = bucket.props["bucket"];
  return !isUnknown(name) && !isUnknown(own) && !isMissing(name) && text(items(name)[0]) === text(own);
}
