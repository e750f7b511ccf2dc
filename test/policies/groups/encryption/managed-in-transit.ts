import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const group = (props: Fixture["props"]): Fixture => ({
  type: "aws:elasticache/replicationGroup:ReplicationGroup",
  props,
});
const domain = (endpoint: Fixture["props"], between: Fixture["props"]): Fixture => ({
  type: "aws:opensearch/domain:Domain",
  props: { domainEndpointOptions: endpoint, nodeToNodeEncryption: between },
});
const recent = { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10" };
const parameters = (
  family: string,
  list: Fixture["props"][],
  kind = "parameterGroup:ParameterGroup",
): Fixture => ({
  type: `aws:rds/${kind}`,
  props: { family, parameters: list },
});
const cluster = (props: Fixture["props"]): Fixture => ({ type: "aws:elasticache/cluster:Cluster", props });

export const managedTls: Cases = {
  rule: "eit-10-managed-tls",
  good: group({ transitEncryptionEnabled: true, transitEncryptionMode: "required" }),
  bad: group({ transitEncryptionEnabled: false }),
  unknown: group({ transitEncryptionEnabled: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: group({}),
  missingIs: "violation",
  canary: group({ authToken: CANARY, transitEncryptionEnabled: CANARY }),
  sibling: {
    ...domain({ ...recent, enforceHttps: false }, { enabled: true }),
    type: "aws:elasticsearch/domain:Domain",
  },
  more: [
    {
      name: "a cache that takes both",
      is: "violation",
      of: group({ transitEncryptionEnabled: true, transitEncryptionMode: "preferred" }),
    },
    { name: "a cluster of memcached", is: "violation", of: cluster({ engine: "memcached" }) },
    { name: "a copy within a group", is: "fine", of: cluster({ replicationGroupId: UNKNOWN }) },
    {
      name: "MemoryDB, which has TLS by itself",
      is: "fine",
      of: { type: "aws:memorydb/cluster:Cluster", props: {} },
    },
    {
      name: "MemoryDB without",
      is: "violation",
      of: { type: "aws:memorydb/cluster:Cluster", props: { tlsEnabled: false } },
    },
    { name: "a domain", is: "fine", of: domain(recent, { enabled: true }) },
    {
      name: "a domain with TLS 1.0",
      is: "violation",
      of: domain({ ...recent, tlsSecurityPolicy: "Policy-Min-TLS-1-0-2019-07" }, { enabled: true }),
    },
    { name: "a domain that is plain within", is: "violation", of: domain(recent, {}) },
    {
      name: "parameters that force TLS",
      is: "fine",
      of: parameters("postgres14", [{ name: "rds.force_ssl", value: "1" }]),
    },
    {
      name: "parameters that do not",
      is: "violation",
      of: parameters("postgres18", [{ name: "rds.force_ssl", value: "0" }]),
    },
    {
      name: "parameters of a version that does not by itself",
      is: "violation",
      of: parameters("postgres14", []),
    },
    { name: "parameters of a version that does", is: "fine", of: parameters("postgres18", []) },
    {
      name: "parameters of Aurora",
      is: "violation",
      of: parameters("aurora-postgresql16", [], "clusterParameterGroup:ClusterParameterGroup"),
    },
    { name: "parameters of MySQL", is: "violation", of: parameters("mysql8.4", []) },
    {
      name: "parameters that are not known",
      is: "cannot tell",
      of: {
        type: "aws:rds/parameterGroup:ParameterGroup",
        props: { family: "mysql8.4", parameters: UNKNOWN },
      },
    },
    { name: "parameters of Oracle", is: "fine", of: parameters("oracle-ee-19", []) },
  ],
};
