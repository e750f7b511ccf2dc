import type { Dashboard, DatasourceName, Panel, Query, Row } from "./model";
import {
  BarsBuilder,
  type Builder,
  common,
  dashboard,
  type Dataquery,
  LogsBuilder,
  LokiBuilder,
  PrometheusBuilder,
  StatBuilder,
  TableBuilder,
  TimeseriesBuilder,
} from "./sdk";

const GREEN = "green";
const RED = "red";

/** Reference to a provisioned data source. */
export const datasourceRef = (name: DatasourceName): common.DataSourceRef => ({ type: name, uid: name });

/** A dashboard with these rows, as Grafana reads it from a file. */
export function build({ uid, title, description }: Dashboard, rows: readonly Row[]): dashboard.Dashboard {
  const builder = new dashboard.DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(["semblance"])
    .readonly()
    .refresh("30s")
    .time({ from: "now-3h", to: "now" })
    .timezone("browser")
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .link(
      new dashboard.DashboardLinkBuilder("Semblance")
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags(["semblance"])
        .asDropdown(true)
        .keepTime(true),
    );
  for (const row of rows) {
    builder.withRow(new dashboard.RowBuilder(row.title));
    for (const panel of row.panels) builder.withPanel(panelOf(panel));
  }
  return builder.build();
}

function panelOf(panel: Panel): Builder<dashboard.Panel> {
  const [first] = panel.queries;
  const builder = look(panel)
    .title(panel.title)
    .datasource(datasourceRef(first.datasource))
    .targets(panel.queries.map((query, i) => target(query, String.fromCharCode(65 + i), panel.kind)))
    .span(panel.width ?? (panel.kind === "logs" || panel.kind === "traces" ? 24 : 8))
    .height(heightOf(panel));
  return panel.description === undefined ? builder : builder.description(panel.description);
}

const heightOf = ({ kind }: Panel): number => (kind === "stat" ? 4 : kind === "logs" ? 16 : 8);

function look(panel: Panel) {
  switch (panel.kind) {
    case "timeseries":
      return new TimeseriesBuilder()
        .unit(panel.unit ?? "short")
        .fillOpacity(10)
        .showPoints(common.VisibilityMode.Never)
        .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi))
        .legend(
          new common.VizLegendOptionsBuilder()
            .showLegend(true)
            .displayMode(common.LegendDisplayMode.List)
            .placement(common.LegendPlacement.Bottom),
        );
    case "stat":
      return new StatBuilder().unit(panel.unit ?? "short").reduceOptions(lastValue());
    case "state":
      return new StatBuilder()
        .reduceOptions(lastValue())
        .colorMode(common.BigValueColorMode.Background)
        .thresholds(
          new dashboard.ThresholdsConfigBuilder().mode(dashboard.ThresholdsMode.Absolute).steps([
            { value: null, color: RED },
            { value: 1, color: GREEN },
          ]),
        )
        .mappings([
          {
            type: dashboard.MappingType.ValueToText,
            options: {
              "0": { text: "down", color: RED, index: 0 },
              "1": { text: "up", color: GREEN, index: 1 },
            },
          },
        ]);
    case "bars":
      return new BarsBuilder()
        .unit(panel.unit ?? "short")
        .orientation(common.VizOrientation.Horizontal)
        .reduceOptions(lastValue());
    case "logs":
      return new LogsBuilder()
        .showTime(true)
        .enableLogDetails(true)
        .sortOrder(common.LogsSortOrder.Descending);
    case "traces":
      return new TableBuilder();
  }
}

const lastValue = () => new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]).values(false);

function target(query: Query, refId: string, kind: Panel["kind"]): Builder<Dataquery> {
  const datasource = datasourceRef(query.datasource);
  switch (query.datasource) {
    case "prometheus": {
      const builder = new PrometheusBuilder()
        .datasource(datasource)
        .refId(refId)
        .expr(query.expr)
        .legendFormat(query.legend ?? "");
      return kind === "timeseries" ? builder.range().exemplar(true) : builder.instant();
    }
    case "loki": {
      const builder = new LokiBuilder()
        .datasource(datasource)
        .refId(refId)
        .expr(query.expr)
        .queryType("range");
      return query.legend === undefined ? builder : builder.legendFormat(query.legend);
    }
    case "jaeger":
      return { build: () => new JaegerSearch(refId, datasource, query.expr) };
  }
}

/** A list of a service's traces. The SDK has no builder for Jaeger: its fields are those of Grafana's `JaegerQuery`. */
class JaegerSearch implements Dataquery {
  readonly queryType = "search";
  readonly limit = 50;

  constructor(
    readonly refId: string,
    readonly datasource: common.DataSourceRef,
    readonly service: string,
  ) {}

  _implementsDataqueryVariant(): void {
    // Tells the SDK's types apart; Grafana's file has no such field.
  }
}
