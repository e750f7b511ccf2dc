/** Which services a stack runs. Each holds all of the one before it. */
export const profiles = ["core", "full"] as const;
export type Profile = (typeof profiles)[number];

/** A member of the platform: a server that keeps running, or a job that acts for one and ends. */
export interface Member {
  readonly kind: "server" | "job";
  readonly title: string;
  /** One line for a newcomer: what it is there for. */
  readonly does: string;
  /** The smallest profile that it is part of; `development` is for stacks in development mode only. @default core */
  readonly since?: "full" | "development";
  /** Members without which it has nothing to do: where one is absent, it is too. */
  readonly needs?: readonly string[];
}

const core = {
  gateway: { kind: "server", title: "Gateway", does: "the one door: TLS, routes, roles, access log" },
  "label-studio": {
    kind: "server",
    title: "Label Studio",
    does: "the main UI and API: projects, tasks, annotations",
  },
  "label-studio-worker": {
    kind: "server",
    title: "Label Studio worker",
    does: "runs Label Studio's background jobs",
  },
  "label-studio-setup": {
    kind: "job",
    title: "Label Studio set-up",
    does: "migrates the database, creates the administrator",
  },
  "label-studio-exporter": {
    kind: "server",
    title: "Label Studio exporter",
    does: "metrics of projects, tasks and queues",
  },
  postgres: { kind: "server", title: "PostgreSQL", does: "metadata: tasks, annotations, users" },
  "postgres-setup": {
    kind: "job",
    title: "PostgreSQL set-up",
    does: "creates one role and database per client",
  },
  "postgres-exporter": { kind: "server", title: "PostgreSQL exporter", does: "metrics of PostgreSQL" },
  "postgres-backup": {
    kind: "server",
    title: "PostgreSQL backups",
    does: "dumps every database, and keeps the last ones",
    needs: ["postgres"],
  },
  redis: { kind: "server", title: "Redis", does: "job queue, cache and sessions" },
  "redis-exporter": { kind: "server", title: "Redis exporter", does: "metrics of Redis" },
  minio: { kind: "server", title: "MinIO", does: "object storage: images, uploads, exports" },
  "minio-setup": {
    kind: "job",
    title: "MinIO set-up",
    does: "creates one bucket, user and policy per client",
    needs: ["minio"],
  },
  prometheus: { kind: "server", title: "Prometheus", does: "collects the metrics of every service" },
} as const satisfies Record<string, Member>;

const full = {
  elasticsearch: {
    kind: "server",
    title: "Elasticsearch",
    does: "index of datasets and annotations",
    since: "full",
  },
  "elasticsearch-setup": {
    kind: "job",
    title: "Elasticsearch set-up",
    does: "creates index templates, roles and users",
    needs: ["elasticsearch"],
    since: "full",
  },
  "elasticsearch-exporter": {
    kind: "server",
    title: "Elasticsearch exporter",
    does: "metrics of Elasticsearch",
    needs: ["elasticsearch"],
    since: "full",
  },
  weaviate: { kind: "server", title: "Weaviate", does: "embeddings, and search by meaning", since: "full" },
  "weaviate-setup": {
    kind: "job",
    title: "Weaviate set-up",
    does: "creates collections and roles",
    needs: ["weaviate"],
    since: "full",
  },
  ollama: { kind: "server", title: "Ollama", does: "runs language models", since: "full" },
  "ollama-setup": {
    kind: "job",
    title: "Ollama set-up",
    does: "brings the models",
    needs: ["ollama"],
    since: "full",
  },
  mlflow: { kind: "server", title: "MLflow", does: "tracks experiments, runs and models", since: "full" },
  "mlflow-setup": {
    kind: "job",
    title: "MLflow set-up",
    does: "migrates the database, creates users",
    needs: ["mlflow"],
    since: "full",
  },
  jupyter: { kind: "server", title: "JupyterLab", does: "notebooks with every client set up", since: "full" },
  "otel-collector": {
    kind: "server",
    title: "OpenTelemetry Collector",
    does: "the one door for logs, traces and metrics",
    needs: ["loki", "jaeger"],
    since: "full",
  },
  "otel-agent": {
    kind: "server",
    title: "OpenTelemetry agent",
    does: "reads container logs and the host's metrics",
    needs: ["otel-collector"],
    since: "full",
  },
  "container-exporter": {
    kind: "server",
    title: "Container exporter",
    does: "CPU, memory and disk of every container",
    since: "full",
  },
  loki: { kind: "server", title: "Loki", does: "keeps and searches logs", since: "full" },
  jaeger: { kind: "server", title: "Jaeger", does: "keeps and searches traces", since: "full" },
  alertmanager: {
    kind: "server",
    title: "Alertmanager",
    does: "groups alerts and sends them on",
    since: "full",
  },
  grafana: {
    kind: "server",
    title: "Grafana",
    does: "dashboards, logs and traces in one place",
    needs: ["loki", "jaeger", "alertmanager"],
    since: "full",
  },
  docs: { kind: "server", title: "Documentation", does: "this project's guides and runbooks", since: "full" },
} as const satisfies Record<string, Member>;

const development = {
  pgweb: { kind: "server", title: "Pgweb", does: "a look into the databases", since: "development" },
  mailpit: { kind: "server", title: "Mailpit", does: "catches the mail that is sent", since: "development" },
} as const satisfies Record<string, Member>;

const catalogue = { ...core, ...full, ...development };

export type ServiceName = keyof typeof catalogue;
export const members: Readonly<Record<ServiceName, Member>> = catalogue;
export const memberNames = Object.keys(catalogue) as readonly ServiceName[];

/** Servers that a platform may buy instead of running them, by what it buys. */
export const managedServers = {
  s3: "minio",
  postgres: "postgres",
  redis: "redis",
} as const satisfies Record<string, ServiceName>;

/** Something that can be bought. */
export type ManagedService = keyof typeof managedServers;
