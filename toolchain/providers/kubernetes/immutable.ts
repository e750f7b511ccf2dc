import type { Kind } from "./manifest";
import { groupOf } from "./kinds";

/**
 * What the API server does not let change in place, by kind: the official provider's list, so that a program is
 * replaced here where it is replaced there.
 */
const SELECTOR = ["spec.selector"];
const ROLE = ["roleRef"];
const JOB = ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"];
const STATEFUL_SET = [
  ...["podManagementPolicy", "revisionHistoryLimit", "selector", "serviceName", "volumeClaimTemplates"],
].map((field) => `spec.${field}`);
const VOLUME_SOURCES = [
  ...["awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc", "flexVolume"],
  ...["flocker", "gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "local", "nfs"],
  ...["photonPersistentDisk", "portworxVolume", "quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume"],
].map((source) => `spec.${source}`);
const POD = [
  ...["affinity", "automountServiceAccountToken", "dnsConfig", "dnsPolicy", "enableServiceLinks"],
  ...["hostAliases", "hostIPC", "hostNetwork", "hostPID", "hostname", "imagePullSecrets", "nodeName"],
  ...["nodeSelector", "overhead", "preemptionPolicy", "priority", "priorityClassName", "readinessGates"],
  ...["restartPolicy", "runtimeClassName", "schedulerName", "securityContext", "serviceAccount"],
  ...["serviceAccountName", "shareProcessNamespace", "subdomain", "terminationGracePeriodSeconds", "volumes"],
].map((field) => `spec.${field}`);
const CONTAINER = [
  ...["args", "command", "env", "image", "imagePullPolicy", "lifecycle", "livenessProbe", "ports"],
  ...["readinessProbe", "resources", "securityContext", "stdin", "stdinOnce", "terminationMessagePath"],
  ...["terminationMessagePolicy", "tty", "volumeDevices", "volumeMounts", "workingDir"],
].flatMap((field) => [`spec.containers[*].${field}`, `spec.initContainers[*].${field}`]);

const BY_KIND = new Map<string, readonly string[]>([
  ["apps/DaemonSet", SELECTOR],
  ["apps/Deployment", SELECTOR],
  ["apps/StatefulSet", STATEFUL_SET],
  ["batch/Job", JOB],
  ["/PersistentVolume", VOLUME_SOURCES],
  [
    "/PersistentVolumeClaim",
    ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  ],
  ["/Pod", [...POD, ...CONTAINER]],
  ["/ResourceQuota", ["spec.scopes"]],
  ["/Service", ["spec.clusterIP"]],
  ["rbac.authorization.k8s.io/ClusterRoleBinding", ROLE],
  ["rbac.authorization.k8s.io/RoleBinding", ROLE],
  ["storage.k8s.io/StorageClass", ["parameters", "provisioner"]],
]);

/** Settings of the provider under which content is changed in place. */
export interface Mutability {
  readonly configMaps: boolean;
  readonly secrets: boolean;
}

/** Paths whose change replaces an object of this kind. */
export function immutablePaths(kind: Kind, isFrozen: boolean, mutable: Mutability): readonly string[] {
  const identity = ["metadata.name", "metadata.namespace"];
  const name = `${groupOf(kind.apiVersion)}/${kind.kind}`;
  if (name === "/Secret")
    return [...identity, "type", ...(mutable.secrets && !isFrozen ? [] : ["data", "stringData"])];
  if (name === "/ConfigMap")
    return [...identity, ...(mutable.configMaps && !isFrozen ? [] : ["binaryData", "data"])];
  return [...identity, ...(BY_KIND.get(name) ?? [])];
}
