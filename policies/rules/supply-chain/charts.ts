import type { Resource } from "../../core/resource";
import { resourceRule } from "../../core/rule";
import { at, isMissing, isUnknown, text, type Value } from "../../core/value";
import { isBelow } from "./references";

const release = "kubernetes:helm.sh/v3:Release";
const chart3 = "kubernetes:helm.sh/v3:Chart";
const chart4 = "kubernetes:helm.sh/v4:Chart";
export const chartTypes: readonly string[] = [release, chart3, chart4];

/** A chart as a resource names it. */
export interface ChartUse {
  readonly chart: Value;
  readonly version: Value;
  readonly repository: Value;
  readonly repositoryPath: string;
}

/** The chart of a resource of `chartTypes`; undefined where the engine was not told, as some kinds of component do not tell. */
export function chartOf({ type, props }: Resource): ChartUse | undefined {
  if (props["chart"] === undefined) return undefined;
  const [repository, repositoryPath]: [Value, string] =
    type === chart3
      ? [at(props, "fetchOpts", "repo") ?? props["repo"], "fetchOpts.repo"]
      : [at(props, "repositoryOpts", "repo"), "repositoryOpts.repo"];
  return { chart: props["chart"], version: props["version"], repository, repositoryPath };
}

/** A folder or an archive beside the program. */
const isLocal = ({ chart, repository }: ChartUse): boolean =>
  /^(\.{0,2}\/|.*\.tgz$)/.test(text(chart) ?? "") &&
  isMissing(repository) &&
  !/^https?:/.test(text(chart) ?? "");

const EXACT = /^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

/** Charts by their version, over an encrypted way, from where they are expected. */
export const chartPinned = resourceRule({
  name: "sc-07-chart-pinned",
  group: "supply-chain",
  severity: "high",
  summary: "Helm charts have an exact version and come from a repository on the list, over TLS.",
  why: "A chart is a program with the rights of the deployment: without a version the next run installs whatever is newest.",
  fix: "Set version to an exact one (16.0.7), repositoryOpts.repo to an https:// address, and list the repository in the option `repositories`; or check the chart in.",
  maps: [],
  unknown: "cannot tell",
  bad: `new k8s.helm.v3.Release("db", { chart: "postgresql", repositoryOpts: { repo: "http://charts.example.com" } });`,
  good: `new k8s.helm.v4.Chart("db", { chart: "./charts/db" });`,
  options: {
    repositories: {
      description: "repositories of charts: `https://charts.example.com/stable`, `oci://ghcr.io/acme/charts`",
      default: ["oci://registry.k8s.io"],
    },
  },
  types: chartTypes,
  check(resource, report) {
    const use = chartOf(resource);
    if (use === undefined) return report.cannotTell("chart");
    if (isLocal(use)) return;
    report.must(
      "version",
      use.version,
      (version) => EXACT.test(text(version) ?? ""),
      "is not one exact version",
    );
    const isAddress = /^[a-z]+:\/\//.test(text(use.chart) ?? "");
    const [path, source]: [string, Value] = isAddress
      ? ["chart", use.chart]
      : [use.repositoryPath, use.repository];
    if (isUnknown(use.chart)) report.cannotTell("chart");
    report.must(path, source, (from) => !/^http:/i.test(text(from) ?? ""), "is read without encryption");
    const places = report.list("repositories");
    report.must(
      path,
      source,
      (from) => isBelow((text(from) ?? "").toLowerCase(), places),
      "is not a repository on the list",
    );
  },
});
