import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dashboards } from "../../components/services/grafana/dashboards";
import { alertGroups, runbookPage } from "../../components/services/prometheus/rules";
import { members, profiles, type ServiceName } from "../../components/topology";
import { fillSection } from "./sections";
import { table } from "./tables";

/** The smallest profile that has all of these. */
const since = (needs: readonly ServiceName[]): string =>
  needs.some((name) => members[name].since !== undefined) ? profiles[1] : profiles[0];

/** Every alert with its runbook: the critical ones first, in the order of their groups. */
function alertTable(): string {
  const all = alertGroups.flatMap(({ needs, alerts }) =>
    alerts.map((alert) => ({ alert, profile: since(needs) })),
  );
  const rows = ["critical", "warning"].flatMap((severity) =>
    all
      .filter(({ alert }) => alert.severity === severity)
      .map(({ alert, profile }) => [
        `[${alert.name}](runbooks/${runbookPage(alert)}.md)`,
        severity,
        alert.for,
        profile,
        alert.description,
      ]),
  );
  return table([["Alert", "Severity", "After", "Profile", "What it means"], ...rows]);
}

/** Every dashboard, and what it answers. */
function dashboardTable(): string {
  return table([
    ["Dashboard", "What it shows", "Rows"],
    ...dashboards.map(({ title, description, rows }) => [
      `_${title}_`,
      description,
      rows.map((row) => row.title).join(", "),
    ]),
  ]);
}

/** Where the page lies. */
export const monitoringFile = join(__dirname, "..", "..", "docs", "monitoring.md");

/** The page with its tables as they are now. */
const monitoringPage = (): string =>
  Object.entries({ alerts: alertTable(), dashboards: dashboardTable() }).reduce(
    (text, [name, generated]) => fillSection(monitoringFile, text, name, generated),
    readFileSync(monitoringFile, "utf8"),
  );

/** Whether the committed page has its tables as they are now. */
export const isCurrent = (): boolean => readFileSync(monitoringFile, "utf8") === monitoringPage();

if (require.main === module) writeFileSync(monitoringFile, monitoringPage());
