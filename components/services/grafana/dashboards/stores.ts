import { type Dashboard, lines, promql, rate, type Row } from "./model";

const DATABASE = 'datname!~"template.*|"';

const postgres: Row = {
  title: "PostgreSQL",
  needs: ["postgres-exporter"],
  panels: [
    lines(
      "Connections",
      "short",
      promql(`sum by (datname) (pg_stat_database_numbackends{${DATABASE}})`, "{{datname}}"),
      promql("max(pg_settings_max_connections)", "limit"),
    ),
    lines(
      "Transactions",
      "ops",
      promql(rate(`pg_stat_database_xact_commit{${DATABASE}}`, "datname"), "{{datname}}"),
    ),
    lines(
      "Transactions rolled back",
      "ops",
      promql(rate(`pg_stat_database_xact_rollback{${DATABASE}}`, "datname"), "{{datname}}"),
    ),
    lines("Size", "bytes", promql(`pg_database_size_bytes{${DATABASE}}`, "{{datname}}")),
    lines(
      "Found in memory",
      "percentunit",
      promql(
        `sum by (datname) (pg_stat_database_blks_hit{${DATABASE}}) / (sum by (datname) ` +
          `(pg_stat_database_blks_hit{${DATABASE}} + pg_stat_database_blks_read{${DATABASE}}) > 0)`,
        "{{datname}}",
      ),
    ),
    lines(
      "Longest transaction",
      "s",
      promql("max by (datname) (pg_stat_activity_max_tx_duration)", "{{datname}}"),
    ),
    lines("Locks", "short", promql("sum by (mode) (pg_locks_count)", "{{mode}}")),
    lines(
      "Deadlocks",
      "ops",
      promql(rate(`pg_stat_database_deadlocks{${DATABASE}}`, "datname"), "{{datname}}"),
    ),
  ],
};

const backups: Row = {
  title: "Backups of PostgreSQL",
  needs: ["postgres-backup", "postgres-exporter"],
  panels: [
    lines(
      "Age of the newest",
      "s",
      promql(
        "time() - (max by (database) (semblance_backup_last_success_timestamp_seconds) > 0)",
        "{{database}}",
      ),
      promql("1.5 * max(semblance_backup_interval_seconds)", "alert"),
    ),
    lines("Size", "bytes", promql("max by (database) (semblance_backup_size_bytes)", "{{database}}")),
    lines("Time taken", "s", promql("max by (database) (semblance_backup_duration_seconds)", "{{database}}")),
    lines("Kept", "short", promql("max by (database) (semblance_backup_copies)", "{{database}}")),
    lines(
      "Failures since the last good one",
      "short",
      promql("max by (database) (semblance_backup_failures)", "{{database}}"),
    ),
  ],
};

const redis: Row = {
  title: "Redis",
  needs: ["redis-exporter"],
  panels: [
    lines(
      "Memory",
      "bytes",
      promql("redis_memory_used_bytes", "used"),
      promql("redis_memory_max_bytes", "limit"),
    ),
    lines("Commands", "ops", promql("rate(redis_commands_processed_total[$__rate_interval])", "commands")),
    lines("Clients", "short", promql("redis_connected_clients", "connected")),
    lines("Keys", "short", promql("redis_db_keys", "{{db}}")),
    lines(
      "Found in the cache",
      "percentunit",
      promql(
        "rate(redis_keyspace_hits_total[$__rate_interval]) / " +
          "(rate(redis_keyspace_hits_total[$__rate_interval]) + rate(redis_keyspace_misses_total[$__rate_interval]))",
        "hits",
      ),
    ),
    lines("Network", "Bps", promql("rate(redis_net_output_bytes_total[$__rate_interval])", "sent")),
  ],
};

const minio: Row = {
  title: "MinIO",
  needs: ["minio"],
  panels: [
    lines(
      "Capacity",
      "bytes",
      promql("minio_cluster_capacity_usable_total_bytes", "usable"),
      promql("minio_cluster_capacity_usable_free_bytes", "free"),
    ),
    lines("Requests", "reqps", promql(rate("minio_s3_requests_total", "api"), "{{api}}", "no-request")),
    lines(
      "Requests with errors",
      "reqps",
      promql(rate("minio_s3_requests_errors_total", "api"), "{{api}}", "no-error"),
    ),
    lines("Objects", "short", promql("minio_cluster_usage_object_total", "objects", "no-data")),
    lines("Size of objects", "bytes", promql("minio_cluster_usage_total_bytes", "bytes", "no-data")),
    lines(
      "Traffic",
      "Bps",
      promql(rate("minio_s3_traffic_received_bytes"), "received"),
      promql(rate("minio_s3_traffic_sent_bytes"), "sent"),
    ),
  ],
};

/** Where data lies. */
export const stores: Dashboard = {
  uid: "semblance-stores",
  title: "Stores",
  description: "PostgreSQL, Redis and MinIO: load, size, and what is left.",
  rows: [postgres, backups, redis, minio],
};
