import assert from "node:assert/strict";
import { groupOf } from "../../toolchain/review/groups";
import type { Resource } from "../../toolchain/review/model";

const resource = (type: string, name: string, parent?: Resource): Resource => ({
  urn: `urn:pulumi:dev::p::${type}::${name}`,
  type,
  name,
  parent: parent?.urn,
  protect: false,
  retain: false,
  inputs: {},
});

describe("the service that a changed resource belongs to", () => {
  const stack = resource("pulumi:pulumi:Stack", "p-dev");
  const component = (type: string, name: string, parent = stack) =>
    resource(`semblance:${type}`, name, parent);
  const postgres = component("service:Postgres", "postgres");
  const backup = component("postgres:Backup", "postgres-backup", postgres);
  const database = component("postgres:Database", "postgres-mlflow", postgres);
  const secrets = component("secrets:Secrets", "secrets");
  const authority = component("tls:Authority", "authority");
  const aws = component("aws:AwsFoundation", "aws");
  const buckets = component("aws:Buckets", "aws-buckets", aws);
  const cluster = component("aws:Cluster", "aws-cluster", aws);
  const networks = component("network:Networks", "networks");
  const accounts = component("kubernetes:ServiceAccounts", "accounts");
  const all = [
    stack,
    postgres,
    backup,
    database,
    secrets,
    authority,
    aws,
    buckets,
    cluster,
    networks,
    accounts,
  ];

  const cases: readonly (readonly [group: string, type: string, name: string, parent: Resource])[] = [
    ["postgres", "docker:index/volume:Volume", "postgres-data", postgres],
    ["postgres", "docker:index/container:Container", "postgres-mlflow-setup", database],
    ["postgres-backup", "docker:index/container:Container", "postgres-backup", backup],
    [
      "label-studio-exporter",
      "random:index/randomPassword:RandomPassword",
      "secrets-label-studio-exporter-prometheus",
      secrets,
    ],
    ["label-studio", "random:index/randomBytes:RandomBytes", "secrets-label-studio-secret-key", secrets],
    ["secrets", "random:index/randomBytes:RandomBytes", "secrets-of-nobody", secrets],
    ["redis", "tls:index/privateKey:PrivateKey", "authority-redis-key", authority],
    ["certificates", "tls:index/privateKey:PrivateKey", "authority-key", authority],
    ["mlflow", "aws:s3/bucket:Bucket", "aws-buckets-mlflow", buckets],
    ["object storage", "aws:s3/bucket:Bucket", "aws-buckets-access-logs", buckets],
    ["cluster", "aws:eks/cluster:Cluster", "aws-cluster-control-plane", cluster],
    ["network", "docker:index/network:Network", "networks-gateway--minio--s3", networks],
    ["mlflow", "kubernetes:core/v1:ServiceAccount", "accounts-mlflow-setup", accounts],
    ["stack", "pulumi:providers:docker", "docker", stack],
  ];
  for (const [group, type, name, parent] of cases) {
    it(`${name} (${type}) is of ${group}`, () => {
      const one = resource(type, name, parent);
      assert.equal(groupOf(one, new Map([...all, one].map((each) => [each.urn, each]))), group);
    });
  }
});
