import type { MutualTlsConnection } from "../../core/connection";
import { clientTls, TLS } from "../../core/foundation";
import { FILES } from "../../core/workload";
import { health, memoryLimiter, ownReceiver, queue, storage, telemetry } from "./common";
import { quote } from "./ottl";
import { redactAttributes, redactText } from "./redaction";

/** The door for OTLP over HTTP. */
export const OTLP_PORT = 4318;
export const METRICS_PORT = 8889;

/** Folder of the queues. */
export const DATA = "/var/lib/otelcol";

/** Who may send, and who may scrape: a bcrypt hash each. */
export const HTPASSWD = {
  clients: `${FILES}/secrets/clients.htpasswd`,
  scrape: `${FILES}/secrets/scrape.htpasswd`,
} as const;

/** What the collector's file depends on. */
export interface CollectorSettings {
  readonly stack: string;
  readonly otlpListen: readonly string[];
  readonly metricsListen: string;
  readonly loki: MutualTlsConnection;
  readonly jaeger: MutualTlsConnection;
}

const tls = { cert_file: TLS.certificate, key_file: TLS.key, min_version: "1.2" };

/** The collector's file. Its reference: opentelemetry.io/docs/collector/configuration */
export function collectorConfiguration(settings: CollectorSettings): object {
  const doors = settings.otlpListen.map((address, i): [string, object] => [
    `otlp/${i}`,
    {
      protocols: {
        http: { endpoint: `${address}:${OTLP_PORT}`, tls, auth: { authenticator: "basicauth/clients" } },
      },
    },
  ]);
  const receivers = doors.map(([name]) => name);
  return {
    extensions: {
      "basicauth/clients": { htpasswd: { file: HTPASSWD.clients } },
      "basicauth/scrape": { htpasswd: { file: HTPASSWD.scrape } },
      file_storage: storage(DATA),
      health_check: health,
    },
    receivers: { ...Object.fromEntries(doors), "otlp/own": ownReceiver },
    processors: processors(settings.stack),
    connectors: { spanmetrics },
    exporters: {
      "otlp_http/loki": exporter(settings.loki, "/otlp"),
      "otlp_http/jaeger": exporter(settings.jaeger, ""),
      prometheus: {
        endpoint: `${settings.metricsListen}:${METRICS_PORT}`,
        tls,
        auth: { authenticator: "basicauth/scrape" },
        enable_open_metrics: true,
        without_scope_info: true,
      },
    },
    service: {
      telemetry: telemetry("otel-collector"),
      extensions: ["basicauth/clients", "basicauth/scrape", "file_storage", "health_check"],
      pipelines: {
        traces: {
          receivers,
          processors: ["memory_limiter", "resource/sender", "transform/sender", "transform/traces"],
          exporters: ["otlp_http/jaeger", "spanmetrics"],
        },
        logs: {
          receivers,
          processors: ["memory_limiter", "resource/sender", "transform/sender", "transform/logs"],
          exporters: ["otlp_http/loki"],
        },
        metrics: {
          receivers: [...receivers, "otlp/own", "spanmetrics"],
          processors: ["memory_limiter", "resource/sender", "transform/sender", "transform/metrics"],
          exporters: ["prometheus"],
        },
      },
    },
  };
}

/** A store that wants a certificate, behind a queue that survives its restarts and the collector's own. */
function exporter(to: MutualTlsConnection, path: string): object {
  const shown = clientTls(to.server);
  return {
    endpoint: `https://${to.address.host}:${to.address.port}${path}`,
    tls: { ca_file: TLS.ca, cert_file: shown.certificate, key_file: shown.key, min_version: "1.2" },
    ...queue(256, "refuse"),
  };
}

/** Rate, errors and duration of what every service does, out of its spans. */
const spanmetrics = {
  histogram: {
    unit: "s",
    explicit: { buckets: ["5ms", "25ms", "100ms", "250ms", "500ms", "1s", "2500ms", "5s", "10s"] },
  },
  dimensions: [{ name: "http.route" }, { name: "http.response.status_code" }],
  exemplars: { enabled: true },
  metrics_flush_interval: "15s",
  // Beyond it new combinations are counted together: nobody fills Prometheus by asking for odd addresses.
  aggregation_cardinality_limit: 2000,
};

const SENDER = "semblance.sender";
const resource = (name: string): string => `resource.attributes[${quote(name)}]`;

function processors(stack: string): object {
  // Who sends is who logged in, whatever it calls itself. Only the agent speaks for others.
  const named = [
    `set(${resource("service.name")}, ${resource(SENDER)}) where ${resource(SENDER)} != nil and ${resource(SENDER)} != "otel-agent"`,
    `set(${resource("stack")}, ${quote(stack)})`,
    `delete_key(resource.attributes, ${quote(SENDER)})`,
  ];
  const sender = [{ context: "resource", statements: named }];
  const service = `datapoint.attributes[${quote("service")}]`;
  return {
    memory_limiter: memoryLimiter,
    "resource/sender": {
      attributes: [{ key: SENDER, from_context: "auth.username", action: "upsert" }],
    },
    "transform/sender": {
      error_mode: "ignore",
      trace_statements: sender,
      log_statements: sender,
      metric_statements: sender,
    },
    "transform/traces": {
      error_mode: "ignore",
      trace_statements: [
        { context: "resource", statements: redactAttributes("resource.attributes") },
        { context: "span", statements: redactAttributes("span.attributes") },
        { context: "spanevent", statements: redactAttributes("spanevent.attributes") },
      ],
    },
    // The agent has done so already; this is for programs that send their own.
    "transform/logs": {
      error_mode: "ignore",
      log_statements: [
        { context: "log", statements: [...redactText("log.body"), ...redactAttributes("log.attributes")] },
      ],
    },
    // One label says whose a series is. Left to itself the exporter makes "job" and "instance" of the resource, which
    // Prometheus has its own of, and a series of all other attributes.
    "transform/metrics": {
      error_mode: "ignore",
      metric_statements: [
        {
          context: "datapoint",
          statements: [
            `set(${service}, ${resource("service.name")}) where datapoint.attributes[${quote("service.name")}] == nil`,
          ],
        },
        { context: "resource", statements: ["keep_keys(resource.attributes, [])"] },
      ],
    },
  };
}
