import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const remote = "docker:index/remoteImage:RemoteImage";
const container = "docker:index/container:Container";
const DIGEST = `sha256:${"4f6c".repeat(16)}`;

const pulled = (name: string): Fixture => ({ type: remote, props: { name } });
const pod = (props: object): Fixture => ({
  type: "kubernetes:core/v1:Pod",
  props: { spec: { containers: [{ name: "web", ...props }] } },
});
const deployment = (props: object): Fixture => ({
  type: "kubernetes:apps/v1:DeploymentPatch",
  props: { spec: { template: { spec: { initContainers: [{ name: "web", ...props }] } } } },
});
const swarm = (image: string): Fixture => ({
  type: "docker:index/service:Service",
  props: { taskSpec: { containerSpec: { image } } },
});

const digest: Cases = {
  rule: "sc-01-image-digest",
  good: pulled(`docker.io/library/redis:8.2.1@${DIGEST}`),
  bad: pulled("redis:8.2.1"),
  unknown: pod({ image: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: pod({}),
  missingIs: "fine",
  canary: pulled(`registry.example.com/${CANARY}/web:1`),
  sibling: deployment({ image: "redis:8.2.1" }),
  more: [
    { name: "a digest cut short", is: "violation", of: pulled("redis@sha256:4f6c") },
    { name: "a service of Swarm", is: "violation", of: swarm("redis:8.2.1") },
    {
      name: "a container that names a tag itself",
      is: "violation",
      of: { type: container, props: { image: "redis:8.2.1" } },
    },
    {
      name: "a container by the id of its image",
      is: "fine",
      of: { type: container, props: { image: DIGEST } },
    },
    {
      name: "a container whose image somebody else pulls",
      is: "fine",
      of: { type: container, props: { image: UNKNOWN } },
    },
    {
      name: "one image that is not known beside one without a digest",
      is: "violation",
      of: {
        type: "kubernetes:core/v1:Pod",
        props: {
          spec: {
            containers: [
              { name: "a", image: UNKNOWN },
              { name: "b", image: "b:1" },
            ],
          },
        },
      },
    },
    {
      name: "an image as a volume",
      is: "violation",
      of: {
        type: "kubernetes:core/v1:Pod",
        props: { spec: { volumes: [{ name: "model", image: { reference: "ghcr.io/acme/model:1" } }] } },
      },
    },
  ],
};

const tags: Cases = {
  rule: "sc-02-no-moving-tag",
  good: pulled("grafana/grafana:13.2.0"),
  bad: pulled("grafana/grafana:latest"),
  unknown: pod({ image: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: pod({}),
  missingIs: "fine",
  canary: pulled(`registry.example.com:5000/${CANARY}/web`),
  sibling: deployment({ image: "grafana/grafana" }),
  more: [
    { name: "main, with a digest", is: "violation", of: pulled(`ghcr.io/acme/web:main@${DIGEST}`) },
    { name: "latest of a kind", is: "violation", of: pulled("pytorch/pytorch:latest-gpu") },
    { name: "a digest alone", is: "fine", of: pulled(`ghcr.io/acme/web@${DIGEST}`) },
    { name: "a day", is: "fine", of: pulled("ghcr.io/acme/web:nightly-2026-11-01") },
    { name: "a registry with a port", is: "fine", of: pulled("registry.example.com:5000/web:1.2") },
  ],
};

const registries: Cases = {
  rule: "sc-03-allowed-registries",
  good: pulled("redis:8.2.1"),
  bad: pulled("docker.io/rediss/redis:8.2.1"),
  unknown: pod({ image: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: pod({}),
  missingIs: "fine",
  canary: pulled(`registry.example.com/${CANARY}:1`),
  sibling: deployment({ image: "ghcr.io/acme/web:1" }),
  more: [
    { name: "a name that begins alike", is: "violation", of: pulled("docker.io/library-x/redis:8") },
    { name: "an official image, in full", is: "fine", of: pulled("index.docker.io/library/redis:8") },
    { name: "Kubernetes' own", is: "fine", of: pulled("registry.k8s.io/pause:3.10") },
  ],
};

const policy: Cases = {
  rule: "sc-04-pull-policy",
  good: pod({ image: "ghcr.io/acme/web:1.4", imagePullPolicy: "Always" }),
  bad: pod({ image: "ghcr.io/acme/web:1.4", imagePullPolicy: "IfNotPresent" }),
  unknown: pod({ image: "ghcr.io/acme/web:1.4", imagePullPolicy: UNKNOWN }),
  unknownIs: "fine",
  missing: pod({ image: "ghcr.io/acme/web:1.4" }),
  missingIs: "violation",
  canary: pod({ image: `ghcr.io/${CANARY}/web:1.4`, imagePullPolicy: "Never" }),
  sibling: deployment({ image: "ghcr.io/acme/web:1.4", imagePullPolicy: "Never" }),
  more: [
    {
      name: "with a digest",
      is: "fine",
      of: pod({ image: `ghcr.io/acme/web@${DIGEST}`, imagePullPolicy: "IfNotPresent" }),
    },
    { name: "latest, by itself", is: "fine", of: pod({ image: "ghcr.io/acme/web" }) },
    { name: "an image that is not known", is: "fine", of: pod({ image: UNKNOWN }) },
  ],
};

const dead: Cases = {
  rule: "sc-09-dead-images",
  good: pulled("jaegertracing/jaeger:2.20.0"),
  bad: pulled("jaegertracing/all-in-one:1.76.0"),
  unknown: pod({ image: UNKNOWN }),
  unknownIs: "fine",
  missing: pod({}),
  missingIs: "fine",
  canary: pod({ image: "bitnami/postgresql:16", env: [{ name: "A", value: CANARY }] }),
  sibling: deployment({ image: "docker.io/library/postgres:13.4-alpine" }),
  more: [
    {
      name: "MinIO's frozen image",
      is: "violation",
      of: pulled("quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z"),
    },
    { name: "another that begins alike", is: "fine", of: pulled("docker.io/bitnami-labs/sealed-secrets:1") },
    { name: "a version that is alive", is: "fine", of: pulled("postgres:17.11") },
    { name: "a version that begins alike", is: "fine", of: pulled("python:3.13-slim") },
    { name: "with a v before its version", is: "violation", of: pulled("traefik:v2.11.3") },
    {
      name: "a chart of Bitnami",
      is: "violation",
      of: {
        type: "kubernetes:helm.sh/v4:Chart",
        props: { chart: "postgresql", repositoryOpts: { repo: "https://charts.bitnami.com/bitnami/" } },
      },
    },
    {
      name: "a chart in a registry",
      is: "violation",
      of: {
        type: "kubernetes:helm.sh/v3:Release",
        props: { chart: "oci://registry-1.docker.io/bitnamicharts/redis" },
      },
    },
    { name: "machines with Amazon Linux 2", is: "violation", of: nodes({ amiType: "AL2_x86_64_GPU" }) },
    { name: "machines with Amazon Linux 2023", is: "fine", of: nodes({ amiType: "AL2023_x86_64_STANDARD" }) },
    {
      name: "a Kubernetes that ends next week",
      is: "violation",
      of: { type: "aws:eks/cluster:Cluster", props: { version: "1.34" } },
    },
  ],
};

function nodes(props: Fixture["props"]): Fixture {
  return { type: "aws:eks/nodeGroup:NodeGroup", props };
}

export const imageCases: readonly Cases[] = [digest, tags, registries, policy, dead];
