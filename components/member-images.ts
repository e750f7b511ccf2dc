import type { ImageName } from "./images";
import type { ServiceName } from "./topology";

/** The image that each member runs: known before the program runs, so that only what a stack needs is fetched. */
export const imageOf: Readonly<Record<ServiceName, ImageName>> = {
  gateway: "caddy",
  "label-studio": "label-studio",
  "label-studio-worker": "label-studio",
  "label-studio-setup": "label-studio",
  "label-studio-exporter": "label-studio",
  postgres: "postgres",
  "postgres-setup": "postgres",
  "postgres-exporter": "postgres-exporter",
  redis: "redis",
  "redis-exporter": "redis-exporter",
  minio: "minio",
  "minio-setup": "minio",
  prometheus: "prometheus",
  elasticsearch: "elasticsearch",
  "elasticsearch-setup": "elasticsearch",
  "elasticsearch-exporter": "elasticsearch-exporter",
  weaviate: "weaviate",
  "weaviate-setup": "label-studio",
  ollama: "ollama",
  "ollama-setup": "ollama",
  mlflow: "mlflow",
  "mlflow-setup": "mlflow",
  jupyter: "jupyter",
  "otel-collector": "otel-collector",
  "otel-agent": "otel-collector",
  "container-exporter": "container-exporter",
  loki: "loki",
  jaeger: "jaeger",
  alertmanager: "alertmanager",
  grafana: "grafana",
  docs: "caddy",
  pgweb: "pgweb",
  mailpit: "mailpit",
};

/** The images of these members, each once. */
export const imagesOf = (
  members: Iterable<ServiceName>,
  engine: SearchImage = "elasticsearch",
): ImageName[] => [
  ...new Set([...members].map((member) => (imageOf[member] === "elasticsearch" ? engine : imageOf[member]))),
];

/** The images that can stand behind the name `elasticsearch`. */
export type SearchImage = "elasticsearch" | "opensearch";
