import assert from "node:assert/strict";
import type * as k8s from "@kubernetes/client-node";
import { LABEL, namespaceOf } from "../../components/platforms/kubernetes/names";
import { tierOf } from "../../components/platforms/kubernetes/tiers";
import { podSecurityViolations } from "../../toolchain/cluster";
import { CLUSTER_MS, theCluster, type TestCluster } from "../support/cluster";
import { ClusterStack } from "../support/cluster-stack";
import { expectCode, killFamily } from "../support/stack";
import { publishedImages } from "../support/published-images";
import { until } from "../support/until";

const STACK = "cluster";
const SELECTED = `labelSelector=${encodeURIComponent(`${LABEL.instance}=${STACK}`)}`;
const MACHINES = { count: 3, cpu: 16, memoryGiB: 64, zones: ["zone-a", "zone-b", "zone-c"] };
const GENERAL = { ...MACHINES, name: "general" };
// In every zone: the volume with the models is in one of them, and stays there.
const GPU = {
  ...MACHINES,
  name: "gpu",
  gpus: 1,
  labels: { "nvidia.com/gpu.present": "true" },
  taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }],
} as const;

describe("the whole platform on a real API server", function () {
  this.timeout(20 * 60_000);
  let cluster: TestCluster;
  let stack: ClusterStack;

  const list = <T>(path: string): Promise<T[]> => cluster.admin.list<T>(`${path}?${SELECTED}`);
  const pods = () => list<k8s.V1Pod>("/api/v1/pods");
  const deployment = (member: string) =>
    cluster.admin.get<k8s.V1Deployment>(
      `/apis/apps/v1/namespaces/${namespaceOf(STACK, "work")}/deployments/${member}`,
    );
  const up = async () => expectCode(0, await stack.run("up"));

  before(async function () {
    this.timeout(CLUSTER_MS);
    cluster = await theCluster();
    await cluster.nodes(GENERAL);
    stack = await ClusterStack.create(STACK, cluster);
    await stack.configure();
  });

  after(async () => {
    await stack.run("down", "--with-data", "--yes");
    await stack.discard();
    await cluster.removeNodes(GPU);
    await cluster.removeNodes(GENERAL);
  });

  it("is killed on its way up, and the next up brings it all there, every service ready", async () => {
    const { child, ended } = stack.start("up");
    await until({ what: "something to be on its way", limitSeconds: 600, everySeconds: 0.2 }, async () =>
      (await pods()).length > 3 ? true : undefined,
    );
    killFamily(child);
    await ended;
    await up();
    const { services } = JSON.parse((await stack.run("status", "--json")).stdout) as {
      services: readonly { name: string; ready: boolean; reason?: string }[];
    };
    assert.deepEqual(
      services.filter(({ ready }) => !ready),
      [],
    );
    assert.ok(services.length >= 22, String(services.length));
  });

  it("has nothing to do in a second up, and Pulumi agrees", async () => {
    assert.match((await up()).output, /no changes/);
    expectCode(0, await stack.pulumi("preview", "--expect-no-changes"));
    assert.match(
      expectCode(0, await stack.pulumi("refresh", "--yes", "--expect-no-changes")).output,
      /unchanged/,
    );
  });

  it("has pods that Kubernetes' own evaluator finds nothing on, but those that read their node", async () => {
    const judged = (await pods()).map(({ metadata = {}, spec }) => ({
      name: metadata.labels?.[LABEL.name] ?? metadata.name ?? "?",
      podSpec: spec ?? {},
    }));
    const bad = (await podSecurityViolations(judged)).filter(({ violations }) => violations.length > 0);
    const reads = Object.entries(tierOf).flatMap(([member, tier]) => (tier === "nodes" ? [member] : []));
    for (const { name, violations } of bad)
      assert.ok(reads.includes(name), `${name}: ${violations.map(({ detail }) => detail).join(", ")}`);
  });

  it("has no account's token in any pod", async () => {
    for (const { metadata, spec } of await pods()) {
      const tokens = (spec?.volumes ?? []).filter(({ projected }) =>
        projected?.sources?.some(({ serviceAccountToken }) => serviceAccountToken !== undefined),
      );
      assert.deepEqual(tokens, [], metadata?.name);
    }
  });

  it("takes a new image of one service by a rolling update of that one", async () => {
    const before = await deployment("mlflow");
    const uids = new Set((await pods()).map(({ metadata }) => metadata?.uid));
    await stack.configure({
      images: {
        ...publishedImages,
        digests: { ...publishedImages.digests, mlflow: `sha256:${"a".repeat(64)}` },
      },
    });
    await up();
    const after = await deployment("mlflow");
    assert.equal(after.metadata?.uid, before.metadata?.uid, "the same Deployment");
    assert.match(after.spec?.template.spec?.containers[0]?.image ?? "", /@sha256:a{64}$/);
    const fresh = (await pods()).filter(({ metadata }) => !uids.has(metadata?.uid));
    assert.deepEqual([...new Set(fresh.map(({ metadata }) => metadata?.labels?.[LABEL.name]))].sort(), [
      "mlflow",
      "mlflow-setup",
    ]);
    await stack.configure();
    await up();
  });

  it("waits for a node with a GPU where a service asks for one, says why, and goes to no other", async () => {
    await stack.configure({ ollama: { gpu: "nvidia" } });
    const { ended } = stack.start("up");
    const pending = await until(
      { what: "the pod to be pending for want of a GPU", limitSeconds: 600 },
      async () =>
        (await pods()).find(
          ({ metadata, status }) =>
            metadata?.labels?.[LABEL.component] === "ollama" &&
            status?.conditions?.some(
              ({ type, status: is, message = "" }) =>
                type === "PodScheduled" && is === "False" && /node affinity\/selector/.test(message),
            ),
        ),
    );
    assert.equal(pending.spec?.containers[0]?.resources?.limits?.["nvidia.com/gpu"], "1");
    await cluster.nodes(GPU);
    expectCode(0, await ended);
    const placed = await pods();
    const onGpu = placed.filter(({ spec }) => spec?.nodeName?.startsWith("gpu-"));
    const served = onGpu.filter(
      ({ metadata }) => tierOf[metadata?.labels?.[LABEL.name] as "ollama"] !== "nodes",
    );
    assert.deepEqual(
      served.map(({ metadata }) => metadata?.labels?.[LABEL.component]),
      ["ollama"],
    );
  });

  it("keeps claims when it is taken down, and nothing when its data goes too", async () => {
    expectCode(0, await stack.run("down"));
    assert.deepEqual(await pods(), []);
    assert.ok((await list<k8s.V1PersistentVolumeClaim>("/api/v1/persistentvolumeclaims")).length > 5);
    expectCode(0, await stack.run("down", "--with-data", "--yes"));
    const left = await cluster.admin.list<k8s.V1Namespace>("/api/v1/namespaces");
    assert.deepEqual(
      left.filter(({ metadata }) => metadata?.name?.startsWith(`semblance-${STACK}-`)),
      [],
    );
  });
});
