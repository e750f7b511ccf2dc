import assert from "node:assert/strict";
import type * as k8s from "@kubernetes/client-node";
import type { Api } from "../../toolchain/cluster";
import { CLUSTER_MS, soon, theCluster, type TestCluster } from "../support/cluster";
import { asking, podOf } from "../support/cluster-pods";
import { apply, fencesOf, pathOf } from "../support/fences";
import { kubernetesProgram, type Manifest } from "../support/kubernetes-program";

describe("priorities on a real scheduler", function () {
  this.timeout(5 * 60_000);
  let cluster: TestCluster;
  let admin: Api;
  let classes: readonly Manifest[] = [];
  const namespace = "fences-priorities";
  const where = `/api/v1/namespaces/${namespace}/pods`;
  const nodeSelector = { "fences/priorities": "small" };
  // All the other pods wait for a node, and would take this one.
  const taint = { key: "fences/priorities", effect: "NoSchedule" } as const;
  const takes = (name: string, priority: string): k8s.V1Pod =>
    podOf(name, asking({ cpu: "700m", memory: "64Mi" }), {
      nodeSelector,
      tolerations: [taint],
      priorityClassName: `semblance-test-${priority}`,
      terminationGracePeriodSeconds: 0,
    });
  const pod = (name: string) => admin.get<k8s.V1Pod>(`${where}/${name}`);

  before(async function () {
    this.timeout(CLUSTER_MS);
    cluster = await theCluster();
    ({ admin } = cluster);
    const { manifests } = await kubernetesProgram({ profile: "full", development: true });
    classes = fencesOf(manifests).filter(({ kind }) => kind === "PriorityClass");
    for (const manifest of classes) await apply(admin, manifest);
  });

  after(async () => void (await Promise.all(classes.map((one) => admin.delete(pathOf(one))))));

  it("let a store take the place of a job, and metrics wait for it to end", async () => {
    await cluster.nodes({ name: "small", count: 1, cpu: 1, labels: nodeSelector, taints: [taint] });
    await cluster.namespace(namespace);
    await admin.create(where, takes("job", "batch"));
    await soon("the job to run", async () => (await pod("job")).spec?.nodeName !== undefined);
    await admin.create(where, takes("metrics", "monitoring"));
    const why = await soon(
      "the scheduler to look at the metrics",
      async () =>
        (await pod("metrics")).status?.conditions?.find(({ type }) => type === "PodScheduled")?.message,
    );
    assert.match(why, /Insufficient cpu.*(not eligible|preemptionPolicy=Never)/s);
    assert.equal((await pod("job")).metadata?.deletionTimestamp, undefined);
    await admin.create(where, takes("store", "data"));
    await soon("the store to run", async () => (await pod("store")).spec?.nodeName !== undefined);
    assert.equal(await admin.exists(`${where}/job`), false);
    assert.equal((await pod("metrics")).spec?.nodeName, undefined);
    await cluster.removeNodes({ name: "small" });
    await admin.delete(`/api/v1/namespaces/${namespace}`);
  });
});
