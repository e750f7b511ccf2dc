import type { Fixture } from "../rpc";

const labels = (name: string) => ({
  "app.kubernetes.io/name": name,
  "app.kubernetes.io/instance": "label-studio",
});

/** A Deployment or StatefulSet as charts write them when nobody sets a security context, limits or probes. */
const workload = (
  kind: "Deployment" | "StatefulSet",
  name: string,
  container: Fixture["props"],
): Fixture => ({
  type: `kubernetes:apps/v1:${kind}`,
  name,
  props: {
    metadata: { name, labels: labels(name) },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels(name) },
      template: {
        metadata: { labels: labels(name) },
        spec: { serviceAccountName: name, containers: [{ name, ...container }] },
      },
    },
  },
});

const account = (name: string): Fixture => ({
  type: "kubernetes:core/v1:ServiceAccount",
  name: `${name}-account`,
  props: { metadata: { name } },
});

const service = (name: string, port: number, type = "ClusterIP"): Fixture => ({
  type: "kubernetes:core/v1:Service",
  name: `${name}-service`,
  props: { metadata: { name }, spec: { type, selector: labels(name), ports: [{ port, targetPort: port }] } },
});

/**
 * Label Studio's chart with all its defaults, and the databases that come with it: what
 * `helm template label-studio heartex/label-studio` renders, the fields that rules look at.
 */
export const chart: readonly Fixture[] = [
  account("label-studio"),
  workload("Deployment", "label-studio-app", {
    image: "heartexlabs/label-studio:latest",
    imagePullPolicy: "IfNotPresent",
    env: [
      { name: "POSTGRE_HOST", value: "label-studio-postgresql" },
      { name: "POSTGRE_USER", value: "postgres" },
      {
        name: "POSTGRE_PASSWORD",
        valueFrom: { secretKeyRef: { name: "label-studio-postgresql", key: "postgres-password" } },
      },
      { name: "REDIS_LOCATION", value: "redis://label-studio-redis-headless:6379/1" },
      { name: "LABEL_STUDIO_HOST", value: "http://label-studio.example.com" },
    ],
    ports: [{ name: "http", containerPort: 8085 }],
    livenessProbe: { httpGet: { path: "/health", port: "http" } },
    readinessProbe: { httpGet: { path: "/version", port: "http" } },
    resources: {},
  }),
  service("label-studio-app", 80),
  {
    type: "kubernetes:networking.k8s.io/v1:Ingress",
    name: "label-studio",
    props: {
      metadata: { name: "label-studio" },
      spec: {
        rules: [
          {
            host: "label-studio.example.com",
            http: {
              paths: [
                {
                  path: "/",
                  pathType: "Prefix",
                  backend: { service: { name: "label-studio-app", port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    },
  },
  account("label-studio-postgresql"),
  workload("StatefulSet", "label-studio-postgresql", {
    image: "docker.io/bitnami/postgresql:13.8.0",
    env: [
      { name: "POSTGRES_DB", value: "labelstudio" },
      {
        name: "POSTGRES_PASSWORD",
        valueFrom: { secretKeyRef: { name: "label-studio-postgresql", key: "postgres-password" } },
      },
    ],
    securityContext: { runAsUser: 1001 },
    ports: [{ name: "tcp-postgresql", containerPort: 5432 }],
  }),
  service("label-studio-postgresql", 5432),
  {
    type: "kubernetes:core/v1:PersistentVolumeClaim",
    name: "label-studio-pvc",
    props: {
      metadata: { name: "label-studio-pvc" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } },
    },
  },
];
