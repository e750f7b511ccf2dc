import type { ServiceName } from "../../topology";

/** A tier has a namespace of its own: quotas, Pod Security and roles are given per tier. */
export const tiers = ["edge", "work", "data", "models", "monitoring", "nodes", "development"] as const;
export type Tier = (typeof tiers)[number];

/** The tier of each member. Jobs live beside the server that they act for. */
export const tierOf: Readonly<Record<ServiceName, Tier>> = {
  gateway: "edge",
  docs: "edge",
  "label-studio": "work",
  "label-studio-worker": "work",
  "label-studio-setup": "work",
  mlflow: "work",
  "mlflow-setup": "work",
  jupyter: "work",
  postgres: "data",
  "postgres-setup": "data",
  "postgres-backup": "data",
  redis: "data",
  minio: "data",
  "minio-setup": "data",
  elasticsearch: "data",
  "elasticsearch-setup": "data",
  weaviate: "data",
  "weaviate-setup": "data",
  ollama: "models",
  "ollama-setup": "models",
  prometheus: "monitoring",
  "label-studio-exporter": "monitoring",
  "postgres-exporter": "monitoring",
  "redis-exporter": "monitoring",
  "elasticsearch-exporter": "monitoring",
  "otel-collector": "monitoring",
  loki: "monitoring",
  jaeger: "monitoring",
  alertmanager: "monitoring",
  grafana: "monitoring",
  // They read files of their node, which Pod Security refuses to every other tier.
  "otel-agent": "nodes",
  "container-exporter": "nodes",
  pgweb: "development",
  mailpit: "development",
};
