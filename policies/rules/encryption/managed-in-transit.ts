import type { Resource } from "../../core/resource";
import { type Report, resourceRule } from "../../core/rule";
import { at, isMissing, isTrue, isUnknown, items, text, type Value } from "../../core/value";

const domainTypes = ["aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"];
const groupTypes = [
  "aws:rds/parameterGroup:ParameterGroup",
  "aws:rds/clusterParameterGroup:ClusterParameterGroup",
];
const replicationGroup = "aws:elasticache/replicationGroup:ReplicationGroup";
const cacheCluster = "aws:elasticache/cluster:Cluster";
const memoryDb = "aws:memorydb/cluster:Cluster";

/** TLS of the services that AWS runs. */
export const managedTls = resourceRule({
  name: "eit-10-managed-tls",
  group: "encryption",
  severity: "high",
  summary: "Managed databases, caches and search domains take connections over TLS only.",
  why: "Rows, sessions and logins cross the VPC in plain otherwise, for whoever gets hold of one machine in it.",
  fix: "Cache: transitEncryptionEnabled: true, transitEncryptionMode required. Domain: domainEndpointOptions with enforceHttps and tlsSecurityPolicy Policy-Min-TLS-1-2-2019-07, nodeToNodeEncryption. Parameter group: rds.force_ssl 1 or require_secure_transport ON.",
  maps: ["CKV_AWS_30", "CKV_AWS_31", "CKV_AWS_83", "CKV_AWS_6", "CKV_AWS_228"],
  unknown: "cannot tell",
  bad: `new aws.elasticache.ReplicationGroup("cache", { description: "queue", atRestEncryptionEnabled: true });`,
  good: `new aws.elasticache.ReplicationGroup("cache", { description: "queue", atRestEncryptionEnabled: true, transitEncryptionEnabled: true });`,
  types: [replicationGroup, cacheCluster, memoryDb, ...domainTypes, ...groupTypes],
  check(resource, report) {
    const { type, props } = resource;
    if (domainTypes.includes(type)) return judgeDomain(props, report);
    if (groupTypes.includes(type)) return judgeParameters(props, report);
    if (type === memoryDb) {
      const tls = props["tlsEnabled"];
      return report.must("tlsEnabled", tls, (known) => known === undefined || isTrue(known), "is not true");
    }
    // A copy within a group has what the group has.
    if (type === cacheCluster && !isMissing(props["replicationGroupId"])) return;
    report.must("transitEncryptionEnabled", props["transitEncryptionEnabled"], isTrue, "is not true");
    const mode = props["transitEncryptionMode"];
    report.must(
      "transitEncryptionMode",
      mode,
      (known) => known !== "preferred",
      "lets clients in without TLS",
    );
  },
});

function judgeDomain(props: Resource["props"], report: Report): void {
  const endpoint = props["domainEndpointOptions"];
  report.must("domainEndpointOptions.enforceHttps", at(endpoint, "enforceHttps"), isTrue, "is not true");
  report.must(
    "domainEndpointOptions.tlsSecurityPolicy",
    at(endpoint, "tlsSecurityPolicy"),
    (known) => /^Policy-Min-TLS-1-[23]-/.test(text(known) ?? ""),
    "is not one that begins with TLS 1.2",
  );
  const between = at(props["nodeToNodeEncryption"], "enabled");
  report.must("nodeToNodeEncryption.enabled", between, isTrue, "is not true");
}

/** Which parameter refuses connections without TLS, by engine, and from which version it does so by itself. */
const FORCES = [
  { family: /^(aurora-)?postgres(?:ql)?(\d+)/, parameter: "rds.force_ssl", yes: /^1$/, itself: 15 },
  { family: /^(?:aurora-)?(mysql|mariadb)(\d+)/, parameter: "require_secure_transport", yes: /^(1|ON)$/i },
  { family: /^(sqlserver)-\w+-(\d+)/, parameter: "rds.force_ssl", yes: /^1$/ },
];

function judgeParameters(props: Resource["props"], report: Report): void {
  const family = text(props["family"]) ?? "";
  const force = FORCES.find((one) => one.family.test(family));
  if (force === undefined) return;
  const parameters = props["parameters"];
  if (isUnknown(parameters)) return report.cannotTell("parameters");
  const found = items(parameters).find((one) => text(at(one, "name")) === force.parameter);
  const version = Number(force.family.exec(family)?.[2]);
  // Aurora's newer versions leave it off, which RDS' own do not.
  if (
    found === undefined &&
    force.itself !== undefined &&
    version >= force.itself &&
    !family.startsWith("aurora")
  )
    return;
  const yes = (known: Value): boolean => force.yes.test(text(known) ?? "");
  const path = `parameters[${force.parameter}]`;
  report.must(path, at(found, "value"), yes, "does not refuse connections without TLS");
}
