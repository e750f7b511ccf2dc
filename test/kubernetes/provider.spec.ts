import assert from "node:assert/strict";
import type { V1Deployment, V1Job } from "@kubernetes/client-node";
import { CLUSTER_MS, theCluster, type TestCluster } from "../support/cluster";
import { PROGRAM } from "./provider-program";
import { CONTAINER, ObjectsWorkspace } from "./provider-workspace";

const NAMESPACE = "provider-life";
const FIRST = { password: "hunter22", setting: "a=1", image: "web:1", jobImage: "job:1" };

describe("provider kubernetes: the life of a namespace full of objects", function () {
  this.timeout(CLUSTER_MS);
  const workspace = new ObjectsWorkspace();
  let cluster: TestCluster;
  const wish = (more: object = {}) =>
    workspace.wish({
      token: "",
      name: "",
      args: { namespace: NAMESPACE, container: CONTAINER, ...FIRST, ...more },
    });
  const path = (api: string, plural: string, name: string) =>
    `/${api}/namespaces/${NAMESPACE}/${plural}/${name}`;
  const deploymentUid = async () => {
    const { metadata } = await cluster.admin.get<V1Deployment>(path("apis/apps/v1", "deployments", "web"));
    return metadata?.uid;
  };

  before(async () => {
    cluster = await theCluster();
    await cluster.nodes({ name: "provider-life", count: 1 });
    await workspace.begin(cluster.kubeconfig, PROGRAM);
    wish();
  });
  after(async () => {
    workspace.close();
    await cluster.removeNodes({ name: "provider-life" });
  });

  it("a first preview needs no namespace that is not made yet", async () => {
    assert.match(await workspace.pulumi("preview"), /\+ 20 to create/);
  });

  it("up: all made, waited for; the second changes nothing; secrets are in no state and on no screen", async () => {
    const output = await workspace.up();
    assert.match(output, /\+ 20 created/);
    const secrets = ["hunter22", Buffer.from("hunter22").toString("base64")];
    for (const secret of secrets) assert.ok(!`${output}${workspace.state()}`.includes(secret));
    await workspace.pulumi("up", "--yes", "--expect-no-changes");
    const { status } = await cluster.admin.get<V1Job>(path("apis/batch/v1", "jobs", "migrate"));
    assert.equal(status?.succeeded, 1);
  });

  it("refresh: no drift, however differently the server spells it; what somebody changed is seen and undone", async () => {
    assert.match(await workspace.pulumi("refresh", "--yes", "--skip-preview"), /20 unchanged/);
    const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "all" } };
    await cluster.admin.apply(
      path("api/v1", "resourcequotas", "all"),
      { ...quota, spec: { hard: { pods: "19" } } },
      "fieldManager=kubectl&force=true",
    );
    assert.match(await workspace.pulumi("refresh", "--yes", "--skip-preview"), /~ 1 updated/);
    assert.match(await workspace.up("--diff"), /pods\s*: "19" => "20"/);
    await workspace.pulumi("up", "--yes", "--expect-no-changes");
  });

  it("an image is an update of the Deployment, a rolling one", async () => {
    const before = await deploymentUid();
    wish({ image: "web:2" });
    const output = await workspace.up();
    assert.match(output, /~ 1 updated/);
    assert.doesNotMatch(output, /replac/);
    assert.equal(await deploymentUid(), before);
  });

  it("a Job's template is a replacement, the old one first", async () => {
    wish({ image: "web:2", jobImage: "job:2" });
    assert.match(await workspace.up("--diff"), /\+-kubernetes:batch\/v1:Job: \(replace\)[^]*\+-1 replaced/);
  });

  it("a ConfigMap's content is a replacement beside the old one, and its users follow", async () => {
    wish({ image: "web:2", jobImage: "job:2", setting: "a=2" });
    const output = await workspace.up("--diff");
    // The map and the Job are replaced; Deployment, StatefulSet and DaemonSet name the new map.
    assert.match(output, /~ 3 updated[^]*\+-2 replaced/);
    await workspace.pulumi("up", "--yes", "--expect-no-changes");
  });

  it("destroy leaves nothing", async () => {
    await workspace.pulumi("destroy", "--yes", "--skip-preview");
    assert.equal(await cluster.admin.exists(`/api/v1/namespaces/${NAMESPACE}`), false);
    assert.doesNotMatch(workspace.state(), /kubernetes:apps/);
  });
});
