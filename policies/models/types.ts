/** Type tokens of Pulumi resources that several packs look at. */

/** Both ways in which the Kubernetes provider writes a kind: whole, and as a patch of what somebody else made. */
export const withPatch = (...types: readonly string[]): string[] =>
  types.flatMap((type) => [type, `${type}Patch`]);

/** Kinds of the core group: as the SDK calls them, and as a generic `CustomResource` with apiVersion v1 does. */
export const coreTypes = (...kinds: readonly string[]): string[] =>
  withPatch(...["core/v1", "v1"].flatMap((group) => kinds.map((kind) => `kubernetes:${group}:${kind}`)));

/** Kubernetes kinds that hold a pod. */
export const podTypes: readonly string[] = [
  ...coreTypes("Pod", "PodTemplate", "ReplicationController"),
  ...withPatch(
    ...["apps/v1", "apps/v1beta1", "apps/v1beta2"].flatMap((version) =>
      ["Deployment", "StatefulSet"].map((kind) => `kubernetes:${version}:${kind}`),
    ),
    ...["apps/v1", "apps/v1beta2"].flatMap((version) =>
      ["DaemonSet", "ReplicaSet"].map((kind) => `kubernetes:${version}:${kind}`),
    ),
    ...["Deployment", "DaemonSet", "ReplicaSet"].map((kind) => `kubernetes:extensions/v1beta1:${kind}`),
    "kubernetes:batch/v1:Job",
    ...["v1", "v1beta1", "v2alpha1"].map((version) => `kubernetes:batch/${version}:CronJob`),
  ),
];

/** Lists of such kinds, which one resource declares together. Nothing sees into them. */
export const podListTypes: readonly string[] = podTypes
  .filter((type) => !type.endsWith("Patch"))
  .map((type) => `${type}List`);

export const dockerContainer = "docker:index/container:Container";
export const dockerService = "docker:index/service:Service";
/** Docker's kinds that run something. */
export const dockerTypes: readonly string[] = [dockerContainer, dockerService];

/** Whatever runs containers, on Docker and on Kubernetes. */
export const workloadTypes: readonly string[] = [...podTypes, ...dockerTypes];

export const dockerVolume = "docker:index/volume:Volume";

/** Storage of a Kubernetes cluster, which may be a folder of a node. */
export const persistentVolumeTypes: readonly string[] = coreTypes("PersistentVolume");

/** The last part of a token: its kind, without what makes it a patch. */
export const kindOf = (type: string): string => (type.split(":").at(-1) ?? type).replace(/Patch$/, "");
