import assert from "node:assert/strict";
import type { V1Deployment } from "@kubernetes/client-node";
import { CLUSTER_MS, soon, theCluster, type TestCluster } from "../support/cluster";
import {
  configMap,
  CONTAINER,
  deployment,
  ObjectsWorkspace,
  restricted,
  type Wish,
} from "./provider-workspace";

const NAMESPACE = "provider-heal";
const GREEDY = { containers: [{ ...CONTAINER, resources: { requests: { cpu: "500" } } }] };
const PATH = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/web`;

describe("provider kubernetes: runs that are cut off, and objects that went astray", function () {
  this.timeout(CLUSTER_MS);
  const workspace = new ObjectsWorkspace();
  const namespace = restricted(NAMESPACE);
  let cluster: TestCluster;

  before(async () => {
    cluster = await theCluster();
    await cluster.nodes({ name: NAMESPACE, count: 1 });
    await workspace.begin(cluster.kubeconfig);
  });
  after(async () => {
    workspace.close();
    await cluster.removeNodes({ name: NAMESPACE });
  });

  it("kill -9 of everything in the middle of a create: the next up takes over what was made", async () => {
    workspace.wish(namespace, deployment("web", NAMESPACE, GREEDY, { after: [NAMESPACE] }));
    const { child, ended } = workspace.start("up", "--yes", "--skip-preview");
    await soon("the Deployment", () => cluster.admin.exists(PATH));
    const pids = workspace.processes().map((line) => Number(line.split(" ")[0]));
    for (const pid of [...pids, child.pid ?? 0]) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended with the one before it.
      }
    }
    await ended;
    const { metadata: made } = await cluster.admin.get<V1Deployment>(PATH);
    await workspace.attempt("cancel", "--yes");
    workspace.wish(namespace, deployment("web", NAMESPACE, {}, { after: [NAMESPACE] }));
    await workspace.up();
    const { metadata: now } = await cluster.admin.get<V1Deployment>(PATH);
    assert.equal(now?.uid, made?.uid);
    await workspace.pulumi("up", "--yes", "--expect-no-changes");
  });

  it("an update that never got ready is recorded, and mended by the next up", async () => {
    const timeouts = { after: [NAMESPACE], customTimeouts: { update: "3s" } };
    workspace.wish(namespace, deployment("web", NAMESPACE, GREEDY, timeouts));
    assert.match(await workspace.refused(), /timed out after 3 s/);
    const refreshed = await workspace.pulumi("refresh", "--yes", "--skip-preview", "--diff");
    assert.match(refreshed, /warning: Refreshed resource is in an unhealthy state:\s+\* is not ready: /);
    workspace.wish(namespace, deployment("web", NAMESPACE, {}, { after: [NAMESPACE] }));
    await workspace.up();
    await workspace.pulumi("up", "--yes", "--expect-no-changes");
  });

  it("what somebody removed is found by a refresh and made again; without a refresh too, at its next change", async () => {
    await cluster.admin.delete(PATH);
    await soon("its end", async () => !(await cluster.admin.exists(PATH)));
    assert.match(await workspace.pulumi("refresh", "--yes", "--skip-preview"), /- 1 deleted/);
    await workspace.up();
    await cluster.admin.delete(PATH);
    await soon("its end", async () => !(await cluster.admin.exists(PATH)));
    const automount = { automountServiceAccountToken: false };
    workspace.wish(namespace, deployment("web", NAMESPACE, automount, { after: [NAMESPACE] }));
    await workspace.up();
    assert.ok(await cluster.admin.exists(PATH));
  });

  it("import by id, then no changes; ignoreChanges leaves what somebody else set", async () => {
    const path = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
    const metadata = { name: "found", namespace: NAMESPACE };
    const base = [namespace, deployment("web", NAMESPACE, {}, { after: [NAMESPACE] })];
    await cluster.admin.create(path, { metadata, data: { a: "1" } });
    const found = (data: object, opts: Wish["opts"]) => configMap("found", { metadata, data }, opts);
    workspace.wish(...base, found({ a: "1" }, { import: `${NAMESPACE}/found`, retainOnDelete: false }));
    assert.match(await workspace.up(), /= 1 imported/);
    workspace.wish(...base, found({ a: "1" }, {}));
    await workspace.pulumi("state", "unprotect", "--all", "--yes");
    await workspace.pulumi("up", "--yes", "--expect-no-changes");
    workspace.wish(...base, found({ a: "2" }, { ignoreChanges: ["data"] }));
    await workspace.pulumi("up", "--yes", "--expect-no-changes");
  });

  it("destroy while a pod is still up: nothing is left", async () => {
    await workspace.pulumi("destroy", "--yes", "--skip-preview");
    assert.equal(await cluster.admin.exists(`/api/v1/namespaces/${NAMESPACE}`), false);
  });
});
