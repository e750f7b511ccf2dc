import type { Resource } from "../../core/resource";
import { type Report, stackRule, type StackView } from "../../core/rule";
import { isMissing, isUnknown, text, type Value } from "../../core/value";

const cluster = "aws:eks/cluster:Cluster";
const nodeGroup = "aws:eks/nodeGroup:NodeGroup";
const engines = [
  "aws:rds/instance:Instance",
  "aws:rds/cluster:Cluster",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:elasticache/cluster:Cluster",
  "aws:opensearch/domain:Domain",
];

/** Whether a version is one of these or a part of one: `17.6` of `17`. */
const isOf = (version: string, supported: readonly string[]): boolean =>
  supported.some((one) => version === one || version.startsWith(`${one}.`));

/** The option of an engine's versions: Aurora counts as what it is compatible with. */
function optionOf({ type, props }: Resource): string | undefined {
  if (type.startsWith("aws:opensearch")) return "opensearch";
  const engine = text(props["engine"])
    ?.replace(/^aurora-/, "")
    .replace("postgresql", "postgres");
  if (type.startsWith("aws:elasticache")) return engine ?? "redis";
  return engine;
}

/** Versions that still get patches. */
export const supportedVersions = stackRule({
  name: "sc-08-supported-versions",
  group: "supply-chain",
  severity: "medium",
  summary: "Clusters and databases name a version that is supported, and nodes have their cluster's.",
  why: "Without support no hole is closed; AWS then upgrades by itself on a day of its own choice, and charges more until then.",
  fix: "Set version or engineVersion to one that the option of this rule lists, and give node groups the cluster's.",
  maps: ["CKV_AWS_339", "C-0273"],
  unknown: "present",
  bad: `new aws.eks.Cluster("main", { version: "1.29", roleArn, vpcConfig });`,
  good: `new aws.eks.Cluster("main", { version: "1.36", roleArn, vpcConfig });`,
  options: {
    eks: { description: "Kubernetes versions of EKS in standard support", default: ["1.35", "1.36"] },
    postgres: { description: "major versions of PostgreSQL", default: ["15", "16", "17", "18"] },
    mysql: { description: "versions of MySQL", default: ["8.4"] },
    mariadb: { description: "versions of MariaDB", default: ["10.11", "11.4", "11.8"] },
    valkey: { description: "versions of Valkey", default: ["7.2", "8.0", "8.1", "8.2", "9.0"] },
    redis: { description: "versions of Redis in ElastiCache", default: ["7.0", "7.1"] },
    opensearch: { description: "versions of OpenSearch", default: ["OpenSearch_2", "OpenSearch_3"] },
  },
  types: [cluster, nodeGroup, ...engines],
  check(stack, report) {
    for (const one of stack.of(cluster)) judge("version", one.props["version"], "eks", one, report);
    for (const one of stack.of(...engines)) {
      const option = optionOf(one);
      if (option !== undefined) judge("engineVersion", one.props["engineVersion"], option, one, report);
    }
    for (const group of stack.of(nodeGroup)) nodesOf(group, stack, report);
  },
});

function judge(path: string, value: Value, option: string, of: Resource, report: Report): void {
  const supported = report.list(option);
  // Members of a cluster take its version; engines that nobody listed are not judged.
  if (supported.length === 0 || (path === "engineVersion" && isMissing(value) && isMember(of))) return;
  const found = isMissing(value) ? "is missing, so AWS picks one" : "is not a version in support";
  report.must(path, value, (known) => isOf(text(known) ?? "", supported), found, of);
}

const isMember = ({ props }: Resource): boolean =>
  ["replicateSourceDb", "snapshotIdentifier", "replicationGroupId"].some((key) => !isMissing(props[key]));

/** A node group and its cluster are joined by what one takes from the other, or by the cluster's name. */
function nodesOf(group: Resource, stack: StackView, report: Report): void {
  const name = group.props["clusterName"];
  const from = group.propertyDependencies["clusterName"] ?? [];
  const of = stack
    .of(cluster)
    .find(({ urn, props }) => from.includes(urn) || (typeof name === "string" && props["name"] === name));
  const version = of?.props["version"];
  if (of === undefined || isUnknown(version) || isMissing(version)) return;
  report.must(
    "version",
    group.props["version"],
    (known) => isMissing(known) || text(known) === text(version),
    "is not the version of its cluster",
    group,
  );
}
