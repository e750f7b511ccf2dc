import type { ServiceName } from "./members";

/** An arrow: `from` may open connections to `port` of `to`, and nobody else may. */
export interface Arrow {
  /**
   * Number of its network. A new arrow takes a new one, and none is used again: networks of others never move. 0 is the edge.
   * Arrows between the same two share one, because a name leads to one address. So do two arrows to a server that can listen on
   * one address only; their clients do not listen there.
   */
  readonly net: number;
  readonly from: ServiceName;
  readonly to: ServiceName;
  readonly port: string;
  /** Leads to what a managed server does not have, or what others reach by a way of their own: gone where it is one. */
  readonly unlessManaged?: true;
  /** Why it is there, as a sentence that starts with `from`. */
  readonly as: string;
}

export const arrows: readonly Arrow[] = [
  { net: 1, from: "gateway", to: "label-studio", port: "https", as: "brings people to the labelling UI" },
  {
    net: 2,
    from: "gateway",
    to: "minio",
    port: "s3",
    unlessManaged: true,
    as: "brings browsers to presigned media",
  },
  {
    net: 2,
    from: "gateway",
    to: "minio",
    port: "console",
    unlessManaged: true,
    as: "brings operators to the console",
  },
  {
    net: 4,
    from: "gateway",
    to: "prometheus",
    port: "https",
    as: "brings operators to the metrics, and the home page to the state of services",
  },
  { net: 5, from: "label-studio", to: "postgres", port: "sql", as: "reads and writes its own database" },
  {
    net: 6,
    from: "label-studio",
    to: "redis",
    port: "redis",
    as: "queues jobs, keeps sessions and its cache",
  },
  { net: 7, from: "label-studio", to: "minio", port: "s3", as: "stores uploads in its own bucket" },
  {
    net: 8,
    from: "label-studio-worker",
    to: "postgres",
    port: "sql",
    as: "reads and writes Label Studio's database",
  },
  { net: 9, from: "label-studio-worker", to: "redis", port: "redis", as: "takes jobs from the queue" },
  { net: 10, from: "label-studio-worker", to: "minio", port: "s3", as: "reads imports and writes exports" },
  { net: 11, from: "label-studio-setup", to: "postgres", port: "sql", as: "migrates the database" },
  {
    net: 12,
    from: "label-studio-exporter",
    to: "label-studio",
    port: "https",
    as: "asks whether it is ready",
  },
  {
    net: 13,
    from: "label-studio-exporter",
    to: "postgres",
    port: "sql",
    as: "counts tasks and annotations, read-only",
  },
  {
    net: 14,
    from: "label-studio-exporter",
    to: "redis",
    port: "redis",
    as: "measures the queues, read-only",
  },
  { net: 15, from: "postgres-setup", to: "postgres", port: "sql", as: "creates roles and databases" },
  { net: 16, from: "postgres-exporter", to: "postgres", port: "sql", as: "reads statistics" },
  { net: 17, from: "redis-exporter", to: "redis", port: "redis", as: "reads statistics" },
  { net: 18, from: "minio-setup", to: "minio", port: "s3", as: "creates buckets, users and policies" },
  { net: 19, from: "prometheus", to: "minio", port: "s3", unlessManaged: true, as: "scrapes metrics" },
  { net: 20, from: "prometheus", to: "gateway", port: "metrics", as: "scrapes metrics" },
  { net: 21, from: "prometheus", to: "label-studio-exporter", port: "metrics", as: "scrapes metrics" },
  { net: 22, from: "prometheus", to: "postgres-exporter", port: "metrics", as: "scrapes metrics" },
  { net: 23, from: "prometheus", to: "redis-exporter", port: "metrics", as: "scrapes metrics" },
  { net: 24, from: "gateway", to: "jupyter", port: "https", as: "brings people to the notebooks" },
  { net: 25, from: "gateway", to: "mlflow", port: "https", as: "brings people to experiments and models" },
  { net: 26, from: "gateway", to: "grafana", port: "https", as: "brings people to the dashboards" },
  { net: 27, from: "gateway", to: "jaeger", port: "query", as: "brings operators to the traces" },
  { net: 28, from: "gateway", to: "alertmanager", port: "https", as: "brings operators to the alerts" },
  { net: 29, from: "gateway", to: "docs", port: "https", as: "brings people to the documentation" },
  { net: 30, from: "gateway", to: "otel-collector", port: "otlp", as: "sends a span per request" },
  { net: 31, from: "label-studio", to: "otel-collector", port: "otlp", as: "sends traces" },
  { net: 32, from: "label-studio-worker", to: "otel-collector", port: "otlp", as: "sends traces" },
  { net: 33, from: "mlflow", to: "postgres", port: "sql", as: "reads and writes its own database" },
  { net: 34, from: "mlflow-setup", to: "postgres", port: "sql", as: "migrates the database" },
  { net: 35, from: "mlflow", to: "minio", port: "s3", as: "stores artifacts in its own bucket" },
  { net: 36, from: "jupyter", to: "mlflow", port: "https", as: "logs runs and artifacts" },
  { net: 37, from: "jupyter", to: "minio", port: "s3", as: "reads and writes its own bucket" },
  { net: 38, from: "jupyter", to: "elasticsearch", port: "https", as: "indexes and searches datasets" },
  { net: 39, from: "jupyter", to: "weaviate", port: "https", as: "creates and searches collections" },
  { net: 39, from: "jupyter", to: "weaviate", port: "grpc", as: "writes and searches vectors" },
  { net: 41, from: "jupyter", to: "ollama", port: "https", as: "asks models" },
  { net: 42, from: "jupyter", to: "label-studio", port: "https", as: "reads tasks, writes predictions" },
  {
    net: 43,
    from: "elasticsearch-setup",
    to: "elasticsearch",
    port: "https",
    as: "creates templates, roles and users",
  },
  { net: 44, from: "elasticsearch-exporter", to: "elasticsearch", port: "https", as: "reads statistics" },
  { net: 45, from: "weaviate-setup", to: "weaviate", port: "https", as: "creates collections and roles" },
  { net: 46, from: "ollama-setup", to: "ollama", port: "https", as: "brings models" },
  { net: 47, from: "prometheus", to: "elasticsearch-exporter", port: "metrics", as: "scrapes metrics" },
  { net: 48, from: "prometheus", to: "weaviate", port: "metrics", as: "scrapes metrics" },
  { net: 49, from: "prometheus", to: "ollama", port: "https", as: "scrapes metrics" },
  { net: 50, from: "prometheus", to: "mlflow", port: "https", as: "scrapes metrics" },
  { net: 51, from: "prometheus", to: "jupyter", port: "https", as: "scrapes metrics" },
  { net: 52, from: "prometheus", to: "otel-collector", port: "metrics", as: "scrapes metrics" },
  { net: 53, from: "prometheus", to: "loki", port: "https", as: "scrapes metrics" },
  { net: 26, from: "prometheus", to: "grafana", port: "https", as: "scrapes metrics" },
  { net: 54, from: "prometheus", to: "alertmanager", port: "https", as: "sends alerts, scrapes metrics" },
  { net: 55, from: "prometheus", to: "container-exporter", port: "metrics", as: "scrapes metrics" },
  { net: 56, from: "prometheus", to: "docs", port: "https", as: "scrapes metrics" },
  {
    net: 57,
    from: "otel-agent",
    to: "otel-collector",
    port: "otlp",
    as: "sends logs and the host's metrics",
  },
  { net: 58, from: "otel-collector", to: "loki", port: "https", as: "writes logs" },
  { net: 59, from: "otel-collector", to: "jaeger", port: "otlp", as: "writes traces" },
  { net: 60, from: "jaeger", to: "otel-collector", port: "otlp", as: "sends its own metrics" },
  { net: 4, from: "grafana", to: "prometheus", port: "https", as: "queries metrics" },
  { net: 62, from: "grafana", to: "loki", port: "https", as: "queries logs" },
  { net: 27, from: "grafana", to: "jaeger", port: "query", as: "queries traces" },
  { net: 63, from: "grafana", to: "alertmanager", port: "https", as: "shows alerts and silences" },
  { net: 64, from: "gateway", to: "pgweb", port: "https", as: "brings operators to the databases" },
  { net: 65, from: "pgweb", to: "postgres", port: "sql", as: "reads every database" },
  { net: 66, from: "gateway", to: "mailpit", port: "https", as: "brings operators to the mail" },
  { net: 68, from: "alertmanager", to: "mailpit", port: "smtp", as: "sends mail" },
  { net: 69, from: "postgres-backup", to: "postgres", port: "sql", as: "dumps every database, read-only" },
];
