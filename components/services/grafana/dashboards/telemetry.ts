import { type Dashboard, lines, promql, quantile, rate } from "./model";

/** What watches: it must work itself. */
export const telemetry: Dashboard = {
  uid: "semblance-telemetry",
  title: "Telemetry",
  description: "Prometheus, Alertmanager, the collectors and Loki: whether what they show is complete.",
  rows: [
    {
      title: "Prometheus",
      needs: [],
      panels: [
        lines("Targets", "short", promql("up", "{{job}}")),
        lines("Time of scrapes", "s", promql("scrape_duration_seconds", "{{job}}")),
        lines("Series by target", "short", promql("scrape_samples_post_metric_relabeling", "{{job}}")),
        lines("Series in memory", "short", promql("prometheus_tsdb_head_series", "series")),
        lines("Size on disk", "bytes", promql("prometheus_tsdb_storage_blocks_bytes", "blocks")),
        lines(
          "Rules that failed",
          "ops",
          promql(rate("prometheus_rule_evaluation_failures_total", "rule_group"), "{{rule_group}}"),
        ),
      ],
    },
    {
      title: "Alerts",
      needs: ["alertmanager"],
      panels: [
        lines("Alerts", "short", promql("alertmanager_alerts", "{{state}}")),
        lines(
          "Notifications",
          "ops",
          promql(rate("alertmanager_notifications_total", "integration"), "{{integration}}"),
        ),
        lines(
          "Notifications that failed",
          "ops",
          promql(rate("alertmanager_notifications_failed_total", "integration"), "{{integration}}"),
        ),
      ],
    },
    {
      title: "Collectors",
      needs: ["otel-collector"],
      panels: [
        lines(
          "Log lines taken",
          "ops",
          promql(rate("otelcol_receiver_accepted_log_records_total", "service"), "{{service}}"),
        ),
        lines(
          "Log lines passed on",
          "ops",
          promql(
            rate("otelcol_exporter_sent_log_records_total", "service, exporter"),
            "{{service}} {{exporter}}",
          ),
        ),
        lines(
          "Filling of queues",
          "percentunit",
          promql("otelcol_exporter_queue_size / otelcol_exporter_queue_capacity", "{{service}} {{exporter}}"),
        ),
        lines(
          "Refused",
          "ops",
          promql(rate("otelcol_receiver_refused_log_records_total", "service"), "logs", "no-error"),
          promql(rate("otelcol_receiver_refused_spans_total", "service"), "spans", "no-error"),
        ),
        lines("Memory", "bytes", promql("otelcol_process_memory_rss_bytes", "{{service}}")),
      ],
    },
    {
      title: "Loki",
      needs: ["loki"],
      panels: [
        lines("Lines received", "ops", promql(rate("loki_distributor_lines_received_total"), "lines")),
        lines("Bytes received", "Bps", promql(rate("loki_distributor_bytes_received_total"), "bytes")),
        lines("Streams", "short", promql("sum(loki_ingester_memory_streams)", "streams")),
        lines(
          "Lines thrown away",
          "ops",
          promql(rate("loki_discarded_samples_total", "reason"), "{{reason}}", "no-error"),
        ),
        lines(
          "Time of requests, 95 %",
          "s",
          promql(quantile(0.95, "loki_request_duration_seconds_bucket", "route"), "{{route}}"),
        ),
      ],
    },
  ],
};
