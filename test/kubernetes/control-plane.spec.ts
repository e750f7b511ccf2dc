import assert from "node:assert/strict";
import type * as k8s from "@kubernetes/client-node";
import { KUBERNETES_VERSION, podSecurityViolations } from "../../toolchain/cluster";
import { allowed, CLUSTER_MS, soon, theCluster, type TestCluster } from "../support/cluster";
import { container } from "../support/cluster-pods";

/** A pod that the standard "restricted" allows. */
const podSpec: k8s.V1PodSpec = { containers: [container] };
const asRoot: k8s.V1PodSpec = {
  containers: [{ ...container, securityContext: { ...container.securityContext, runAsUser: 0 } }],
};
const withGpus = (count: number): k8s.V1PodSpec => ({
  containers: [{ ...container, resources: { limits: { "nvidia.com/gpu": String(count) } } }],
  tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
});
const labels = { app: "web" };
const template: k8s.V1PodTemplateSpec = { metadata: { labels }, spec: podSpec };

describe("Kubernetes control plane for tests", function () {
  this.timeout(5 * 60_000);
  const namespace = "control-plane";
  let cluster: TestCluster;

  before(async function () {
    this.timeout(CLUSTER_MS);
    cluster = await theCluster();
    await cluster.nodes({ name: "cpu", count: 2, zones: ["a", "b"] });
    await cluster.namespace(namespace, { "pod-security.kubernetes.io/enforce": "restricted" });
  });

  // Other files schedule on the same cluster.
  after(async () => {
    await Promise.all(["control-plane", "control-plane-quota"].map((name) => cluster.removeNamespace(name)));
    await Promise.all(["cpu", "gpu"].map((name) => cluster.removeNodes({ name })));
    assert.deepEqual(await cluster.admin.list("/api/v1/nodes"), []);
  });

  const at = (kind: string, where = namespace) => `/api/v1/namespaces/${where}/${kind}`;
  const apis = (group: string, kind: string) => `/apis/${group}/namespaces/${namespace}/${kind}`;
  const create = (name: string, spec: k8s.V1PodSpec, where = namespace) =>
    cluster.admin.create<k8s.V1Pod>(at("pods", where), { metadata: { name }, spec });
  const read = (name: string) => cluster.admin.get<k8s.V1Pod>(`${at("pods")}/${name}`);
  const phaseOf = async (name: string) => (await read(name)).status?.phase;

  it("is the pinned version, and nobody gets in without a role", async () => {
    const { gitVersion } = await cluster.admin.get<k8s.VersionInfo>("/version");
    assert.equal(gitVersion, `v${KUBERNETES_VERSION}`);
    const nobody = await cluster.user("nobody");
    await assert.rejects(nobody.list(at("pods")), /403: .*User "nobody" cannot list/);
  });

  describe("admission", () => {
    it("refuses a pod that runs as root where restricted is enforced, and says why", async () => {
      await assert.rejects(create("root", asRoot), /violates PodSecurity.*runAsUser=0/s);
      await create("not-root", podSpec);
    });

    it("holds a quota on GPUs", async () => {
      const where = "control-plane-quota";
      await cluster.namespace(where);
      const spec = { hard: { "requests.nvidia.com/gpu": "1" } };
      await cluster.admin.create(at("resourcequotas", where), { metadata: { name: "gpus" }, spec });
      await soon("the quota to be counted", async () => {
        const quota = await cluster.admin.get<k8s.V1ResourceQuota>(`${at("resourcequotas", where)}/gpus`);
        return quota.status?.hard !== undefined;
      });
      await create("first", withGpus(1), where);
      await assert.rejects(create("second", withGpus(1), where), /exceeded quota: gpus.*nvidia\.com\/gpu/s);
      // It waits for a GPU, and would take the one of the next test.
      await cluster.admin.delete(`${at("pods", where)}/first`);
    });

    it("judges a manifest without keeping it, and refuses a field that it does not know", async () => {
      const manifest = {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "judged", namespace },
        spec: { selector: { matchLabels: labels }, template },
      };
      await cluster.validate(manifest);
      const misspelt = { ...manifest, spec: { selector: { matchLabels: labels }, template, replica: 3 } };
      await assert.rejects(cluster.validate(misspelt), /\.spec\.replica/);
      await assert.rejects(cluster.validate({ ...manifest, kind: "Deploiment" }), /no apps\/v1 Deploiment/);
      assert.deepEqual(await cluster.admin.list(apis("apps/v1", "deployments")), []);
    });
  });

  describe("scheduling", () => {
    it("leaves a pod that asks for a GPU pending, with the reason, until a node has one", async () => {
      await create("gpu", withGpus(1));
      const reason = await soon("the scheduler to give up", async () => {
        const { status } = await read("gpu");
        const condition = status?.conditions?.find(({ type }) => type === "PodScheduled");
        return condition?.status === "False" && `${condition.reason}: ${condition.message}`;
      });
      assert.match(reason, /^Unschedulable: 0\/2 nodes are available: 2 Insufficient nvidia\.com\/gpu/);
      assert.equal(await phaseOf("gpu"), "Pending");

      await cluster.nodes({
        name: "gpu",
        count: 1,
        gpus: 1,
        taints: [{ key: "nvidia.com/gpu", value: "true", effect: "NoSchedule" }],
      });
      await soon("the pod to run", async () => (await phaseOf("gpu")) === "Running");
      assert.equal((await read("gpu")).spec?.nodeName, "gpu-0");
    });

    it("keeps a pod without the toleration off a tainted node", async () => {
      const nodeSelector = { "kubernetes.io/hostname": "gpu-0" };
      await create("intruder", { ...podSpec, nodeSelector });
      const reason = await soon("the scheduler to give up", async () => {
        const { status } = await read("intruder");
        return status?.conditions?.find(({ status: is }) => is === "False")?.message;
      });
      assert.match(reason, /1 node\(s\) had untolerated taint/);
    });
  });

  describe("authorization", () => {
    it("gives a group what its role says, and no more", async () => {
      const rbac = (kind: string) => apis("rbac.authorization.k8s.io/v1", kind);
      const metadata = { name: "pod-reader" };
      const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }];
      await cluster.admin.create(rbac("roles"), { metadata, rules });
      const group = { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "viewers" };
      const account = { kind: "ServiceAccount", name: "default", namespace };
      const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: metadata.name };
      await cluster.admin.create(rbac("rolebindings"), { metadata, subjects: [group, account], roleRef });

      const viewer = await cluster.user("ada", ["viewers"]);
      const robot = await cluster.serviceAccount(namespace, "default");
      for (const reader of [viewer, robot]) {
        assert.ok((await reader.list(at("pods"))).length > 0);
        await assert.rejects(reader.list(at("secrets")), /403: .* cannot list resource "secrets"/);
        await assert.rejects(reader.list(at("pods", "default")), /403: .* cannot list resource "pods"/);
        await assert.rejects(reader.delete(`${at("pods")}/gpu`), /403: .* cannot delete resource "pods"/);
        assert.equal(await allowed(reader, { verb: "list", resource: "pods", namespace }), true);
        assert.equal(await allowed(reader, { verb: "delete", resource: "pods", namespace }), false);
      }
      const stranger = await cluster.user("eve", ["strangers"]);
      assert.equal(await allowed(stranger, { verb: "list", resource: "pods", namespace }), false);
      await assert.rejects(stranger.list(at("pods")), /403: .*User "eve" cannot list/);
    });
  });

  describe("controllers", () => {
    it("bring a Deployment up, and change its image one pod after the other", async () => {
      const deployments = apis("apps/v1", "deployments");
      const web: k8s.V1Deployment = {
        metadata: { name: "web" },
        spec: { replicas: 3, selector: { matchLabels: labels }, template },
      };
      const available = (generation: number) =>
        soon(`generation ${generation} to be available`, async () => {
          const { status } = await cluster.admin.get<k8s.V1Deployment>(`${deployments}/web`);
          const now = status?.observedGeneration === generation && status.updatedReplicas === 3;
          return now && status.availableReplicas === 3 && status.replicas === 3;
        });
      await cluster.admin.create(deployments, web);
      await available(1);
      const image = "registry.invalid/nothing:2";
      const next = { ...template, spec: { containers: [{ ...container, image }] } };
      const spec = { replicas: 3, selector: { matchLabels: labels }, template: next };
      await cluster.admin.replace(`${deployments}/web`, { ...web, spec });
      await available(2);
      const sets = await cluster.admin.list<k8s.V1ReplicaSet>(apis("apps/v1", "replicasets"));
      assert.deepEqual(sets.map(({ spec: set }) => set?.replicas).sort(), [0, 3]);
    });

    it("run a Job to its end, through its init container", async () => {
      const jobs = apis("batch/v1", "jobs");
      const pod = { ...podSpec, restartPolicy: "Never", initContainers: [{ ...container, name: "first" }] };
      await cluster.admin.create(jobs, { metadata: { name: "once" }, spec: { template: { spec: pod } } });
      const done = await soon("the Job to end", async () => {
        const { status } = await cluster.admin.get<k8s.V1Job>(`${jobs}/once`);
        return status?.completionTime && status;
      });
      assert.equal(done.succeeded, 1);
    });

    it("make a volume for a claim, where its first pod goes, and take it away with the claim", async () => {
      const claims = at("persistentvolumeclaims");
      const wanted = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
      await cluster.admin.create(claims, { metadata: { name: "data" }, spec: wanted });
      const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
      const nodeSelector = { "topology.kubernetes.io/zone": "b" };
      await create("stateful", { ...podSpec, volumes, nodeSelector });
      await soon("the pod to run", async () => (await phaseOf("stateful")) === "Running");
      const claim = await cluster.admin.get<k8s.V1PersistentVolumeClaim>(`${claims}/data`);
      assert.equal(claim.status?.phase, "Bound");
      const path = `/api/v1/persistentvolumes/${claim.spec?.volumeName ?? ""}`;
      const volume = await cluster.admin.get<k8s.V1PersistentVolume>(path);
      const [term] = volume.spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [];
      assert.deepEqual(term?.matchExpressions?.[0]?.values, ["b"]);

      await cluster.admin.delete(`${at("pods")}/stateful`);
      await cluster.admin.delete(`${claims}/data`);
      await soon("the volume to be gone", async () => !(await cluster.admin.exists(path)));
    });

    it("give a load balancer an address", async () => {
      const spec = { type: "LoadBalancer", selector: labels, ports: [{ port: 443 }] };
      await cluster.admin.create(at("services"), { metadata: { name: "edge" }, spec });
      const address = await soon("an address", async () => {
        const { status } = await cluster.admin.get<k8s.V1Service>(`${at("services")}/edge`);
        return status?.loadBalancer?.ingress?.[0]?.ip;
      });
      assert.equal(address, "192.0.2.1");
    });

    it("take a namespace away with all that is in it", async () => {
      const name = "control-plane-gone";
      await cluster.namespace(name);
      await create("left", podSpec, name);
      await cluster.removeNamespace(name);
      assert.deepEqual(await cluster.admin.list(at("pods", name)), []);
    });
  });

  describe("the evaluator of the Pod Security Standards", () => {
    it("finds what restricted forbids, pod by pod, and nothing on a pod that is as it should be", async () => {
      const [good, bad] = await podSecurityViolations([
        { name: "good", podSpec },
        { name: "bad", podSpec: { ...asRoot, hostNetwork: true } },
      ]);
      assert.deepEqual(good, { name: "good", violations: [] });
      assert.equal(bad?.name, "bad");
      const reasons = bad.violations.map(({ reason }) => reason).sort();
      assert.deepEqual(reasons, ["host namespaces", "runAsUser=0"]);
    });

    it("refuses a field that Kubernetes does not know", async () => {
      const misspelt = { containers: [], hostNetwrok: true };
      await assert.rejects(
        podSecurityViolations([{ name: "x", podSpec: misspelt }]),
        /unknown field "hostNetwrok"/,
      );
    });
  });
});
