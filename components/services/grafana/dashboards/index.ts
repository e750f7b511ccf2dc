import type { ServiceName } from "../../../topology";
import { build } from "./build";
import { labelling } from "./labelling";
import type { Dashboard, Query, Row } from "./model";
import { gateway, overview } from "./overview";
import { capacity } from "./capacity";
import { logs, requests } from "./logs";
import { models } from "./models";
import { search } from "./search";
import { stores } from "./stores";
import { telemetry } from "./telemetry";
import { tracking } from "./tracking";

export {
  type Dashboard,
  type DatasourceName,
  type Panel,
  type Query,
  reasonsForNothing,
  type Row,
} from "./model";

/** All dashboards that there are, in the order of the menu. */
export const dashboards: readonly Dashboard[] = [
  overview,
  gateway,
  labelling,
  stores,
  search,
  models,
  tracking,
  logs,
  requests,
  capacity,
  telemetry,
];

const rowsOf = (dashboard: Dashboard, present: ReadonlySet<ServiceName>): readonly Row[] =>
  dashboard.rows.filter(({ needs }) => needs.every((service) => present.has(service)));

/** The dashboards of a stack that has these services, as the texts of the files that Grafana reads, by file name. */
export function dashboardFiles(present: ReadonlySet<ServiceName>): Record<string, string> {
  const files: Record<string, string> = {};
  for (const dashboard of dashboards) {
    const rows = rowsOf(dashboard, present);
    if (rows.length > 0)
      files[`${dashboard.uid}.json`] = JSON.stringify(build(dashboard, rows), undefined, 1);
  }
  return files;
}

/** A query and where it stands, for who tries all of them. */
export interface ListedQuery extends Query {
  readonly dashboard: string;
  readonly panel: string;
}

/** Every query of every panel of a stack that has these services. */
export function queriesOf(present: ReadonlySet<ServiceName>): ListedQuery[] {
  return dashboards.flatMap((dashboard) =>
    rowsOf(dashboard, present).flatMap(({ title, panels }) =>
      panels.flatMap((panel) =>
        panel.queries.map((query) => ({
          ...query,
          dashboard: dashboard.title,
          panel: `${title} / ${panel.title}`,
        })),
      ),
    ),
  );
}
