import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../components/core/errors";
import { ACCOUNT, at, everything, leaf, ofType, one, recordAws } from "../support/aws-mocks";
import { CANARY, type Recording, type Registered } from "../support/mocks";

const SNAPSHOT = join(__dirname, "aws-resources.txt");

const linesOf = (resources: readonly Registered[]): string =>
  `${resources
    .map(({ type, name, protect }) => `${type} ${name}${protect ? " (protected)" : ""}`)
    .sort()
    .join("\n")}\n`;

const textOf = (result: { readonly kubeconfig: { apply: (use: (text: string) => void) => unknown } }) =>
  new Promise<string>((resolve) => void result.kubeconfig.apply(resolve));

describe("AWS", () => {
  let whole: Recording<Awaited<ReturnType<typeof recordAws>>["result"]>;
  before(async () => {
    whole = await recordAws({ and: everything, settings: { budget: { emails: ["a@example.com"] } } });
  });

  it("makes what the list says, with the default settings: run with UPDATE=1 to accept another list", async () => {
    const { resources } = await recordAws({
      and: (foundation, kubernetes) => {
        foundation.buckets([]).bucket("label-studio", "read-write");
        foundation.tools({ certificate: leaf }, { providers: [kubernetes] });
      },
    });
    const found = linesOf(resources);
    if (process.env.UPDATE === "1") writeFileSync(SNAPSHOT, found);
    assert.equal(found, readFileSync(SNAPSHOT, "utf8"));
  });

  it("takes less than 10 ms of CPU for a resource", async () => {
    await recordAws({ and: everything });
    const before = process.cpuUsage();
    const { resources } = await recordAws({ and: everything });
    const { user, system } = process.cpuUsage(before);
    const each = (user + system) / 1000 / resources.length;
    assert.ok(resources.length > 150, `${resources.length} resources`);
    assert.ok(each < 10, `${each.toFixed(1)} ms for each of ${resources.length} resources`);
  });

  it("has everything below a component, by a name that starts with the component's", () => {
    const nameIn = (urn: string): string => urn.split("::").at(-1) ?? "";
    for (const { custom, type, name, parent } of whole.resources) {
      if (type.startsWith("pulumi:providers:")) continue;
      if (parent === "") assert.ok(!custom, name);
      else assert.ok(name.startsWith(`${nameIn(parent)}-`), `${name} below ${nameIn(parent)}`);
      if (!custom) assert.match(type, /^semblance:aws:[A-Z][A-Za-z]+$/);
      assert.match(name, /^[a-z][a-z0-9-]*$/);
    }
  });

  it("has no component without children, and no name twice", () => {
    for (const { custom, urn, name } of whole.resources)
      if (!custom)
        assert.ok(
          whole.resources.some(({ parent }) => parent === urn),
          name,
        );
    const urns = whole.resources.map(({ urn }) => urn);
    assert.equal(new Set(urns).size, urns.length);
  });

  it("asks its own providers, of one region and one account, whose tags everything gets", () => {
    const provider = one(whole.resources, "pulumi:providers:aws");
    assert.equal(at(provider, "region"), "us-east-1");
    assert.match(JSON.stringify(at(provider, "allowedAccountIds")), new RegExp(ACCOUNT));
    for (const tag of ["project", "environment", "owner", "cost-center", "data-class", "managed-by"])
      assert.match(JSON.stringify(at(provider, "defaultTags")), new RegExp(`${tag}\\\\?"`));
    for (const { custom, type, name, provider: asked } of whole.resources)
      if (custom && !type.startsWith("pulumi:providers:")) assert.notEqual(asked, "", name);
  });

  it("tags the machines and disks that AWS makes for it, which the provider does not reach", () => {
    for (const template of ofType(whole.resources, ":LaunchTemplate")) {
      const specifications = at(template, "tagSpecifications");
      for (const kind of ["instance", "volume", "network-interface"])
        assert.match(JSON.stringify(specifications), new RegExp(`"resourceType":"${kind}"`));
      assert.match(JSON.stringify(specifications), /"cost-center":"curation"/);
    }
    const disks = String(
      at(one(whole.resources, ":Addon", "aws-addons-aws-ebs-csi-driver"), "configurationValues"),
    );
    assert.match(disks, /"extraVolumeTags":\{.*"environment":"prod"/);
    const controller = one(whole.resources, ":Deployment", "aws-tools-load-balancers-deployment");
    assert.match(JSON.stringify(controller.inputs), /--default-tags=.*environment=prod/);
  });

  it("gives a kubeconfig without a secret, which asks AWS for a token", async () => {
    const kubeconfig = await textOf(whole.result);
    assert.match(
      kubeconfig,
      /"args":\["--region","us-east-1","eks","get-token","--cluster-name","semblance-prod"/,
    );
    assert.doesNotMatch(kubeconfig, new RegExp(CANARY));
    const provider = one(whole.resources, "pulumi:providers:kubernetes");
    assert.equal(
      at(provider, "clusterIdentifier"),
      `arn:aws:eks:us-east-1:${ACCOUNT}:cluster/semblance-prod`,
    );
  });

  it("makes objects in the cluster only when its nodes and add-ons are there", () => {
    const provider = one(whole.resources, "pulumi:providers:kubernetes");
    const dependencies = provider.dependsOn.join(" ");
    for (const name of ["aws-addons-coredns", "aws-addons-aws-ebs-csi-driver", "aws-cluster-administrator"])
      assert.match(dependencies, new RegExp(`::${name}`));
  });

  it("marks every input that holds a secret", () => {
    for (const { name, inputs, secretInputs } of whole.resources)
      for (const [input, value] of Object.entries(inputs))
        if (JSON.stringify(value)?.includes(CANARY))
          assert.ok(secretInputs.includes(input), `${name}: ${input}`);
  });

  it("protects what holds data, keeps it or deletes it, as the setting says", async () => {
    const holdsData = /:(Key|Bucket|Instance|ReplicationGroup|Repository|LogGroup)$/;
    for (const { type, name, protect } of whole.resources) if (holdsData.test(type)) assert.ok(protect, name);
    const cluster = one(whole.resources, "eks/cluster:Cluster");
    assert.ok(cluster.protect);
    assert.equal(at(cluster, "deletionProtection"), true);
    assert.equal(at(one(whole.resources, "rds/instance:Instance"), "deletionProtection"), true);

    for (const dataProtection of ["keep", "delete"]) {
      const { resources } = await recordAws({ and: everything, settings: { dataProtection } });
      assert.deepEqual(
        resources.filter(({ protect }) => protect),
        [],
      );
      assert.equal(at(one(resources, "rds/instance:Instance"), "deletionProtection"), false);
      assert.equal(at(one(resources, "rds/instance:Instance"), "skipFinalSnapshot"), false);
      for (const bucket of ofType(resources, ":Bucket"))
        assert.equal(at(bucket, "forceDestroy"), dataProtection === "delete");
    }
  });

  it("has a budget when someone is to be told, and none otherwise", async () => {
    const budget = one(whole.resources, ":Budget", "aws-budget-monthly");
    assert.equal(at(budget, "limitAmount"), "1500");
    assert.match(JSON.stringify(at(budget, "costFilters")), /user:environment\$prod/);
    const { resources } = await recordAws();
    assert.deepEqual(ofType(resources, ":Budget"), []);
  });

  it("keeps images under tags that do not move, scanned, under the stack's key", () => {
    const repositories = ofType(whole.resources, ":Repository");
    assert.deepEqual(repositories.map((repository) => at(repository, "name")).sort(), [
      "semblance-prod/label-studio",
      "semblance-prod/mlflow",
    ]);
    for (const repository of repositories) {
      assert.equal(at(repository, "imageTagMutability"), "IMMUTABLE");
      assert.equal(at(repository, "imageScanningConfiguration", "scanOnPush"), true);
      assert.equal(at(repository, "encryptionConfigurations", 0, "encryptionType"), "KMS");
    }
    assert.equal(whole.result.registry, `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/semblance-prod`);
    assert.equal(ofType(whole.resources, ":LifecyclePolicy").length, 2);
  });

  it("refuses a stack whose names AWS would not take, before anything is registered", async () => {
    await assert.rejects(recordAws({ stack: "production-europe" }), (error: Error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, /aws\.name: found "semblance".*at most 18 characters.*pulumi config set/);
      return true;
    });
  });
});
