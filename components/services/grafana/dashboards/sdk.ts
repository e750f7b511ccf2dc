/**
 * Grafana's Foundation SDK, as far as it is used here. It is imported by file: its package names its parts in `exports` only,
 * which TypeScript does not read under `moduleResolution: node10`, and has no part that holds all.
 */
export type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
export * as common from "@grafana/grafana-foundation-sdk/common";
export * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
export { PanelBuilder as BarsBuilder } from "@grafana/grafana-foundation-sdk/bargauge";
export { PanelBuilder as LogsBuilder } from "@grafana/grafana-foundation-sdk/logs";
export { DataqueryBuilder as LokiBuilder } from "@grafana/grafana-foundation-sdk/loki";
export { DataqueryBuilder as PrometheusBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
export { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
export { PanelBuilder as TableBuilder } from "@grafana/grafana-foundation-sdk/table";
export { PanelBuilder as TimeseriesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
