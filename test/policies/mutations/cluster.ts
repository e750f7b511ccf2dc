import type { Mutation } from "../mutate";

const core = (kind: string, name: string) =>
  ({ stack: "prod", type: `kubernetes:core/v1:${kind}`, name }) as const;
const namespace = core("Namespace", "namespaces-data");
const storage = { stack: "prod", type: "kubernetes:storage.k8s.io/v1:StorageClass" } as const;

/** Namespaces of the cluster, its storage, and what refers to what. */
export const clusterMutations: readonly Mutation[] = [
  {
    what: "pods of the databases may do a little more",
    ...namespace,
    set: { "metadata.labels[pod-security.kubernetes.io/enforce]": "baseline" },
    caughtBy: "wl-13-pod-security-labels",
  },
  {
    what: "pods at the edge may do anything",
    ...core("Namespace", "namespaces-edge"),
    set: { "metadata.labels[pod-security.kubernetes.io/enforce]": "privileged" },
    caughtBy: "wl-13-pod-security-labels",
  },
  {
    what: "nothing says what pods of the models may do",
    ...core("Namespace", "namespaces-models"),
    unset: ["metadata.labels[pod-security.kubernetes.io/enforce]"],
    caughtBy: "wl-13-pod-security-labels",
  },
  {
    what: "what people work with may take the whole cluster",
    ...core("ResourceQuota", "namespaces-work-quota"),
    gone: true,
    caughtBy: "op-07-quotas",
  },
  {
    what: "the quota of the databases limits nothing",
    ...core("ResourceQuota", "namespaces-data-quota"),
    set: { "spec.hard": {} },
    caughtBy: "op-07-quotas",
  },
  {
    what: "a container at the edge that says nothing has no limits",
    ...core("LimitRange", "namespaces-edge-defaults"),
    gone: true,
    caughtBy: "op-07-quotas",
  },
  {
    what: "a namespace appears in which nothing is refused",
    ...core("Namespace", "namespaces-playground"),
    add: { apiVersion: "v1", kind: "Namespace", metadata: { name: "playground" } },
    caughtBy: "net-02-default-deny",
    also: ["op-01-required-labels", "op-07-quotas", "wl-13-pod-security-labels"],
  },
  {
    what: "the disks of the cluster are not encrypted",
    ...storage,
    set: { "parameters.encrypted": "false" },
    caughtBy: "ear-03-storage-class-encrypted",
  },
  {
    what: "nothing says that the disks of the cluster are encrypted",
    ...storage,
    unset: ["parameters.encrypted"],
    caughtBy: "ear-03-storage-class-encrypted",
  },
  {
    what: "the disks of the cluster are folders of its nodes",
    ...storage,
    set: { provisioner: "rancher.io/local-path", parameters: {} },
    caughtBy: "ear-04-claims-encrypted",
  },
  {
    what: "a deleted claim takes its disk along",
    ...storage,
    set: { reclaimPolicy: "Delete" },
    caughtBy: "op-02-data-protected",
  },
  {
    what: "PostgreSQL asks for a disk of the cluster's older class",
    ...core("PersistentVolumeClaim", "postgres-data"),
    set: { "spec.storageClassName": "gp2" },
    caughtBy: "ear-04-claims-encrypted",
  },
  {
    what: "the notebooks take whichever class of disk is the default",
    ...core("PersistentVolumeClaim", "jupyter-home"),
    unset: ["spec.storageClassName"],
    caughtBy: "ear-04-claims-encrypted",
  },
  {
    what: "the exports of Label Studio's worker pass over a disk of another class",
    stack: "prod",
    type: "kubernetes:apps/v1:Deployment",
    name: "label-studio-worker",
    set: {
      "spec.template.spec.volumes[data].ephemeral.volumeClaimTemplate.spec.storageClassName": "gp2",
    },
    caughtBy: "ear-04-claims-encrypted",
  },
  {
    what: "anybody's `pulumi destroy` takes the databases along",
    ...core("PersistentVolumeClaim", "postgres-data"),
    unprotected: true,
    caughtBy: "op-02-data-protected",
  },
  {
    what: "anybody's `pulumi destroy` takes the backups along",
    ...core("PersistentVolumeClaim", "postgres-backup-data"),
    unprotected: true,
    caughtBy: "op-02-data-protected",
  },
  {
    what: "the claims of Elasticsearch go with the set",
    stack: "prod",
    type: "kubernetes:apps/v1:StatefulSet",
    name: "elasticsearch",
    set: { "spec.persistentVolumeClaimRetentionPolicy": { whenDeleted: "Delete", whenScaled: "Retain" } },
    caughtBy: "op-02-data-protected",
  },
  {
    what: "a volume of the cluster is a folder of a node",
    ...core("PersistentVolume", "shared"),
    add: {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: "shared", labels: { "app.kubernetes.io/part-of": "semblance-curation" } },
      spec: {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOnce"],
        hostPath: { path: "/srv/shared" },
      },
    },
    caughtBy: "wl-08-few-host-paths",
  },
  {
    what: "the claim of the vectors is gone, and the pod waits for it",
    ...core("PersistentVolumeClaim", "weaviate-data"),
    gone: true,
    caughtBy: "op-08-pod-references",
  },
  {
    what: "the configuration of Redis is gone, and the pod waits for it",
    ...core("ConfigMap", "redis-files"),
    gone: true,
    caughtBy: "op-08-pod-references",
  },
  {
    what: "the secrets of Grafana are gone, and the pod waits for them",
    ...core("Secret", "grafana-files"),
    gone: true,
    caughtBy: "op-08-pod-references",
  },
  {
    what: "the address of PostgreSQL leads to nobody",
    ...core("Service", "postgres-service"),
    set: { "spec.selector[app.kubernetes.io/name]": "postgresql" },
    caughtBy: "op-08-selector-matches-pods",
  },
  {
    what: "a budget is about pods that are not there",
    stack: "prod",
    type: "kubernetes:policy/v1:PodDisruptionBudget",
    set: { "spec.selector.matchLabels[app.kubernetes.io/name]": "load-balancers" },
    caughtBy: "op-08-selector-matches-pods",
    also: ["op-04-copies"],
  },
  {
    what: "an autoscaler scales what is not there",
    stack: "prod",
    type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
    name: "web",
    add: {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "web", namespace: "semblance-prod-work" },
      spec: {
        minReplicas: 2,
        maxReplicas: 4,
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "label-studio-web" },
      },
    },
    caughtBy: "op-08-autoscaler-target",
  },
  {
    what: "the class of disks that encrypts is gone",
    ...storage,
    gone: true,
    caughtBy: "ear-04-claims-encrypted",
  },
];
