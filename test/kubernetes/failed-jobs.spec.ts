import assert from "node:assert/strict";
import type { V1Job } from "@kubernetes/client-node";
import { UserError } from "../../toolchain/errors";
import { Http } from "../../toolchain/providers/kubernetes/api/http";
import { accessOf } from "../../toolchain/providers/kubernetes/api/kubeconfig";
import { removeFailedJobs } from "../../toolchain/commands/targets/failed-jobs";
import { CLUSTER_MS, soon, theCluster, type TestCluster } from "../support/cluster";
import { CONTAINER, ObjectsWorkspace, restricted, type Wish } from "./provider-workspace";

const NAMESPACE = "failed-jobs";
const STACK = "jobs";
const pathOf = (name: string): string => `/apis/batch/v1/namespaces/${NAMESPACE}/jobs/${name}`;

/** A job of a stack that ends as soon as a node has room for it, and fails after a second where none has. */
function job(name: string, stack = STACK): Wish {
  const labels = { "app.kubernetes.io/instance": stack, "app.kubernetes.io/part-of": "semblance-curation" };
  const resources = { requests: { "nvidia.com/gpu": "1" }, limits: { "nvidia.com/gpu": "1" } };
  const template = { spec: { restartPolicy: "Never", containers: [{ ...CONTAINER, resources }] } };
  return {
    token: "batch/v1:Job",
    name,
    args: {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name, namespace: NAMESPACE, labels },
      spec: { backoffLimit: 0, activeDeadlineSeconds: 5, template },
    },
    opts: { after: [NAMESPACE], customTimeouts: { create: "30s", update: "30s" } },
  };
}

describe("a job that has failed on a cluster", function () {
  this.timeout(CLUSTER_MS);
  const workspace = new ObjectsWorkspace();
  let cluster: TestCluster;
  let http: Http;

  before(async () => {
    cluster = await theCluster();
    await cluster.nodes({ name: NAMESPACE, count: 1 });
    await workspace.begin(cluster.kubeconfig);
    http = new Http(accessOf({ kubeconfig: cluster.kubeconfig }));
  });
  after(async () => {
    await workspace.attempt("destroy", "--yes", "--skip-preview");
    workspace.close();
    await cluster.removeNodes({ name: NAMESPACE });
    await cluster.removeNodes({ name: `${NAMESPACE}-gpu` });
  });

  it("fails every later run, until it is removed; then it is run again, and ends", async () => {
    workspace.wish(restricted(NAMESPACE), job("setup"));
    assert.match(await workspace.refused(), /DeadlineExceeded/);
    await cluster.nodes({ name: `${NAMESPACE}-gpu`, count: 1, gpus: 2 });
    assert.match(await workspace.refused(), /DeadlineExceeded/, "though there is room for it now");
    const { metadata: first } = await cluster.admin.get<V1Job>(pathOf("setup"));

    const removed = await removeFailedJobs(http, STACK);
    assert.deepEqual(removed, [{ namespace: NAMESPACE, name: "setup", reason: "DeadlineExceeded" }]);
    assert.ok(!(await cluster.admin.exists(pathOf("setup"))));
    await workspace.up("--refresh");
    const { metadata: second, status } = await cluster.admin.get<V1Job>(pathOf("setup"));
    assert.notEqual(second?.uid, first?.uid);
    assert.equal(status?.succeeded, 1);
    await workspace.pulumi("up", "--yes", "--expect-no-changes");
  });

  it("is one of this stack: others' jobs stay, and so do those that have ended well", async () => {
    await cluster.removeNodes({ name: `${NAMESPACE}-gpu` });
    workspace.wish(restricted(NAMESPACE), job("setup"), job("setup-of-another", "jobs-two"));
    await workspace.refused();
    assert.deepEqual(await removeFailedJobs(http, STACK), []);
    assert.ok(await cluster.admin.exists(pathOf("setup")));
    assert.ok(await cluster.admin.exists(pathOf("setup-of-another")));
  });

  it("that something holds on to is named, with the command that shows what", async () => {
    const stuck = await cluster.admin.get<V1Job>(pathOf("setup-of-another"));
    const finalizers = ["example.com/held"];
    await cluster.admin.replace(pathOf("setup-of-another"), {
      ...stuck,
      metadata: { ...stuck.metadata, finalizers },
    });
    try {
      await assert.rejects(
        () => removeFailedJobs(http, "jobs-two", 500),
        (error) =>
          error instanceof UserError &&
          /setup-of-another in namespace failed-jobs/.test(error.message) &&
          /kubectl get job --namespace failed-jobs setup-of-another/.test(error.message),
      );
    } finally {
      const held = await cluster.admin.get<V1Job>(pathOf("setup-of-another"));
      await cluster.admin.replace(pathOf("setup-of-another"), {
        ...held,
        metadata: { ...held.metadata, finalizers: [] },
      });
      await soon("the job to be gone", async () => !(await cluster.admin.exists(pathOf("setup-of-another"))));
    }
  });
});
