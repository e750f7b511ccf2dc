import type { Debug } from "../../core/debug";
import { TLS } from "../../core/foundation";
import { FILES } from "../../core/workload";

/** Folder of everything that Loki keeps. */
export const DATA = "/loki";
/** The door for clients. */
export const PORT = 3100;
/** The door for the health check, on the loopback address only. */
export const HEALTH_PORT = 3101;
const GRPC_PORT = 9095;

/** What its clients' certificates are verified by. */
export const CLIENTS_CA = `${FILES}/tls/clients-ca.crt`;

/**
 * The attributes of a log record that become labels; a dot becomes an underscore. All others are kept beside the line as
 * structured metadata, the trace id among them: they can be searched, and make no stream of their own.
 */
export const LABEL_ATTRIBUTES = {
  ofResource: ["service.name", "stack", "job", "level"],
  ofRecord: ["level"],
} as const;

/** Loki's own file, for one process with everything in it. Its reference: grafana.com/docs/loki/latest/configure */
export function lokiConfiguration(retentionDays: number, { debug = false }: Debug = {}): object {
  const retention = `${retentionDays * 24}h`;
  return {
    // It has no tenants, and knows its clients by their certificates.
    auth_enabled: false,
    analytics: { reporting_enabled: false },
    tracing: { enabled: false },
    server: {
      http_listen_address: "0.0.0.0",
      http_listen_port: PORT,
      http_tls_config: {
        cert_file: TLS.certificate,
        key_file: TLS.key,
        client_auth_type: "RequireAndVerifyClientCert",
        client_ca_file: CLIENTS_CA,
      },
      tls_min_version: "VersionTLS12",
      // Its parts speak gRPC to each other; nobody else may.
      grpc_listen_address: "127.0.0.1",
      grpc_listen_port: GRPC_PORT,
      http_server_read_timeout: "60s",
      http_server_write_timeout: "60s",
      log_format: "json",
      log_level: debug ? "debug" : "info",
    },
    // Where `loki -health` asks, which can show no certificate. Without the last line it would also listen on a gRPC port of
    // all addresses.
    internal_server: {
      enable: true,
      http_listen_address: "127.0.0.1",
      http_listen_port: HEALTH_PORT,
      grpc_listen_address: "127.0.0.1",
    },
    common: {
      path_prefix: DATA,
      instance_addr: "127.0.0.1",
      replication_factor: 1,
      ring: { kvstore: { store: "inmemory" } },
      storage: {
        filesystem: { chunks_directory: `${DATA}/chunks`, rules_directory: `${DATA}/rules` },
      },
    },
    schema_config: {
      configs: [
        {
          from: "2024-01-01",
          store: "tsdb",
          object_store: "filesystem",
          schema: "v13",
          index: { prefix: "index_", period: "24h" },
        },
      ],
    },
    compactor: {
      working_directory: `${DATA}/compactor`,
      compaction_interval: "10m",
      retention_enabled: true,
      delete_request_store: "filesystem",
      retention_delete_delay: "2h",
      retention_delete_worker_count: 10,
    },
    limits_config: limits(retention),
    ...frugality(),
  };
}

function limits(retention: string): object {
  return {
    retention_period: retention,
    // Retention is the only thing that deletes: a client can have lines hidden from queries, and destroys none. (Were the
    // interface switched off altogether, Loki would log an error at each query.)
    deletion_mode: "filter-only",
    otlp_config: {
      resource_attributes: {
        ignore_defaults: true,
        attributes_config: [{ action: "index_label", attributes: LABEL_ATTRIBUTES.ofResource }],
      },
      log_attributes: [{ action: "index_label", attributes: LABEL_ATTRIBUTES.ofRecord }],
    },
    allow_structured_metadata: true,
    volume_enabled: true,
    // A line from before the retention would be deleted at once.
    reject_old_samples: true,
    reject_old_samples_max_age: retention,
    // One program that logs without end must not take the disk, nor the others' share.
    ingestion_rate_mb: 8,
    ingestion_burst_size_mb: 16,
    per_stream_rate_limit: "4MB",
    per_stream_rate_limit_burst: "16MB",
    max_global_streams_per_user: 2000,
    max_line_size: "256KB",
    max_line_size_truncate: true,
    // Nor may one query take all memory.
    query_timeout: "50s",
    max_query_parallelism: 4,
    tsdb_max_query_parallelism: 8,
    max_entries_limit_per_query: 5000,
    max_query_series: 1000,
    max_query_length: "721h",
    max_concurrent_tail_requests: 5,
    split_queries_by_interval: "6h",
  };
}

/** What keeps one process small and quick on a laptop. */
function frugality(): object {
  return {
    ingester: {
      // The process is the whole ring: it need not wait for others to come or to go.
      lifecycler: { min_ready_duration: "0s", final_sleep: "0s" },
      chunk_idle_period: "30m",
      max_chunk_age: "2h",
      wal: { enabled: true, dir: `${DATA}/wal`, replay_memory_ceiling: "128MB" },
    },
    querier: { max_concurrent: 2 },
    // Named, the one who hands out queries need not be looked for: ready in a second, not in ten.
    frontend: { max_outstanding_per_tenant: 256 },
    frontend_worker: { frontend_address: `127.0.0.1:${GRPC_PORT}` },
    query_range: { cache_results: false, cache_index_stats_results: false, cache_volume_results: false },
    chunk_store_config: { chunk_cache_config: { embedded_cache: { enabled: true, max_size_mb: 32 } } },
    // There are no rules in Loki: alerts are Prometheus' work.
    ruler: { enable_api: false },
  };
}
