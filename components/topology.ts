/**
 * Who may talk to whom. Isolation, start order, identity, the diagram in the README and the reachability test are all
 * derived from this file; a connection that is not drawn here does not deploy.
 */

/** A member of the platform: a server that keeps running, or a job that acts for one and ends. */
interface Member {
  readonly kind: "server" | "job";
  readonly title: string;
  /** One line for a newcomer: what it is there for. */
  readonly does: string;
}

const catalogue = {
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
  redis: { kind: "server", title: "Redis", does: "job queue, cache and sessions" },
  "redis-exporter": { kind: "server", title: "Redis exporter", does: "metrics of Redis" },
  minio: { kind: "server", title: "MinIO", does: "object storage: images, uploads, exports" },
  "minio-setup": {
    kind: "job",
    title: "MinIO set-up",
    does: "creates one bucket, user and policy per client",
  },
  prometheus: { kind: "server", title: "Prometheus", does: "collects the metrics of every service" },
} as const satisfies Record<string, Member>;

export type ServiceName = keyof typeof catalogue;
export const members: Readonly<Record<ServiceName, Member>> = catalogue;
export const memberNames = Object.keys(catalogue) as readonly ServiceName[];

/** An arrow: `from` may open connections to `port` of `to`, and nobody else may. */
export interface Arrow {
  /** Number of its network. A new arrow takes a new one, and none is used again: networks of others never move. 0 is the edge. */
  readonly net: number;
  readonly from: ServiceName;
  readonly to: ServiceName;
  readonly port: string;
  /** Why it is there, as a sentence that starts with `from`. */
  readonly as: string;
}

export const arrows: readonly Arrow[] = [
  { net: 1, from: "gateway", to: "label-studio", port: "https", as: "brings people to the labelling UI" },
  { net: 2, from: "gateway", to: "minio", port: "s3", as: "brings browsers to presigned media" },
  { net: 3, from: "gateway", to: "minio", port: "console", as: "brings operators to the console" },
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
  { net: 19, from: "prometheus", to: "minio", port: "s3", as: "scrapes metrics" },
  { net: 20, from: "prometheus", to: "gateway", port: "metrics", as: "scrapes metrics" },
  { net: 21, from: "prometheus", to: "label-studio-exporter", port: "metrics", as: "scrapes metrics" },
  { net: 22, from: "prometheus", to: "postgres-exporter", port: "metrics", as: "scrapes metrics" },
  { net: 23, from: "prometheus", to: "redis-exporter", port: "metrics", as: "scrapes metrics" },
];

/** Name of an arrow; unique, stable, and part of the name of the network that carries it. */
export function arrowName(arrow: Arrow): string {
  return `${arrow.from}--${arrow.to}--${arrow.port}`;
}

export const arrowsFrom = (member: ServiceName): readonly Arrow[] =>
  arrows.filter((arrow) => arrow.from === member);
export const arrowsTo = (member: ServiceName): readonly Arrow[] =>
  arrows.filter((arrow) => arrow.to === member);

/** Where the outside comes in: the only ports that are published on the host or on a load balancer. */
export const edge: { readonly service: ServiceName; readonly ports: readonly string[] } = {
  service: "gateway",
  ports: ["https", "http"],
};
