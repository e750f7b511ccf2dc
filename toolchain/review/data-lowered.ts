import { LABEL as DOCKER } from "../../components/platforms/docker/names";
import { LABEL as KUBERNETES } from "../../components/platforms/kubernetes/names";
import { labelsOf } from "../commands/stack/state";
import { holdingOf } from "./data";
import type { Json, Resource } from "./model";
import { isList, isObject, valueAt } from "./properties-path";

/** A protection that becomes less. */
export interface Lowering {
  readonly path: string;
  readonly before: Json;
  readonly after: Json;
  /** What it protected from, as a sentence. */
  readonly why: string;
}

/** How a value says how much it protects: `on` and `off` are switches, `more` are numbers, a list is from best to worst. */
type Scale = "on" | "off" | "more" | "less" | readonly string[];

const FINAL = "It is what keeps a mistake from taking the database along.";
const BACKUPS = "Backups that are older are deleted, and what was lost before them cannot be had back.";
const PUBLIC = "It keeps a slip in a policy from showing the objects to the world.";
const VERSIONS = "Without versions, what is overwritten or deleted is gone at once.";

const RULES: Readonly<Record<string, readonly (readonly [path: string, scale: Scale, why: string])[]>> = {
  "aws:rds/instance:Instance": [
    ["deletionProtection", "on", FINAL],
    ["backupRetentionPeriod", "more", BACKUPS],
    ["skipFinalSnapshot", "off", "The last snapshot is what is left after a deletion."],
    [
      "multiAz",
      "on",
      "Without a standby, the loss of one zone is the loss of the minutes since the last backup.",
    ],
  ],
  "aws:rds/cluster:Cluster": [
    ["deletionProtection", "on", FINAL],
    ["backupRetentionPeriod", "more", BACKUPS],
    ["skipFinalSnapshot", "off", "The last snapshot is what is left after a deletion."],
  ],
  "aws:elasticache/replicationGroup:ReplicationGroup": [
    ["snapshotRetentionLimit", "more", BACKUPS],
    [
      "automaticFailoverEnabled",
      "on",
      "Without a replica that takes over, the loss of a node is the loss of its data.",
    ],
    ["multiAzEnabled", "on", "Without a replica elsewhere, the loss of one zone is the loss of the data."],
  ],
  "aws:s3/bucket:Bucket": [
    ["forceDestroy", "off", "A bucket that is not empty refuses to be deleted; with it, it does not."],
  ],
  "aws:s3/bucketVersioning:BucketVersioning": [
    ["versioningConfiguration.status", ["Enabled", "Suspended"], VERSIONS],
  ],
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": [
    ["blockPublicAcls", "on", PUBLIC],
    ["blockPublicPolicy", "on", PUBLIC],
    ["ignorePublicAcls", "on", PUBLIC],
    ["restrictPublicBuckets", "on", PUBLIC],
  ],
  "aws:kms/key:Key": [
    ["deletionWindowInDays", "more", "It is the time in which a deletion by mistake can be taken back."],
    ["enableKeyRotation", "on", "Old material then goes on being used for all that is new."],
    ["isEnabled", "on", "What is encrypted with a disabled key can be read by nobody."],
  ],
  "aws:dynamodb/table:Table": [
    ["pointInTimeRecovery.enabled", "on", "It is the backup of the table."],
    ["deletionProtectionEnabled", "on", FINAL],
  ],
  "aws:ecr/repository:Repository": [
    ["forceDelete", "off", "A repository with images refuses to be deleted; with it, it does not."],
    ["imageTagMutability", ["IMMUTABLE", "MUTABLE"], "A tag could then be put on another image."],
  ],
  "aws:cloudwatch/logGroup:LogGroup": [
    ["retentionInDays", "more", "Older logs are deleted."],
    ["skipDestroy", "on", "The logs then go with the group."],
  ],
  "aws:efs/backupPolicy:BackupPolicy": [
    ["backupPolicy.status", ["ENABLED", "DISABLED"], "It is the backup of the file system."],
  ],
  "kubernetes:storage.k8s.io/v1:StorageClass": [
    ["reclaimPolicy", ["Retain", "Delete"], "A volume then goes with its claim."],
  ],
  "kubernetes:core/v1:PersistentVolume": [
    ["spec.persistentVolumeReclaimPolicy", ["Retain", "Delete"], "The volume then goes with its claim."],
  ],
  "kubernetes:apps/v1:StatefulSet": [
    [
      "spec.persistentVolumeClaimRetentionPolicy.whenDeleted",
      ["Retain", "Delete"],
      "The claims then go with the set.",
    ],
    [
      "spec.persistentVolumeClaimRetentionPolicy.whenScaled",
      ["Retain", "Delete"],
      "A claim then goes with its copy.",
    ],
  ],
};

/** What is assumed where nothing is said, where that is not "off". */
const DEFAULTS: Readonly<Record<string, Json>> = {
  isEnabled: true,
  deletionWindowInDays: 30,
  reclaimPolicy: "Delete",
  "versioningConfiguration.status": "Suspended",
  "spec.persistentVolumeClaimRetentionPolicy.whenDeleted": "Retain",
  "spec.persistentVolumeClaimRetentionPolicy.whenScaled": "Retain",
  imageTagMutability: "MUTABLE",
};

/** Resources that are nothing but a protection of another one: deleted, it stands without. */
export const GUARDIANS: Readonly<Record<string, string>> = {
  "aws:s3/bucketVersioning:BucketVersioning": VERSIONS,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": PUBLIC,
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration":
    "Objects under lock could then be deleted.",
  "aws:efs/backupPolicy:BackupPolicy": "It is the backup of the file system.",
  "aws:backup/plan:Plan": "Nothing is backed up by it any more.",
  "aws:backup/selection:Selection": "What it selects is not backed up any more.",
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration":
    "Backups could then be deleted before their time.",
};

/** Protections that are less at one resource, after a change. */
export function loweringsOf(before: Resource, after: Resource): readonly Lowering[] {
  return [
    ...optionsOf(before, after),
    ...(RULES[before.type] ?? []).flatMap(([path, scale, why]) => {
      const [old, now] = [before, after].map(({ inputs }) => valueAt(inputs, path) ?? DEFAULTS[path] ?? null);
      return isLess(scale, old ?? null, now ?? null)
        ? [{ path, before: old ?? null, after: now ?? null, why }]
        : [];
    }),
    ...expiries(before, after),
    ...settings(before, after),
  ];
}

function optionsOf(before: Resource, after: Resource): Lowering[] {
  const lowered: Lowering[] = [];
  if (before.protect && !after.protect) {
    const why = "The next change may delete or replace it without a word.";
    lowered.push({ path: "protect", before: true, after: false, why });
  }
  // Other things than data are retained for reasons of their own.
  const holds = holdingOf(before)?.kind === "data";
  if (holds && before.retain && !after.retain && !after.protect) {
    const why = "A deletion in the stack is then a deletion outside.";
    lowered.push({ path: "retainOnDelete", before: true, after: false, why });
  }
  return lowered;
}

function isLess(scale: Scale, before: Json, after: Json): boolean {
  if (scale === "on") return before === true && after !== true;
  if (scale === "off") return before !== true && after === true;
  if (scale === "more" || scale === "less") {
    const [old, now] = scale === "more" ? [before, after] : [after, before];
    // A retention of nothing, or that is not said, is for ever for logs and none for backups: neither is a guess to make.
    return typeof old === "number" && typeof now === "number" && now < old;
  }
  const [old, now] = [scale.indexOf(String(before)), scale.indexOf(String(after))];
  return old >= 0 && now > old;
}

const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const EXPIRIES = ["expiration.days", "noncurrentVersionExpiration.noncurrentDays"] as const;

/** Rules of a bucket that delete sooner than before, or where nothing was deleted before. */
function expiries(before: Resource, after: Resource): Lowering[] {
  if (before.type !== LIFECYCLE) return [];
  const [old, now] = [rulesOf(before), rulesOf(after)];
  return [...now].flatMap(([id, rule]) =>
    EXPIRIES.flatMap((path) => {
      const [was, is] = [valueAt(old.get(id), path) ?? null, valueAt(rule, path) ?? null];
      if (typeof is !== "number" || (typeof was === "number" && was <= is)) return [];
      const why = "Objects are deleted sooner than they were.";
      return [{ path: `rules[${id}].${path}`, before: was, after: is, why }];
    }),
  );
}

function rulesOf({ inputs }: Resource): Map<string, Json> {
  const rules = valueAt(inputs, "rules");
  const list = isList(rules) ? rules : [];
  return new Map(list.map((rule, index) => [String(valueAt(rule, "id") ?? index), rule]));
}

/** Settings of the platform that decide for how long something is kept, as the workload's own inputs tell them. */
const SETTINGS: readonly (readonly [service: string, name: string, scale: Scale, why: string])[] = [
  ["postgres-backup", "KEEP", "more", "Fewer dumps of each database are kept: the older ones are deleted."],
  ["postgres-backup", "EVERY_SECONDS", "less", "More work is lost when a dump has to be gone back to."],
  ["prometheus", "--storage.tsdb.retention.time", "more", "Older metrics are deleted."],
];

function settings(before: Resource, after: Resource): Lowering[] {
  const service = serviceOf(before);
  const [old, now] = [texts(before), texts(after)];
  return SETTINGS.flatMap(([member, name, scale, why]) => {
    const [was, is] = [numberIn(old, name), numberIn(now, name)];
    if (member !== service || was === undefined || is === undefined || !isLess(scale, was, is)) return [];
    return [{ path: name, before: was, after: is, why }];
  });
}

/** The service whose process a resource runs. */
export function serviceOf({ type, inputs }: Resource): string | undefined {
  if (type === "docker:index/container:Container") return labelsOf(inputs)[DOCKER.service];
  if (!type.startsWith("kubernetes:apps/v1:")) return undefined;
  const name = valueAt(inputs, `metadata.labels["${KUBERNETES.name}"]`);
  return typeof name === "string" ? name : undefined;
}

/** What a workload is told as text: `NAME=value` of its environment, and its command line. */
function texts({ inputs }: Resource): readonly string[] {
  const containers = valueAt(inputs, "spec.template.spec.containers");
  const all = isList(containers) ? containers : [inputs];
  return all.flatMap((container) =>
    ["envs", "env", "command", "args", "entrypoints"].flatMap((key) => {
      const list = valueAt(container, key);
      return (isList(list) ? list : []).flatMap((item) => {
        if (typeof item === "string") return [item];
        return isObject(item) ? [`${String(item["name"])}=${String(item["value"])}`] : [];
      });
    }),
  );
}

/** The number at the start of a setting's value: `15` in `--storage.tsdb.retention.time=15d`. */
function numberIn(list: readonly string[], name: string): number | undefined {
  const found = list.find((text) => text.startsWith(`${name}=`))?.slice(name.length + 1);
  const number = Number.parseFloat(found ?? "");
  return Number.isNaN(number) ? undefined : number;
}
