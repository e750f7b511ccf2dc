import type { AlertGroup } from "./model";

/**
 * Every request passes `log_append`, the first step of the gateway's public server, once: so it counts requests, whatever
 * routes they take afterwards.
 */
export const EDGE_REQUESTS = 'server="public",handler="log_append"';

/** The door: what people see of everything else. */
const edge: AlertGroup = {
  name: "semblance-alerts-edge",
  needs: ["gateway"],
  alerts: [
    {
      name: "EdgeErrors",
      // A single failed request of a quiet night is no incident: there must be a few of them.
      expr:
        `sum(rate(caddy_http_request_duration_seconds_count{${EDGE_REQUESTS},code=~"5.."}[5m])) ` +
        `/ sum(rate(caddy_http_request_duration_seconds_count{${EDGE_REQUESTS}}[5m])) > 0.05 ` +
        `and sum(increase(caddy_http_request_duration_seconds_count{${EDGE_REQUESTS},code=~"5.."}[5m])) > 5`,
      for: "2m",
      severity: "critical",
      summary: "{{ $value | humanizePercentage }} of requests at the gateway fail",
      description:
        "People see error pages: the gateway cannot reach a service, or the service answers with errors.",
    },
    {
      name: "EdgeSlow",
      expr:
        `histogram_quantile(0.95, sum by (le) (rate(caddy_http_response_duration_seconds_bucket{${EDGE_REQUESTS}}[10m]))) > 5 ` +
        `and sum(increase(caddy_http_response_duration_seconds_count{${EDGE_REQUESTS}}[10m])) > 20`,
      for: "10m",
      severity: "warning",
      summary: "One request in twenty waits {{ $value | humanizeDuration }} or longer for its answer",
      description:
        "Pages open slowly. Time to the first byte is measured, so that long downloads do not count.",
    },
  ],
};

/** Labelling: the work that the platform is there for. */
const labelling: AlertGroup = {
  name: "semblance-alerts-labelling",
  needs: ["label-studio-exporter"],
  alerts: [
    {
      name: "LabelingQueueGrows",
      expr: 'sum(label_studio_queue_jobs{state="queued"}) > 50 and sum(deriv(label_studio_queue_jobs{state="queued"}[15m])) > 0',
      for: "15m",
      severity: "warning",
      summary: "{{ $value }} background jobs wait, and they become more",
      description: "Imports, exports and counters of projects come late.",
    },
    {
      name: "LabelingJobsFail",
      // Failed jobs stay in the list for a year: those of the last hour count.
      expr: 'sum(label_studio_queue_jobs{state="failed"} - min_over_time(label_studio_queue_jobs{state="failed"}[1h])) > 0',
      for: "1m",
      severity: "warning",
      summary: "{{ $value }} background jobs of Label Studio failed within the hour",
      description: "An import or an export did not happen, or figures of a project are out of date.",
    },
    {
      name: "LabelingFiguresMissing",
      expr: 'label_studio_exporter_source_up{source!="http"} == 0',
      for: "10m",
      severity: "warning",
      summary: "Label Studio's exporter cannot read {{ $labels.source }}",
      description: "Figures of projects, tasks or queues are missing, and their alerts cannot fire.",
    },
  ],
};

/** Stores of core: they fill up. */
const postgres: AlertGroup = {
  name: "semblance-alerts-postgres",
  needs: ["postgres-exporter"],
  alerts: [
    {
      name: "PostgresConnectionsHigh",
      expr: "sum(pg_stat_database_numbackends) / max(pg_settings_max_connections) > 0.8",
      for: "5m",
      severity: "warning",
      summary: "{{ $value | humanizePercentage }} of PostgreSQL's connections are in use",
      description: "When all are, services get no new one and answer with errors.",
    },
    {
      name: "PostgresTransactionLong",
      expr: "max by (datname) (pg_stat_activity_max_tx_duration) > 3600",
      for: "5m",
      severity: "warning",
      summary: "A transaction in {{ $labels.datname }} has been open for {{ $value | humanizeDuration }}",
      description: "It holds locks, and keeps PostgreSQL from clearing away old rows.",
    },
  ],
};

/** The dumps of PostgreSQL. */
const backups: AlertGroup = {
  name: "semblance-alerts-backups",
  needs: ["postgres-backup", "postgres-exporter"],
  alerts: [
    {
      name: "BackupTooOld",
      expr:
        "time() - max by (database) (semblance_backup_last_success_timestamp_seconds) " +
        "> 1.5 * max by (database) (semblance_backup_interval_seconds)",
      for: "15m",
      severity: "critical",
      // The time of a backup that does not exist is 0, so its age is that of 1970.
      summary:
        "{{ if gt $value 1e9 }}There is no backup of {{ $labels.database }}{{ else }}" +
        "The last backup of {{ $labels.database }} is {{ $value | humanizeDuration }} old{{ end }}",
      description:
        "What was written since then exists once: a broken disk or a mistake takes it away for good.",
    },
    {
      name: "BackupFailed",
      expr: "max by (database) (semblance_backup_failures) > 0",
      for: "15m",
      severity: "warning",
      summary: "The backup of {{ $labels.database }} failed {{ $value }} times in a row",
      description: "It is tried again, at least once an hour. The backups before it are still there.",
    },
  ],
};

const redis: AlertGroup = {
  name: "semblance-alerts-redis",
  needs: ["redis-exporter"],
  alerts: [
    {
      name: "RedisMemoryHigh",
      expr: "redis_memory_used_bytes / (redis_memory_max_bytes > 0) > 0.85",
      for: "5m",
      severity: "warning",
      summary: "Redis uses {{ $value | humanizePercentage }} of its memory",
      description: "Nothing is evicted: when it is full, logins and background jobs fail.",
    },
    {
      name: "RedisNotDurable",
      expr: "redis_aof_last_write_status == 0 or redis_aof_last_bgrewrite_status == 0",
      for: "5m",
      severity: "critical",
      summary: "Redis cannot write its file",
      description: "The next restart loses jobs and sessions. Mostly the disk is full.",
    },
  ],
};

const minio: AlertGroup = {
  name: "semblance-alerts-minio",
  needs: ["minio"],
  alerts: [
    {
      name: "ObjectStorageFull",
      expr: "minio_cluster_capacity_usable_free_bytes / (minio_cluster_capacity_usable_total_bytes > 0) < 0.1",
      for: "10m",
      severity: "warning",
      summary: "{{ $value | humanizePercentage }} of the object storage is free",
      description: "Uploads, exports and artifacts fail when it is full.",
    },
    {
      name: "ObjectStorageOffline",
      expr: "minio_cluster_drive_offline_total > 0 or minio_cluster_health_status == 0",
      for: "2m",
      severity: "critical",
      summary: "MinIO has lost its drive",
      description: "Media cannot be read or written.",
    },
  ],
};

/** Alerts of the services of profile `core`. */
export const coreGroups: readonly AlertGroup[] = [edge, labelling, postgres, backups, redis, minio];
