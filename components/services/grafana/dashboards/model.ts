import type { ServiceName } from "../../../topology";

/** Data sources, by the identifiers under which they are provisioned. */
export type DatasourceName = "prometheus" | "loki" | "jaeger";

/**
 * Why a query may have no series on a system that works. A query without a reason must have had some, or a test fails:
 * a misspelt name gives an empty panel and no error.
 */
export const reasonsForNothing = {
  "no-error": "the series begins with the first error",
  "no-request": "the series begins with the first use of the service by a person",
  "no-data": "the series begins with the first object that somebody stores",
} as const;

/** One query of a panel. */
export interface Query {
  readonly datasource: DatasourceName;
  /** PromQL; LogQL; for Jaeger the name of the service whose traces are listed. */
  readonly expr: string;
  /** Name of each series, such as `{{service}}`. */
  readonly legend?: string;
  readonly mayBeEmpty?: keyof typeof reasonsForNothing;
}

/** Units by Grafana's own names. */
export type Unit =
  | "short"
  | "none"
  | "percentunit"
  | "percent"
  | "bytes"
  | "Bps"
  | "s"
  | "reqps"
  | "ops"
  | "bool_on_off"
  | "dateTimeFromNow";

/** How a panel looks. `state`: green for 1, red for 0. */
export type PanelKind = "timeseries" | "stat" | "state" | "bars" | "logs" | "traces";

/** A panel as data: what it asks and how the answer is shown. */
export interface Panel {
  readonly title: string;
  readonly kind: PanelKind;
  /** One sentence for who sees it for the first time. */
  readonly description?: string;
  readonly unit?: Unit;
  /** Columns out of 24. @default 8; logs and traces have all */
  readonly width?: number;
  readonly queries: readonly [Query, ...Query[]];
}

/** Panels under a heading. */
export interface Row {
  readonly title: string;
  /** Services whose series the panels show; the row is there when all of them are. */
  readonly needs: readonly ServiceName[];
  readonly panels: readonly Panel[];
}

/** A dashboard as data. It is there when one of its rows is. */
export interface Dashboard {
  /** Part of its address, so it never changes. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly Row[];
}

/** A PromQL query. */
export const promql = (
  expr: string,
  legend?: string,
  mayBeEmpty?: keyof typeof reasonsForNothing,
): Query => ({
  datasource: "prometheus",
  expr,
  ...(legend === undefined ? {} : { legend }),
  ...(mayBeEmpty === undefined ? {} : { mayBeEmpty }),
});

/** A panel of lines over time. */
export const lines = (title: string, unit: Unit, ...queries: [Query, ...Query[]]): Panel => ({
  title,
  kind: "timeseries",
  unit,
  queries,
});

/** A number. */
export const stat = (title: string, unit: Unit, query: Query, width = 4): Panel => ({
  title,
  kind: "stat",
  unit,
  width,
  queries: [query],
});

/** Quantile of a histogram by its buckets, over the interval that fits the picture. */
export const quantile = (q: number, buckets: string, by = ""): string =>
  `histogram_quantile(${q}, sum by (le${by === "" ? "" : `, ${by}`}) (rate(${buckets}[$__rate_interval])))`;

/** Sum of a counter's rate. */
export const rate = (counter: string, by = ""): string =>
  `sum${by === "" ? "" : ` by (${by})`} (rate(${counter}[$__rate_interval]))`;
