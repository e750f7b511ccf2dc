/** Series as promtool writes them: `metric{label="x"}`, and values such as `0x30` (0, then 30 times the same) or `0+5x30`. */
export type Series = Readonly<Record<string, string>>;

/** What must fire an alert, and what must not. A sample a minute; both are looked at at the same minute. */
export interface Case {
  readonly alert: string;
  readonly fires: Series;
  /** Much the same without the reason: it must be quiet. */
  readonly quiet: Series;
  /** Minutes after which it fires. @default 30 */
  readonly after?: number;
  /** Labels besides the name and the severity. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The summary as a person reads it. */
  readonly summary: string;
}

const edge = (metric: string, code: string, rest = ""): string =>
  `caddy_http_${metric}{server="public",handler="log_append",job="gateway",code="${code}"${rest}}`;
const other = 'caddy_http_request_duration_seconds_count{server="public",handler="subroute",code="502"}';
const backup = (metric: string): string =>
  `semblance_backup_${metric}{database="cats",server="postgres:5432",job="postgres-exporter"}`;
const queue = (state: string): string => `label_studio_queue_jobs{queue="low",state="${state}"}`;

/** Certificates of the rules under test, which pass the two limits two hours after promtool's beginning of time. */
export const CERTIFICATES = [
  { certificate: "postgres", notAfter: "1970-01-22T02:00:00Z" },
  { certificate: "redis", notAfter: "1970-01-04T02:00:00Z" },
] as const;

const platform: readonly Case[] = [
  {
    alert: "ServiceDown",
    fires: { redis_up: "1x5 0x30" },
    quiet: { redis_up: "1x30 0 1x10" },
    after: 31,
    labels: { service: "redis" },
    summary: "redis does not work",
  },
  {
    alert: "ScrapeFails",
    fires: { 'up{job="minio",instance="minio:8443"}': "0x40" },
    quiet: { 'up{job="minio",instance="minio:8443"}': "1x25 0x3 1x12" },
    labels: { job: "minio", instance: "minio:8443" },
    summary: "Prometheus gets no metrics of minio",
  },
  {
    alert: "RuleEvaluationFails",
    fires: { 'prometheus_rule_evaluation_failures_total{rule_group="/r.yml;edge"}': "0+1x40" },
    quiet: { 'prometheus_rule_evaluation_failures_total{rule_group="/r.yml;edge"}': "7x40" },
    labels: { rule_group: "/r.yml;edge" },
    summary: "Rules of /r.yml;edge cannot be evaluated",
  },
  {
    alert: "MetricsStoreFails",
    fires: { prometheus_tsdb_wal_writes_failed_total: "0+1x40" },
    quiet: {
      prometheus_tsdb_compactions_failed_total: "2x40",
      prometheus_tsdb_wal_corruptions_total: "0x40",
    },
    summary: "Prometheus cannot keep its data",
  },
  {
    alert: "AlertsNotDelivered",
    fires: { prometheus_notifications_alertmanagers_discovered: "0x40" },
    quiet: {
      prometheus_notifications_alertmanagers_discovered: "1x40",
      prometheus_notifications_errors_total: "3x40",
    },
    summary: "Prometheus cannot give its alerts to Alertmanager",
  },
  {
    alert: "NotificationsFail",
    fires: { 'alertmanager_notifications_failed_total{integration="email",reason="other"}': "0+1x40" },
    quiet: { 'alertmanager_notifications_failed_total{integration="email",reason="other"}': "0x40" },
    labels: { integration: "email" },
    summary: "Alertmanager cannot notify by email",
  },
];

const core: readonly Case[] = [
  {
    alert: "EdgeErrors",
    fires: {
      [edge("request_duration_seconds_count", "200")]: "0+90x40",
      [edge("request_duration_seconds_count", "502")]: "0+10x40",
    },
    // Errors of the same requests as other handlers count them are not counted again.
    quiet: {
      [edge("request_duration_seconds_count", "200")]: "0+90x40",
      [edge("request_duration_seconds_count", "502")]: "0+1x40",
      [other]: "0+50x40",
    },
    summary: "10% of requests at the gateway fail",
  },
  {
    alert: "EdgeSlow",
    fires: {
      [edge("response_duration_seconds_bucket", "200", ',le="5"')]: "0+5x60",
      [edge("response_duration_seconds_bucket", "200", ',le="10"')]: "0+10x60",
      [edge("response_duration_seconds_bucket", "200", ',le="+Inf"')]: "0+10x60",
      [edge("response_duration_seconds_count", "200")]: "0+10x60",
    },
    quiet: {
      [edge("response_duration_seconds_bucket", "200", ',le="5"')]: "0+10x60",
      [edge("response_duration_seconds_bucket", "200", ',le="10"')]: "0+10x60",
      [edge("response_duration_seconds_bucket", "200", ',le="+Inf"')]: "0+10x60",
      [edge("response_duration_seconds_count", "200")]: "0+10x60",
    },
    summary: "One request in twenty waits 9.5s or longer for its answer",
  },
  {
    alert: "LabelingQueueGrows",
    fires: { [queue("queued")]: "0+10x60" },
    // Long, and becoming shorter.
    quiet: { [queue("queued")]: "900-10x60" },
    summary: "300 background jobs wait, and they become more",
  },
  {
    alert: "LabelingJobsFail",
    fires: { [queue("failed")]: "7x20 9x20", [queue("queued")]: "9x40" },
    // Those of last week.
    quiet: { [queue("failed")]: "7x40", [queue("queued")]: "1+1x40" },
    summary: "2 background jobs of Label Studio failed within the hour",
  },
  {
    alert: "LabelingFiguresMissing",
    fires: { 'label_studio_exporter_source_up{source="redis"}': "0x40" },
    // Whether Label Studio answers is told by ServiceDown.
    quiet: {
      'label_studio_exporter_source_up{source="redis"}': "1x40",
      'label_studio_exporter_source_up{source="http"}': "0x40",
    },
    labels: { source: "redis" },
    summary: "Label Studio's exporter cannot read redis",
  },
  {
    alert: "PostgresConnectionsHigh",
    fires: {
      'pg_stat_database_numbackends{datname="a"}': "50x40",
      'pg_stat_database_numbackends{datname="b"}': "40x40",
      "pg_settings_max_connections{}": "100x40",
    },
    quiet: {
      'pg_stat_database_numbackends{datname="a"}': "50x40",
      'pg_stat_database_numbackends{datname="b"}': "20x40",
      "pg_settings_max_connections{}": "100x40",
    },
    summary: "90% of PostgreSQL's connections are in use",
  },
  {
    alert: "PostgresTransactionLong",
    fires: { 'pg_stat_activity_max_tx_duration{datname="a",state="idle in transaction"}': "7200x40" },
    quiet: { 'pg_stat_activity_max_tx_duration{datname="a",state="active"}': "60x40" },
    labels: { datname: "a" },
    summary: "A transaction in a has been open for 2h 0m 0s",
  },
  {
    alert: "BackupTooOld",
    fires: {
      [backup("last_success_timestamp_seconds")]: "300x60",
      [backup("interval_seconds")]: "600x60",
    },
    quiet: {
      [backup("last_success_timestamp_seconds")]: "0+60x60",
      [backup("interval_seconds")]: "600x60",
    },
    after: 40,
    labels: { database: "cats" },
    summary: "The last backup of cats is 35m 0s old",
  },
  {
    alert: "BackupFailed",
    fires: { [backup("failures")]: "0x10 3x40" },
    // One that failed, and went well when it was tried again.
    quiet: { [backup("failures")]: "0x20 1x9 0x40" },
    labels: { database: "cats" },
    summary: "The backup of cats failed 3 times in a row",
  },
  {
    alert: "RedisMemoryHigh",
    fires: { redis_memory_used_bytes: "90x40", redis_memory_max_bytes: "100x40" },
    // 0 stands for no limit.
    quiet: { redis_memory_used_bytes: "90x40", redis_memory_max_bytes: "0x40" },
    summary: "Redis uses 90% of its memory",
  },
  {
    alert: "RedisNotDurable",
    fires: { redis_aof_last_write_status: "0x40" },
    quiet: { redis_aof_last_write_status: "1x40", redis_aof_last_bgrewrite_status: "1x40" },
    summary: "Redis cannot write its file",
  },
  {
    alert: "ObjectStorageFull",
    fires: {
      minio_cluster_capacity_usable_free_bytes: "5x40",
      minio_cluster_capacity_usable_total_bytes: "100x40",
    },
    quiet: {
      minio_cluster_capacity_usable_free_bytes: "50x40",
      minio_cluster_capacity_usable_total_bytes: "100x40",
    },
    summary: "5% of the object storage is free",
  },
  {
    alert: "ObjectStorageOffline",
    fires: { minio_cluster_drive_offline_total: "1x40", minio_cluster_health_status: "1x40" },
    quiet: { minio_cluster_drive_offline_total: "0x40", minio_cluster_health_status: "1x40" },
    summary: "MinIO has lost its drive",
  },
];

/** A case for every alert of profile `core` but those of certificates, whose series come out of the rules themselves. */
export const coreCases: readonly Case[] = [...platform, ...core];
