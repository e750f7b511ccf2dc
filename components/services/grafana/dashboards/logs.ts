import { type Dashboard, lines, type Panel, promql, quantile, type Query, rate } from "./model";

const logql = (expr: string, legend?: string): Query => ({
  datasource: "loki",
  expr,
  ...(legend === undefined ? {} : { legend }),
});

const listing = (title: string, query: Query): Panel => ({ title, kind: "logs", queries: [query] });

/** What services say. */
export const logs: Dashboard = {
  uid: "semblance-logs",
  title: "Logs",
  description: "Lines of all services, by level; a line that belongs to a request leads to its trace.",
  rows: [
    {
      title: "How many",
      needs: ["loki"],
      panels: [
        {
          ...lines(
            "Lines by service",
            "short",
            logql(
              'sum by (service_name) (count_over_time({service_name=~".+"}[$__auto]))',
              "{{service_name}}",
            ),
          ),
          width: 12,
        },
        {
          ...lines(
            "Lines by level",
            "short",
            logql('sum by (level) (count_over_time({service_name=~".+"}[$__auto]))', "{{level}}"),
          ),
          width: 12,
        },
      ],
    },
    {
      title: "Errors and warnings",
      needs: ["loki"],
      panels: [
        listing("Errors and warnings", {
          ...logql('{service_name=~".+", level=~"warn|error|fatal"}'),
          mayBeEmpty: "no-error",
        }),
      ],
    },
    {
      title: "Everything",
      needs: ["loki"],
      panels: [listing("Everything", logql('{service_name=~".+"}'))],
    },
  ],
};

const SERVER = 'span_kind="SPAN_KIND_SERVER"';
const BY_SERVICE = "{{service_name}}";

const traces = (title: string, service: string): Panel => ({
  title,
  kind: "traces",
  queries: [{ datasource: "jaeger", expr: service, mayBeEmpty: "no-request" }],
});

/** What requests went through. */
export const requests: Dashboard = {
  uid: "semblance-traces",
  title: "Traces",
  description: "Requests and the spans that each service made of them; a trace leads to its log lines.",
  rows: [
    {
      title: "Spans",
      needs: ["otel-collector", "jaeger"],
      panels: [
        {
          ...lines(
            "Spans taken by the collector",
            "ops",
            promql(rate("otelcol_receiver_accepted_spans_total", "service"), "{{service}}", "no-request"),
          ),
          width: 12,
        },
        {
          ...lines(
            "Spans passed on",
            "ops",
            promql(
              rate("otelcol_exporter_sent_spans_total", "service, exporter"),
              "{{service}} {{exporter}}",
              "no-request",
            ),
          ),
          width: 12,
        },
      ],
    },
    {
      title: "Requests by service, out of their spans",
      needs: ["otel-collector"],
      panels: [
        {
          ...lines(
            "Requests",
            "reqps",
            promql(
              rate(`traces_span_metrics_calls_total{${SERVER}}`, "service_name"),
              BY_SERVICE,
              "no-request",
            ),
          ),
          width: 12,
        },
        {
          ...lines(
            "Time, 95 %",
            "s",
            promql(
              quantile(0.95, `traces_span_metrics_duration_seconds_bucket{${SERVER}}`, "service_name"),
              BY_SERVICE,
              "no-request",
            ),
          ),
          width: 12,
        },
      ],
    },
    {
      title: "Gateway",
      needs: ["jaeger", "gateway"],
      panels: [traces("Requests at the gateway", "gateway")],
    },
    {
      title: "Label Studio",
      needs: ["jaeger", "label-studio"],
      panels: [traces("Requests in Label Studio", "label-studio")],
    },
  ],
};
