import type { Debug } from "../../core/debug";
import { TLS } from "../../core/foundation";
import type { OtlpConnection } from "../../core/telemetry";
import { FILES } from "../../core/workload";

/** The folder that both images have, writable for everybody: a new volume takes owner and mode from the folder that it covers. */
export const DATA = "/tmp";
/** OTLP over HTTP. */
export const OTLP_PORT = 4318;
/** The API for queries, and the pages. */
export const QUERY_PORT = 16686;
/** The door for the health check, on the loopback address only. */
export const HEALTH_PORT = 13133;
const QUERY_GRPC_PORT = 16685;

/** What the certificates of those who write, and of those who read, are verified by. */
export const WRITERS_CA = `${FILES}/tls/writers-ca.crt`;
export const READERS_CA = `${FILES}/tls/readers-ca.crt`;
/** The header with which Jaeger shows the collector who it is. */
export const AUTHORIZATION = `${FILES}/secrets/otlp-authorization`;

/** What the configuration is made of. */
export interface JaegerSettings extends Debug {
  /** Addresses on which it takes spans. */
  readonly otlpListen: readonly string[];
  /** The address on which it answers queries: it can have one only. */
  readonly queryListen: string;
  readonly retentionDays: number;
  readonly memoryMiB: number;
  /** Where its own metrics go. */
  readonly telemetry: OtlpConnection | undefined;
}

const STORE = "traces";

/** Jaeger's file: that of an OpenTelemetry Collector with an exporter to Jaeger's storage. */
export function jaegerConfiguration(settings: JaegerSettings): object {
  const receivers = settings.otlpListen.map((address, i) => [
    `otlp/${i}`,
    { protocols: { http: { endpoint: `${address}:${OTLP_PORT}`, tls: mutualTls(WRITERS_CA) } } },
  ]);
  return {
    receivers: Object.fromEntries(receivers),
    processors: {
      memory_limiter: {
        check_interval: "1s",
        limit_mib: Math.floor(settings.memoryMiB * 0.75),
        spike_limit_mib: Math.floor(settings.memoryMiB * 0.2),
      },
    },
    // Neither queue nor batches here: the collector has both, and what it was told to be written is on the volume, kill or not.
    exporters: { jaeger_storage_exporter: { trace_storage: STORE } },
    extensions: {
      jaeger_storage: {
        backends: {
          [STORE]: {
            badger: {
              ephemeral: false,
              directories: { keys: `${DATA}/jaeger/keys`, values: `${DATA}/jaeger/values` },
              ttl: { spans: `${settings.retentionDays * 24}h` },
            },
          },
        },
      },
      jaeger_query: {
        storage: { traces: STORE },
        // It would send spans about queries to a collector on its own loopback address.
        enable_tracing: false,
        http: { endpoint: `${settings.queryListen}:${QUERY_PORT}`, tls: mutualTls(READERS_CA) },
        grpc: { endpoint: `127.0.0.1:${QUERY_GRPC_PORT}` },
      },
      healthcheckv2: {
        use_v2: true,
        component_health: { include_permanent_errors: true },
        http: { endpoint: `127.0.0.1:${HEALTH_PORT}` },
      },
    },
    service: {
      extensions: ["jaeger_storage", "jaeger_query", "healthcheckv2"],
      pipelines: {
        traces: {
          receivers: receivers.map(([name]) => name),
          processors: ["memory_limiter"],
          exporters: ["jaeger_storage_exporter"],
        },
      },
      telemetry: {
        resource: { "service.name": "jaeger" },
        logs: { level: settings.debug ? "debug" : "info", encoding: "json", output_paths: ["stdout"] },
        metrics:
          settings.telemetry === undefined
            ? { level: "none" }
            : { level: "normal", readers: [metricsReader(settings.telemetry)] },
      },
    },
  };
}

const mutualTls = (clients: string): object => ({
  cert_file: TLS.certificate,
  key_file: TLS.key,
  client_ca_file: clients,
  min_version: "1.2",
});

/** Sends its metrics every half minute. Jaeger's page of metrics has no TLS, so it has none. */
function metricsReader({ address }: OtlpConnection): object {
  return {
    periodic: {
      interval: 30_000,
      timeout: 10_000,
      exporter: {
        otlp: {
          protocol: "http/protobuf",
          endpoint: `https://${address.host}:${address.port}/v1/metrics`,
          certificate: TLS.ca,
          headers: [{ name: "Authorization", value: `\${file:${AUTHORIZATION}}` }],
        },
      },
    },
  };
}
