import type { ServiceState } from "../../core/metrics";

export { OtelAgent, type OtelAgentArgs } from "./agent";
export { OtelCollector, type OtelCollectorArgs, type OtlpDoor, otlpDoor } from "./collector";

/** How the state of the collector and the agent is read off their metrics. */
export const OTEL_STATES: readonly ServiceState[] = [
  { service: "otel-collector", expression: 'up{job="otel-collector"}' },
  // What the agent last said stays to be scraped for five minutes; its counter of the last minutes does not stand still.
  {
    service: "otel-agent",
    expression: 'changes(otelcol_process_uptime_seconds_total{service="otel-agent"}[2m]) > bool 0',
  },
];
