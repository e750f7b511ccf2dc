import { EDGE_REQUESTS } from "../edge";
import { type Dashboard, lines, promql, quantile, rate, stat } from "./model";

const duration = `caddy_http_request_duration_seconds_count{${EDGE_REQUESTS}}`;
const failed = `caddy_http_request_duration_seconds_count{${EDGE_REQUESTS},code=~"5.."}`;
const firstByte = `caddy_http_response_duration_seconds_bucket{${EDGE_REQUESTS}}`;

/** The first look: does everything work, and is somebody at work? */
export const overview: Dashboard = {
  uid: "semblance-overview",
  title: "Overview",
  description: "Whether every service works, what is wrong, and how much is going on.",
  rows: [
    {
      title: "Services",
      needs: [],
      panels: [
        {
          title: "State of services",
          kind: "state",
          width: 24,
          queries: [promql("semblance_service_up", "{{service}}")],
        },
        {
          ...lines(
            "Alerts that fire",
            "none",
            promql(
              'count by (alertname, severity) (ALERTS{alertstate="firing"})',
              "{{alertname}}",
              "no-error",
            ),
          ),
          width: 12,
        },
        {
          ...lines(
            "Days until certificates end",
            "none",
            promql("(semblance_certificate_not_after_timestamp_seconds - time()) / 86400", "{{certificate}}"),
          ),
          width: 12,
        },
      ],
    },
    {
      title: "Requests",
      needs: ["gateway"],
      panels: [
        lines("Requests at the gateway", "reqps", promql(rate(duration), "requests")),
        lines("Failed requests", "reqps", promql(rate(failed, "code"), "{{code}}", "no-error")),
        lines("Time to the first byte, 95 %", "s", promql(quantile(0.95, firstByte), "95 %")),
      ],
    },
    {
      title: "Labelling",
      needs: ["label-studio-exporter"],
      panels: [
        stat("Projects", "short", promql("label_studio_projects")),
        stat("Tasks", "short", promql("label_studio_tasks")),
        stat("Tasks finished", "short", promql("label_studio_tasks_finished")),
        stat("Annotations", "short", promql("label_studio_annotations")),
        stat("Annotators, 24 hours", "short", promql("label_studio_annotators_active")),
        stat("Jobs that wait", "short", promql('sum(label_studio_queue_jobs{state="queued"})')),
      ],
    },
  ],
};

/** The door. */
export const gateway: Dashboard = {
  uid: "semblance-gateway",
  title: "Gateway",
  description: "What people and programs ask for, how quickly it is answered, and what fails.",
  rows: [
    {
      title: "Requests",
      needs: ["gateway"],
      panels: [
        lines("Requests by status", "reqps", promql(rate(duration, "code"), "{{code}}")),
        lines("Requests by method", "reqps", promql(rate(duration, "method"), "{{method}}")),
        lines(
          "Requests in flight",
          "short",
          promql(`sum(caddy_http_requests_in_flight{${EDGE_REQUESTS}})`, "in flight"),
        ),
        lines(
          "Time to the first byte",
          "s",
          promql(quantile(0.5, firstByte), "50 %"),
          promql(quantile(0.95, firstByte), "95 %"),
          promql(quantile(0.99, firstByte), "99 %"),
        ),
        lines(
          "Bytes sent",
          "Bps",
          promql(rate(`caddy_http_response_size_bytes_sum{${EDGE_REQUESTS}}`), "sent"),
        ),
        lines(
          "Share of failed requests",
          "percentunit",
          promql(`${rate(failed)} / ${rate(duration)}`, "5xx", "no-error"),
        ),
      ],
    },
    {
      title: "Process",
      needs: ["gateway"],
      panels: [
        lines("Memory", "bytes", promql('process_resident_memory_bytes{job="gateway"}', "resident")),
        lines(
          "CPU cores",
          "short",
          promql('rate(process_cpu_seconds_total{job="gateway"}[$__rate_interval])', "cores"),
        ),
        lines("Open files", "short", promql('process_open_fds{job="gateway"}', "files")),
      ],
    },
  ],
};
