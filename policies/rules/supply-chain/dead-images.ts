import { type Report, resourceRule } from "../../core/rule";
import { isUnknown, text, type Value } from "../../core/value";
import { chartOf, chartTypes } from "./charts";
import { type DeadEntry, obituaryOf, obituaryText } from "./dead-list";
import { imagesOf, imageTypes, parseReference } from "./references";

const cluster = "aws:eks/cluster:Cluster";
const nodeGroup = "aws:eks/nodeGroup:NodeGroup";

/** What has no future. */
export const deadImages = resourceRule({
  name: "sc-09-dead-images",
  group: "supply-chain",
  severity: "high",
  summary: "No image, chart, machine image or version is one that is gone, frozen or without patches.",
  why: "Holes that are found in it stay open, and the day it leaves its registry the next restart fails.",
  fix: "Move to the successor that the message names; policies/data/dead-images.json holds the list with its sources.",
  maps: ["CKV_AWS_339", "C-0273"],
  unknown: "present",
  bad: `new docker.RemoteImage("jaeger", { name: "jaegertracing/all-in-one:1.76.0" });`,
  good: `new docker.RemoteImage("jaeger", { name: "jaegertracing/jaeger:2.20.0" });`,
  options: {
    tolerated: { description: "entries of the list that do not count here, by their match", default: [] },
  },
  types: [...imageTypes, ...chartTypes, cluster, nodeGroup],
  check(resource, report) {
    const { type, props } = resource;
    if (type === cluster || type === nodeGroup) {
      lookUp("cluster", "version", "eks", props["version"], report);
      if (type === nodeGroup) lookUp("ami", "amiType", text(props["amiType"]) ?? "", undefined, report);
    } else if (chartTypes.includes(type)) {
      const use = chartOf(resource);
      if (use === undefined || isUnknown(use.chart) || isUnknown(use.repository)) return;
      const chart = text(use.chart) ?? "";
      const repository = (text(use.repository) ?? "").replace(/\/+$/, "");
      lookUp("chart", "chart", repository === "" ? chart : `${repository}/${chart}`, use.version, report);
    } else
      for (const { path, value } of imagesOf(resource)) {
        const reference = parseReference(text(value) ?? "");
        if (reference !== undefined) lookUp("image", path, reference.name, reference.tag, report);
      }
  },
});

function lookUp(kind: DeadEntry["kind"], path: string, name: string, version: Value, report: Report): void {
  const obituary = obituaryOf(kind, name, text(version));
  if (obituary === undefined || report.list("tolerated").includes(obituary.entry.match)) return;
  report.violation(path, obituaryText(obituary));
}
