import { LABEL as DOCKER } from "../../components/platforms/docker/names";
import { LABEL as KUBERNETES } from "../../components/platforms/kubernetes/names";
import { labelsOf } from "../commands/stack/state";
import type { Resource } from "./model";
import { isList, valueAt } from "./properties-path";

/** What is lost with a resource. */
export interface Holding {
  /** Data is acknowledged by its own name; what only opens data may be by a pattern. */
  readonly kind: "data" | "key" | "protected";
  /** What goes with it, as a sentence. */
  readonly lost: string;
}

interface Entry extends Holding {
  /** Whether this one does; the program says of some that they can be made again. */
  readonly when?: (resource: Resource) => boolean;
}

const data = (lost: string, when?: Entry["when"]): Entry =>
  when === undefined ? { kind: "data", lost } : { kind: "data", lost, when };

/**
 * The program says of each volume whether it is worth keeping (`onDown`), and protects those that are. A volume that the
 * project did not make says nothing, so it is taken for one that is.
 */
const isKeptVolume = (resource: Resource): boolean => {
  const labels = labelsOf(resource.inputs);
  if (labels[DOCKER.files] !== undefined) return false;
  return resource.protect || labels[DOCKER.volume] === undefined;
};
const isKeptClaim = (resource: Resource): boolean =>
  resource.protect ||
  valueAt(resource.inputs, `metadata.labels["${KUBERNETES.partOf}"]`) !== "semblance-curation";
const hasClaims = (resource: Resource): boolean => {
  const templates = valueAt(resource.inputs, "spec.volumeClaimTemplates");
  return isList(templates) && templates.length > 0;
};
const isProtected = (resource: Resource): boolean => resource.protect;

const PASSWORD: Entry = {
  kind: "key",
  lost: "What keeps it, such as an account in a database, lets nobody in who has another one (docs/adr/0002).",
  when: isProtected,
};
const KEY: Entry = {
  kind: "key",
  lost: "What was encrypted or signed with it can be read or verified by nobody any more (docs/adr/0002).",
  when: isProtected,
};
const AUTHORITY: Entry = {
  kind: "key",
  lost: "Every certificate of the stack goes with it, and every browser and client must be told to trust a new one.",
  when: isProtected,
};
const DATABASE = "Every database, table and user in it goes, and its automated backups go with it.";

/** What holds data, or opens it, by type. */
const HOLDINGS: Readonly<Record<string, Entry>> = {
  "docker:index/volume:Volume": data("Everything that is stored in it goes.", isKeptVolume),
  "kubernetes:core/v1:PersistentVolumeClaim": data(
    "Its volume goes with everything that is stored in it, unless the storage class keeps volumes.",
    isKeptClaim,
  ),
  "kubernetes:core/v1:PersistentVolume": data("Everything that is stored in it goes."),
  "kubernetes:apps/v1:StatefulSet": data(
    "One of another name starts with empty volumes, and with `whenDeleted: Delete` the claims go at once.",
    hasClaims,
  ),
  "aws:s3/bucket:Bucket": data("Every object and every version in it goes."),
  "aws:s3/bucketV2:BucketV2": data("Every object and every version in it goes."),
  "aws:rds/instance:Instance": data(DATABASE),
  "aws:rds/cluster:Cluster": data(DATABASE),
  "aws:elasticache/replicationGroup:ReplicationGroup": data("The queues and sessions in it go."),
  "aws:elasticache/cluster:Cluster": data("The queues and sessions in it go."),
  "aws:elasticache/serverlessCache:ServerlessCache": data("The queues and sessions in it go."),
  "aws:ebs/volume:Volume": data("Everything that is stored on it goes."),
  "aws:efs/fileSystem:FileSystem": data("Every file in it goes."),
  "aws:dynamodb/table:Table": data("Every item in it goes."),
  "aws:kms/key:Key": data("What is encrypted with it can be read by nobody after the waiting period."),
  "aws:ecr/repository:Repository": data("Every image in it goes: nothing that runs on one can start again."),
  "aws:cloudwatch/logGroup:LogGroup": data("Every log in it goes, the audit log included."),
  "aws:backup/vault:Vault": data("Every backup in it goes."),
  "aws:secretsmanager/secret:Secret": data("Its value goes, and what it opens stays closed."),
  "random:index/randomPassword:RandomPassword": PASSWORD,
  "random:index/randomString:RandomString": PASSWORD,
  "random:index/randomBytes:RandomBytes": KEY,
  "random:index/randomId:RandomId": KEY,
  "random:index/randomUuid:RandomUuid": KEY,
  "tls:index/privateKey:PrivateKey": AUTHORITY,
  "tls:index/selfSignedCert:SelfSignedCert": AUTHORITY,
};

const PROTECTED: Holding = {
  kind: "protected",
  lost: "The program says that it must not go (`protect`).",
};

/** What goes with a resource; undefined where it can be made again as it was. */
export function holdingOf(resource: Resource): Holding | undefined {
  const entry = HOLDINGS[resource.type];
  if (entry !== undefined && (entry.when?.(resource) ?? true)) return entry;
  return resource.protect ? PROTECTED : undefined;
}

/** Whether something of this type may hold data: a state without any has nothing to guard. */
export const mayHold = (resource: {
  readonly type: string;
  readonly protect?: boolean | undefined;
}): boolean => resource.protect === true || HOLDINGS[resource.type] !== undefined;
