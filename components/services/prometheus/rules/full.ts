import type { AlertGroup } from "./model";

const search: readonly AlertGroup[] = [
  {
    name: "semblance-alerts-elasticsearch",
    needs: ["elasticsearch-exporter"],
    alerts: [
      {
        name: "SearchIndexRed",
        expr: 'max(elasticsearch_cluster_health_status{color="red"}) == 1',
        for: "2m",
        severity: "critical",
        summary: "Elasticsearch is red",
        description: "Part of the indices can be neither searched nor written.",
      },
      {
        name: "SearchIndexDiskFull",
        expr: "elasticsearch_filesystem_data_available_bytes / (elasticsearch_filesystem_data_size_bytes > 0) < 0.1",
        for: "10m",
        severity: "warning",
        summary: "{{ $value | humanizePercentage }} of Elasticsearch's disk is free",
        description: "From 5 % on it makes indices read-only, and datasets can no longer be indexed.",
      },
      {
        name: "SearchIndexHeapHigh",
        expr: 'elasticsearch_jvm_memory_used_bytes{area="heap"} / (elasticsearch_jvm_memory_max_bytes{area="heap"} > 0) > 0.92',
        for: "15m",
        severity: "warning",
        summary: "Elasticsearch uses {{ $value | humanizePercentage }} of its heap",
        description: "It spends its time on collecting garbage, and refuses large requests.",
      },
    ],
  },
  {
    name: "semblance-alerts-weaviate",
    needs: ["weaviate"],
    alerts: [
      {
        name: "VectorSearchErrors",
        expr: 'sum(increase(weaviate_http_request_duration_seconds_count{job="weaviate",status_code=~"5.."}[10m])) > 5',
        for: "1m",
        severity: "warning",
        summary: "Weaviate answered {{ $value | humanize }} requests with an error in 10 minutes",
        description: "Notebooks get errors when they write or search embeddings.",
      },
    ],
  },
];

const work: readonly AlertGroup[] = [
  {
    name: "semblance-alerts-models",
    needs: ["ollama"],
    alerts: [
      {
        name: "ModelErrors",
        expr:
          'sum by (model) (increase(ollama_requests_total{outcome=~"error"}[10m])) ' +
          "/ sum by (model) (increase(ollama_requests_total[10m])) > 0.2 " +
          'and sum by (model) (increase(ollama_requests_total{outcome=~"error"}[10m])) > 2',
        for: "2m",
        severity: "warning",
        summary: "{{ $value | humanizePercentage }} of requests to {{ $labels.model }} fail",
        description: "Mostly the model does not fit into the memory limit, or is not there.",
      },
    ],
  },
  {
    name: "semblance-alerts-mlflow",
    needs: ["mlflow"],
    alerts: [
      {
        name: "TrackingErrors",
        expr: 'sum(increase(mlflow_http_requests_total{status=~"5.."}[10m])) > 5',
        for: "1m",
        severity: "warning",
        summary: "MLflow answered {{ $value | humanize }} requests with an error in 10 minutes",
        description: "Runs lose metrics or artifacts; look at the database and the object storage first.",
      },
    ],
  },
];

const telemetry: readonly AlertGroup[] = [
  {
    name: "semblance-alerts-collector",
    needs: ["otel-collector"],
    alerts: [
      {
        name: "TelemetryQueueFills",
        expr: "otelcol_exporter_queue_size / (otelcol_exporter_queue_capacity > 0) > 0.5",
        for: "5m",
        severity: "warning",
        summary:
          "The queue of {{ $labels.service }} to {{ $labels.exporter }} is {{ $value | humanizePercentage }} full",
        description:
          "The far side takes nothing, or not quickly enough. Nothing is lost until the queue is full.",
      },
      {
        name: "TelemetryLost",
        expr:
          "sum by (service, exporter) (increase(otelcol_exporter_send_failed_log_records_total[10m])) > 0 " +
          "or sum by (service, exporter) (increase(otelcol_exporter_send_failed_spans_total[10m])) > 0 " +
          "or sum by (service, exporter) (increase(otelcol_exporter_enqueue_failed_log_records_total[10m])) > 0 " +
          "or sum by (service, exporter) (increase(otelcol_exporter_enqueue_failed_spans_total[10m])) > 0",
        beginsWithFailure: [
          "otelcol_exporter_send_failed_log_records_total",
          "otelcol_exporter_send_failed_spans_total",
          "otelcol_exporter_enqueue_failed_log_records_total",
          "otelcol_exporter_enqueue_failed_spans_total",
        ],
        for: "1m",
        severity: "warning",
        summary: "{{ $labels.service }} loses what it should give to {{ $labels.exporter }}",
        description: "Log lines or spans are thrown away: the far side refuses them, or the queue is full.",
      },
    ],
  },
  {
    name: "semblance-alerts-logs",
    needs: ["loki"],
    alerts: [
      {
        name: "LogsMissing",
        expr: "sum(increase(loki_distributor_lines_received_total[15m])) == 0",
        for: "5m",
        severity: "critical",
        summary: "Loki gets no log lines",
        description: "Services always say something: the way from the containers to Loki is broken.",
      },
      {
        name: "LogsThrownAway",
        expr: "sum by (reason) (increase(loki_discarded_samples_total[15m])) > 0",
        beginsWithFailure: ["loki_discarded_samples_total"],
        for: "5m",
        severity: "warning",
        summary: "Loki throws log lines away: {{ $labels.reason }}",
        description: "A service logs more than its share, or lines that are too old or too long.",
      },
    ],
  },
  {
    name: "semblance-alerts-traces",
    needs: ["gateway", "otel-collector", "jaeger"],
    alerts: [
      {
        name: "TracesMissing",
        expr:
          'sum(increase(caddy_http_requests_total{server="public",handler="log_append"}[15m])) > 20 ' +
          'unless sum(increase(otelcol_exporter_sent_spans_total{service="otel-collector",exporter="otlp_http/jaeger"}[15m])) > 0',
        for: "5m",
        severity: "warning",
        summary: "{{ $value | humanize }} requests in 15 minutes, and not one span reached Jaeger",
        description:
          "The way of traces is broken: from the gateway to the collector, or from there to Jaeger.",
      },
    ],
  },
];

/** Which machine it is, where there are several. */
const ON_NODE = "{{ with $labels.node }} on node {{ . }}{{ end }}";

const capacity: readonly AlertGroup[] = [
  {
    name: "semblance-alerts-machine",
    needs: ["otel-collector"],
    alerts: [
      {
        name: "MachineDiskFull",
        expr:
          'sum by (node, mountpoint) (system_filesystem_usage_bytes{state="free"}) ' +
          "/ (sum by (node, mountpoint) (system_filesystem_usage_bytes) > 0) < 0.1",
        for: "5m",
        severity: "critical",
        summary: "{{ $value | humanizePercentage }} of {{ $labels.mountpoint }} is free" + ON_NODE,
        description: "All volumes lie there: when it is full, databases stop.",
      },
      {
        name: "MachineDiskFills",
        expr:
          'predict_linear(sum by (node, mountpoint) (system_filesystem_usage_bytes{state="free"})[6h:5m], 86400) < 0 ' +
          'and sum by (node, mountpoint) (system_filesystem_usage_bytes{state="free"}) ' +
          "/ (sum by (node, mountpoint) (system_filesystem_usage_bytes) > 0) < 0.3",
        for: "30m",
        severity: "warning",
        summary: "{{ $labels.mountpoint }} will be full within a day" + ON_NODE,
        description: "It has been filling at this pace for six hours.",
      },
      {
        name: "MachineMemoryHigh",
        expr: "1 - sum by (node) (system_linux_memory_available_bytes) / sum by (node) (system_memory_limit_bytes) > 0.92",
        for: "10m",
        severity: "warning",
        summary: "{{ $value | humanizePercentage }} of the machine's memory is in use" + ON_NODE,
        description: "The kernel will kill processes, whatever the limits of their containers.",
      },
    ],
  },
  {
    name: "semblance-alerts-containers",
    needs: ["container-exporter"],
    alerts: [
      {
        name: "ContainerMemoryHigh",
        expr: "container_memory_working_set_bytes / (container_memory_limit_bytes > 0) > 0.9",
        for: "10m",
        severity: "warning",
        summary: "{{ $labels.service }} uses {{ $value | humanizePercentage }} of its memory limit",
        description: "At the limit the kernel kills it, and it starts anew.",
      },
      {
        name: "ContainerKilled",
        expr: "increase(container_oom_events_total[15m]) > 0",
        for: "0s",
        severity: "warning",
        summary: "The kernel killed a process of {{ $labels.service }} for want of memory",
        description: "Its memory limit is too low for what it does.",
      },
      {
        name: "ContainerRestarts",
        expr: "increase(container_restarts_total[15m]) > 2",
        for: "0s",
        severity: "critical",
        summary: "{{ $labels.service }} starts again and again",
        description: "It ends by itself soon after each start.",
      },
    ],
  },
];

/** Alerts of the services that profile `full` adds. */
export const fullGroups: readonly AlertGroup[] = [...search, ...work, ...telemetry, ...capacity];
