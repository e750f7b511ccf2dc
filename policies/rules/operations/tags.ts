import { z } from "zod";
import type { Resource } from "../../core/resource";
import { type Report, resourceRule } from "../../core/rule";
import { at, isMissing, isUnknown, items, text, type Value } from "../../core/value";
import { dockerContainer, dockerService, podTypes, withPatch } from "../../models/types";
import taggable from "./aws-taggable.json";

const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
const scalingGroup = "aws:autoscaling/group:Group";

/** Types of AWS resources that take tags; a test compares the list with the SDK. */
export const taggableTypes: readonly string[] = taggable;

/** Tags by which a bill and a nightly alarm find their owner. */
export const requiredTags = resourceRule({
  name: "op-01-required-tags",
  group: "operations",
  severity: "medium",
  summary: "Everything in AWS says whose it is, what for, and how confidential.",
  why: "Without tags nobody knows whom to call, what it costs whom, or whether it may be deleted.",
  fix: "Set the tags once, as defaultTags of the provider; machines and disks get theirs from tagSpecifications of the launch template.",
  maps: ["KubeLinter-required-label-owner", "Gatekeeper-requiredlabels"],
  unknown: "cannot tell",
  bad: `new aws.s3.Bucket("data", {});`,
  good: `const provider = new aws.Provider("aws", {
  defaultTags: { tags: { owner: "ml", environment: "prod", project: "curation", "cost-center": "42", "data-class": "confidential" } },
});
new aws.s3.Bucket("data", {}, { provider });`,
  options: {
    tags: {
      description: "keys of the tags",
      default: ["owner", "environment", "project", "cost-center", "data-class"],
    },
  },
  types: [...taggableTypes, scalingGroup],
  check(resource, report) {
    const { type, props } = resource;
    const tags: readonly Value[] =
      type === scalingGroup ? [pairs(props["tags"])] : [props["tags"], props["tagsAll"], defaults(resource)];
    judge("tags", tags, report);
    // What a template or a scaling group starts gets none of the provider's tags.
    if (type === launchTemplate)
      for (const kind of ["instance", "volume"])
        judge(`tagSpecifications[${kind}].tags`, [specification(props["tagSpecifications"], kind)], report);
  },
});

/** The provider's default tags; the engine hands nested settings of providers over as JSON. */
function defaults({ provider }: Resource): Value {
  const given = provider["defaultTags"];
  if (typeof given !== "string") return at(given, "tags");
  try {
    return tagsSchema.parse(JSON.parse(given)).tags;
  } catch {
    return undefined;
  }
}

const tagsSchema = z.object({ tags: z.record(z.string(), z.string()) });

/** A scaling group lists its tags, each with whether new machines get it. */
const pairs = (list: Value): Value =>
  isUnknown(list)
    ? list
    : Object.fromEntries(
        items(list).map((one) => [
          text(at(one, "key")) ?? "",
          at(one, "propagateAtLaunch") === true ? at(one, "value") : "",
        ]),
      );

function specification(list: Value, kind: string): Value {
  if (isUnknown(list)) return list;
  return at(
    items(list).find((one) => at(one, "resourceType") === kind),
    "tags",
  );
}

function judge(path: string, sources: readonly Value[], report: Report): void {
  const missing = report
    .list("tags")
    .filter((key) => !sources.some((source) => !isUnknown(source) && !isMissing(at(source, key))));
  if (missing.length === 0) return;
  if (sources.some(isUnknown)) report.cannotTell(path);
  else report.violation(path, `lacks ${missing.join(", ")}`);
}

const namespaces = withPatch("kubernetes:core/v1:Namespace");
const claims = withPatch("kubernetes:core/v1:PersistentVolumeClaim");
const dockerTypes = [
  dockerContainer,
  dockerService,
  "docker:index/volume:Volume",
  "docker:index/network:Network",
];

/** Labels by which objects of a cluster, and of a Docker host, are found. */
export const requiredLabels = resourceRule({
  name: "op-01-required-labels",
  group: "operations",
  severity: "low",
  summary: "Workloads, namespaces and volumes have the labels by which people and tools find them.",
  why: "Without labels nobody can say what belongs together, whose it is, and what may go.",
  fix: "Set the labels that the message names; app.kubernetes.io/name and its kin are the usual ones on Kubernetes.",
  maps: ["KubeLinter-required-label-owner", "Gatekeeper-requiredlabels"],
  unknown: "cannot tell",
  bad: `new k8s.apps.v1.Deployment("web", { metadata: { name: "web" }, spec });`,
  good: `new k8s.apps.v1.Deployment("web", {
  metadata: { labels: { "app.kubernetes.io/name": "web", "app.kubernetes.io/part-of": "shop", "app.kubernetes.io/managed-by": "pulumi" } },
  spec,
});`,
  options: {
    kubernetes: {
      description: "labels of workloads and claims on Kubernetes",
      default: ["app.kubernetes.io/name", "app.kubernetes.io/part-of", "app.kubernetes.io/managed-by"],
    },
    namespaces: { description: "labels of namespaces", default: ["app.kubernetes.io/part-of"] },
    docker: { description: "labels of what there is on a Docker host; none: any label will do", default: [] },
  },
  types: [...podTypes, ...claims, ...namespaces, ...dockerTypes],
  check({ type, props }, report) {
    if (dockerTypes.includes(type)) {
      const labels = props["labels"];
      const keys = new Set(items(labels).map((one) => text(at(one, "label")) ?? text(one)));
      const lacking = report.list("docker").filter((key) => !keys.has(key));
      if (isUnknown(labels)) report.cannotTell("labels");
      else if (keys.size === 0) report.violation("labels", "are missing");
      else if (lacking.length > 0) report.violation("labels", `lack ${lacking.join(", ")}`);
      return;
    }
    // Whoever patches an object leaves its labels to who made it.
    if (type.endsWith("Patch") && at(props, "metadata", "labels") === undefined) return;
    const given = at(props, "metadata", "labels");
    const wanted = report.list(namespaces.includes(type) ? "namespaces" : "kubernetes");
    const lacking = wanted.filter((key) => isMissing(at(given, key)));
    if (isUnknown(given)) report.cannotTell("metadata.labels");
    else if (lacking.length > 0) report.violation("metadata.labels", `lack ${lacking.join(", ")}`);
  },
});
