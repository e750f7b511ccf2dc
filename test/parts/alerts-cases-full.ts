import type { Case } from "./alerts-cases";

const disk = (state: string): string =>
  `system_filesystem_usage_bytes{mountpoint="/",state="${state}",job="otel-collector"}`;
const collector = 'service="otel-collector",exporter="otlphttp/loki"';
const model = (outcome: string): string => `ollama_requests_total{model="llama",outcome="${outcome}"}`;
const requests = 'caddy_http_requests_total{server="public",handler="log_append"}';
const spans = 'otelcol_exporter_sent_spans_total{service="otel-collector",exporter="otlp_http/jaeger"}';

const services: readonly Case[] = [
  {
    alert: "SearchIndexRed",
    fires: {
      'elasticsearch_cluster_health_status{color="red"}': "1x40",
      'elasticsearch_cluster_health_status{color="yellow"}': "0x40",
    },
    quiet: {
      'elasticsearch_cluster_health_status{color="red"}': "0x40",
      'elasticsearch_cluster_health_status{color="yellow"}': "1x40",
    },
    summary: "Elasticsearch is red",
  },
  {
    alert: "SearchIndexDiskFull",
    fires: {
      elasticsearch_filesystem_data_available_bytes: "8x40",
      elasticsearch_filesystem_data_size_bytes: "100x40",
    },
    quiet: {
      elasticsearch_filesystem_data_available_bytes: "20x40",
      elasticsearch_filesystem_data_size_bytes: "100x40",
    },
    summary: "8% of Elasticsearch's disk is free",
  },
  {
    alert: "SearchIndexHeapHigh",
    fires: {
      'elasticsearch_jvm_memory_used_bytes{area="heap"}': "95x40",
      'elasticsearch_jvm_memory_max_bytes{area="heap"}': "100x40",
    },
    // Outside of the heap it has no limit of its own.
    quiet: {
      'elasticsearch_jvm_memory_used_bytes{area="heap"}': "60x40",
      'elasticsearch_jvm_memory_max_bytes{area="heap"}': "100x40",
      'elasticsearch_jvm_memory_used_bytes{area="non-heap"}': "99x40",
      'elasticsearch_jvm_memory_max_bytes{area="non-heap"}': "0x40",
    },
    labels: { area: "heap" },
    summary: "Elasticsearch uses 95% of its heap",
  },
  {
    alert: "VectorSearchErrors",
    fires: {
      'weaviate_http_request_duration_seconds_count{job="weaviate",status_code="500",method="POST"}':
        "0+1x40",
    },
    quiet: {
      'weaviate_http_request_duration_seconds_count{job="weaviate",status_code="200",method="POST"}':
        "0+9x40",
    },
    summary: "Weaviate answered 10 requests with an error in 10 minutes",
  },
  {
    alert: "ModelErrors",
    fires: { [model("error")]: "0+1x40", [model("ok")]: "0+1x40" },
    quiet: { [model("error")]: "0+1x40", [model("ok")]: "0+99x40" },
    labels: { model: "llama" },
    summary: "50% of requests to llama fail",
  },
  {
    alert: "TrackingErrors",
    fires: { 'mlflow_http_requests_total{status="503",area="runs"}': "0+2x40" },
    quiet: { 'mlflow_http_requests_total{status="404",area="runs"}': "0+2x40" },
    summary: "MLflow answered 20 requests with an error in 10 minutes",
  },
];

const telemetry: readonly Case[] = [
  {
    alert: "TelemetryQueueFills",
    fires: {
      [`otelcol_exporter_queue_size{${collector}}`]: "80x40",
      [`otelcol_exporter_queue_capacity{${collector}}`]: "100x40",
    },
    quiet: {
      [`otelcol_exporter_queue_size{${collector}}`]: "80x24 0x20",
      [`otelcol_exporter_queue_capacity{${collector}}`]: "100x50",
    },
    labels: { service: "otel-collector", exporter: "otlphttp/loki" },
    summary: "The queue of otel-collector to otlphttp/loki is 80% full",
  },
  {
    alert: "TelemetryLost",
    fires: { [`otelcol_exporter_send_failed_log_records_total{${collector}}`]: "0+5x40" },
    quiet: { [`otelcol_exporter_send_failed_log_records_total{${collector}}`]: "5x40" },
    labels: { service: "otel-collector", exporter: "otlphttp/loki" },
    summary: "otel-collector loses what it should give to otlphttp/loki",
  },
  {
    alert: "LogsMissing",
    fires: { 'loki_distributor_lines_received_total{tenant="fake"}': "0+9x5 54x40" },
    quiet: { 'loki_distributor_lines_received_total{tenant="fake"}': "0+9x40" },
    summary: "Loki gets no log lines",
  },
  {
    alert: "LogsThrownAway",
    fires: { 'loki_discarded_samples_total{reason="rate_limited",tenant="fake"}': "0+3x40" },
    quiet: { 'loki_discarded_samples_total{reason="rate_limited",tenant="fake"}': "3x40" },
    labels: { reason: "rate_limited" },
    summary: "Loki throws log lines away: rate_limited",
  },
  {
    alert: "TracesMissing",
    fires: { [requests]: "0+4x40", [spans]: "7x40" },
    quiet: { [requests]: "0+4x40", [spans]: "0+4x40" },
    summary: "60 requests in 15 minutes, and not one span reached Jaeger",
  },
];

const capacity: readonly Case[] = [
  {
    alert: "MachineDiskFull",
    fires: { [disk("free")]: "5x40", [disk("used")]: "95x40" },
    quiet: { [disk("free")]: "40x40", [disk("used")]: "60x40" },
    labels: { mountpoint: "/" },
    summary: "5% of / is free",
  },
  {
    alert: "MachineDiskFills",
    fires: { [disk("free")]: "60-0.1x420", [disk("used")]: "140+0.1x420" },
    // Emptying, as after a clean-up.
    quiet: { [disk("free")]: "10+0.1x420", [disk("used")]: "190-0.1x420" },
    after: 400,
    labels: { mountpoint: "/" },
    summary: "/ will be full within a day",
  },
  {
    alert: "MachineMemoryHigh",
    fires: { system_linux_memory_available_bytes: "5x40", system_memory_limit_bytes: "100x40" },
    quiet: { system_linux_memory_available_bytes: "50x40", system_memory_limit_bytes: "100x40" },
    summary: "95% of the machine's memory is in use",
  },
  {
    alert: "ContainerMemoryHigh",
    fires: {
      'container_memory_working_set_bytes{service="mlflow"}': "95x40",
      'container_memory_limit_bytes{service="mlflow"}': "100x40",
    },
    quiet: {
      'container_memory_working_set_bytes{service="mlflow"}': "95x24 40x20",
      'container_memory_limit_bytes{service="mlflow"}': "100x50",
    },
    labels: { service: "mlflow" },
    summary: "mlflow uses 95% of its memory limit",
  },
  {
    alert: "ContainerKilled",
    fires: { 'container_oom_events_total{service="ollama"}': "0x25 1x20" },
    quiet: { 'container_oom_events_total{service="ollama"}': "1x50" },
    labels: { service: "ollama" },
    summary: "The kernel killed a process of ollama for want of memory",
  },
  {
    alert: "ContainerRestarts",
    fires: { 'container_restarts_total{service="loki"}': "0x20 1 2 3 4 5x20" },
    quiet: { 'container_restarts_total{service="loki"}': "0x25 1x20" },
    labels: { service: "loki" },
    summary: "loki starts again and again",
  },
];

/** A case for every alert that profile `full` adds. */
export const fullCases: readonly Case[] = [...services, ...telemetry, ...capacity];

const nodeDisk = (node: string, state: string): string =>
  `system_filesystem_usage_bytes{node="${node}",mountpoint="/",state="${state}",job="otel-collector"}`;
const full = { [nodeDisk("a", "free")]: "5x40", [nodeDisk("a", "used")]: "95x40" };
const roomy = (node: string): Case["quiet"] => ({
  [nodeDisk(node, "free")]: "90x40",
  [nodeDisk(node, "used")]: "10x40",
});

/** Of several machines: one that is in need is not hidden by the others, and is named. */
export const nodeCases: readonly Case[] = [
  {
    alert: "MachineDiskFull",
    fires: { ...full, ...roomy("b") },
    quiet: { ...roomy("a"), ...roomy("b") },
    labels: { node: "a", mountpoint: "/" },
    summary: "5% of / is free on node a",
  },
  {
    alert: "MachineMemoryHigh",
    fires: {
      'system_linux_memory_available_bytes{node="a"}': "5x40",
      'system_memory_limit_bytes{node="a"}': "100x40",
      'system_linux_memory_available_bytes{node="b"}': "90x40",
      'system_memory_limit_bytes{node="b"}': "100x40",
    },
    quiet: {
      'system_linux_memory_available_bytes{node="a"}': "50x40",
      'system_memory_limit_bytes{node="a"}': "100x40",
    },
    labels: { node: "a" },
    summary: "95% of the machine's memory is in use on node a",
  },
];
