import type { Resource } from "../../core/resource";
import { matches } from "../../core/pattern";
import { type Report, resourceRule, stackRule, type StackView } from "../../core/rule";
import { at, entries, isMissing, isTrue, isUnknown, items, text, type Value } from "../../core/value";
import { kindOf, withPatch } from "../../models/types";
import { numberOf } from "./numbers";

const workloads = [
  ...["v1", "v1beta1", "v1beta2"].flatMap((version) =>
    ["Deployment", "StatefulSet"].map((kind) => `kubernetes:apps/${version}:${kind}`),
  ),
  "kubernetes:extensions/v1beta1:Deployment",
];
const budgets = withPatch(
  "kubernetes:policy/v1:PodDisruptionBudget",
  "kubernetes:policy/v1beta1:PodDisruptionBudget",
);
const autoscalers = withPatch(
  ...["v1", "v2", "v2beta1", "v2beta2"].map(
    (version) => `kubernetes:autoscaling/${version}:HorizontalPodAutoscaler`,
  ),
);

/** Services survive the loss of a node. */
export const copies = stackRule({
  name: "op-04-copies",
  group: "operations",
  severity: "low",
  summary:
    "Servers have two copies or more, on different nodes, and a disruption budget that lets nodes be drained.",
  why: "Each upgrade of the cluster empties one node after the other: a single copy is away each time, and a budget of zero stops the upgrade.",
  fix: "Set replicas to 2 or more, topologySpreadConstraints, and a PodDisruptionBudget with maxUnavailable: 1; name what can run only once in the option `single`.",
  maps: [
    "KubeLinter-minimum-three-replicas",
    "KubeLinter-pdb-max-unavailable",
    "KubeScore-deployment-has-poddisruptionbudget",
    "Polaris-missingPodDisruptionBudget",
  ],
  unknown: "present",
  bad: `new k8s.apps.v1.Deployment("web", { spec: { replicas: 1, selector, template } });`,
  good: `new k8s.apps.v1.Deployment("web", { spec: { replicas: 2, selector, template } });
new k8s.policy.v1.PodDisruptionBudget("web", { spec: { maxUnavailable: 1, selector } });`,
  options: {
    single: { description: "names of resources that can run only once, with *", default: [] },
  },
  types: [...workloads, ...budgets, ...autoscalers],
  check(stack, report) {
    const single = report.list("single");
    for (const workload of stack.of(...workloads)) {
      if (single.some((pattern) => matches(pattern, workload.name))) continue;
      // What runs once has nothing to spread, and a budget would only keep its node from being drained.
      if (!enough(workload, stack, report)) continue;
      budgeted(workload, stack, report);
      const spec = at(workload.props, "spec", "template", "spec");
      const spreads =
        !isMissing(at(spec, "topologySpreadConstraints")) ||
        !isMissing(at(spec, "affinity", "podAntiAffinity"));
      if (!spreads && !isUnknown(spec))
        report.violation("spec.template.spec.topologySpreadConstraints", "is missing", workload);
    }
  },
});

/** Whether there are two copies or more, or nobody can tell. */
function enough(workload: Resource, stack: StackView, report: Report): boolean {
  const name = at(workload.props, "metadata", "name");
  const scaler = stack.of(...autoscalers).find(({ props }) => {
    const target = at(props, "spec", "scaleTargetRef");
    return (
      text(at(target, "name")) === (text(name) ?? "") &&
      at(target, "kind") === kindOf(workload.type) &&
      sameNamespace(props, workload.props)
    );
  });
  const [path, value, of] =
    scaler === undefined
      ? (["spec.replicas", at(workload.props, "spec", "replicas"), workload] as const)
      : (["spec.minReplicas", at(scaler.props, "spec", "minReplicas"), scaler] as const);
  if (isUnknown(value) || numberOf(value) >= 2) return true;
  report.violation(path, "is less than 2", of);
  return false;
}

function budgeted(workload: Resource, stack: StackView, report: Report): void {
  const labels = at(workload.props, "spec", "template", "metadata", "labels");
  if (isUnknown(labels)) return;
  const budget = stack
    .of(...budgets)
    .find(
      ({ props }) => sameNamespace(props, workload.props) && selects(at(props, "spec", "selector"), labels),
    );
  if (budget === undefined) return report.violation("", "has no PodDisruptionBudget", workload);
  const replicas = numberOf(at(workload.props, "spec", "replicas"));
  const most = at(budget.props, "spec", "maxUnavailable");
  const least = at(budget.props, "spec", "minAvailable");
  report.must(
    "spec.maxUnavailable",
    most,
    (max) => !/^0%?$/.test(text(max) ?? ""),
    "lets no node be drained",
    budget,
  );
  const all = (min: Value): boolean => text(min) === "100%" || (typeof min === "number" && min >= replicas);
  report.must("spec.minAvailable", least, (min) => !all(min), "lets no node be drained", budget);
}

const sameNamespace = (a: Value, b: Value): boolean =>
  (text(at(a, "metadata", "namespace")) ?? "default") === (text(at(b, "metadata", "namespace")) ?? "default");

/** Whether a selector's labels are all there. One that also has expressions is taken at its labels. */
export function selects(selector: Value, labels: Value): boolean {
  const wanted = entries(at(selector, "matchLabels"));
  if (wanted.length === 0) return !isMissing(at(selector, "matchExpressions"));
  return wanted.every(([key, value]) => isUnknown(value) || text(at(labels, key)) === text(value));
}

const nodeGroup = "aws:eks/nodeGroup:NodeGroup";
const engines: Readonly<Record<string, readonly string[]>> = {
  "aws:rds/instance:Instance": ["multiAz"],
  "aws:elasticache/replicationGroup:ReplicationGroup": ["automaticFailoverEnabled", "multiAzEnabled"],
  "aws:opensearch/domain:Domain": ["clusterConfig.zoneAwarenessEnabled"],
  "aws:elasticsearch/domain:Domain": ["clusterConfig.zoneAwarenessEnabled"],
};

/** Databases survive the loss of a zone. */
export const severalZones = resourceRule({
  name: "op-05-several-zones",
  group: "operations",
  severity: "low",
  summary: "Databases have a standby in another availability zone.",
  why: "A zone fails as a whole: what is in one zone only is away for as long, and may come back empty.",
  fix: "Set multiAz: true; for ElastiCache automaticFailoverEnabled and multiAzEnabled; for OpenSearch zoneAwarenessEnabled.",
  maps: ["CKV_AWS_157", "CKV2_AWS_50", "AWSGuard-rds-instance-multi-az-enabled"],
  unknown: "cannot tell",
  bad: `new aws.rds.Instance("db", { engine: "postgres", multiAz: false });`,
  good: `new aws.rds.Instance("db", { engine: "postgres", multiAz: true });`,
  types: Object.keys(engines),
  check({ type, props }, report) {
    // A replica is the copy itself.
    if (!isMissing(props["replicateSourceDb"])) return;
    for (const path of engines[type] ?? [])
      report.must(path, at(props, ...path.split(".")), isTrue, "is not true");
  },
});

/** Nodes are in two zones or more, in one group or in several. */
export const nodesInZones = stackRule({
  name: "op-05-nodes-in-zones",
  group: "operations",
  severity: "low",
  summary: "The nodes of a cluster are in two subnets or more.",
  why: "With the one zone that they are in every node goes at once, and no other takes their pods.",
  fix: "Give subnetIds of several availability zones, or make a node group for each.",
  maps: [],
  unknown: "cannot tell",
  bad: `new aws.eks.NodeGroup("all", { clusterName, subnetIds: [subnetA.id], nodeRoleArn, scalingConfig });`,
  good: `new aws.eks.NodeGroup("all", { clusterName, subnetIds: [subnetA.id, subnetB.id], nodeRoleArn, scalingConfig });`,
  types: [nodeGroup],
  check(stack, report) {
    const clusters = new Map<string, Resource[]>();
    for (const group of stack.of(nodeGroup)) {
      const from = group.propertyDependencies["clusterName"]?.[0];
      const cluster = from ?? text(group.props["clusterName"]) ?? "";
      clusters.set(cluster, [...(clusters.get(cluster) ?? []), group]);
    }
    for (const groups of clusters.values()) {
      const subnets = new Set(groups.flatMap(subnetsOf));
      const [first] = groups;
      if (subnets.size >= 2 || first === undefined) continue;
      if (groups.some(({ props }) => isUnknown(props["subnetIds"]))) report.cannotTell("subnetIds", first);
      else report.violation("subnetIds", "are all in one subnet", first);
    }
  },
});

/** Subnets by what they are made of where their ids are not known yet; ids that are not known and of one list differ. */
function subnetsOf({ props, propertyDependencies, urn }: Resource): string[] {
  const made = propertyDependencies["subnetIds"] ?? [];
  const ids = items(props["subnetIds"]);
  const known = ids.map(text).filter((one) => one !== undefined);
  const others = ids.length - known.length;
  return others > 0 && made.length < others
    ? [...known, ...Array.from({ length: others }, (_, index) => `${urn}#${index}`)]
    : [...known, ...(others > 0 ? made : [])];
}
