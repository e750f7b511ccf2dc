import type { Connection } from "../core/connection";
import type { ScrapeTarget, ServiceState } from "../core/metrics";
import { LABEL_STUDIO_STATES } from "../services/label-studio";
import type { Minio } from "../services/minio";
import { BACKUP_STATE } from "../services/postgres/backup-metrics";
import type { ServiceName } from "../topology";

/** MinIO's metrics, with the token that opens them. */
export function minioTarget(minio: Minio): ScrapeTarget {
  const connection = minio.metrics("prometheus");
  return {
    connection,
    path: "/minio/v2/metrics/cluster",
    credential: { kind: "bearer", token: connection.token },
  };
}

/** A connection for who asks again by himself, and so need not wait until the server is ready. */
export const unhurried = <C extends Connection>(connection: C): C => ({ ...connection, readyWhen: [] });

/** How the state of each service is read off its metrics: those that every stack has, and those whose state is that they answer. */
export const coreStates = (present: ReadonlySet<ServiceName>): readonly ServiceState[] => [
  ...LABEL_STUDIO_STATES,
  { service: "postgres", expression: "pg_up" },
  ...(present.has("postgres-backup") ? [BACKUP_STATE] : []),
  { service: "redis", expression: "redis_up" },
  ...ANSWERING.filter((service) => present.has(service)).map((service) => ({
    service,
    expression: `up{job="${service}"}`,
  })),
  ...(present.has("container-exporter") ? WITHOUT_METRICS : [])
    .filter((service) => present.has(service))
    .map((service) => ({ service, expression: `container_healthy{service="${service}"}` })),
];

const ANSWERING: readonly ServiceName[] = [
  "minio",
  "gateway",
  "prometheus",
  "alertmanager",
  "grafana",
  "docs",
  "container-exporter",
  "elasticsearch-exporter",
];

/** Those that only their health check speaks for. */
const WITHOUT_METRICS: readonly ServiceName[] = ["pgweb", "mailpit"];
