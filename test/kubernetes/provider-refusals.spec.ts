import assert from "node:assert/strict";
import { CLUSTER_MS, theCluster, type TestCluster } from "../support/cluster";
import { configMap, CONTAINER, core, deployment, ObjectsWorkspace, restricted } from "./provider-workspace";

const NAMESPACE = "provider-no";
const GREEDY = { ...CONTAINER, resources: { requests: { cpu: "500" } } };
const PRIVILEGED = { ...CONTAINER, securityContext: { privileged: true } };

describe("provider kubernetes: what is refused, and what it says", function () {
  this.timeout(CLUSTER_MS);
  const workspace = new ObjectsWorkspace();
  const namespace = restricted(NAMESPACE);
  const here = { namespace: NAMESPACE };
  let cluster: TestCluster;

  before(async () => {
    cluster = await theCluster();
    await cluster.nodes({ name: NAMESPACE, count: 1 });
    await workspace.begin(cluster.kubeconfig);
  });
  after(async () => {
    await workspace.attempt("destroy", "--yes", "--skip-preview");
    workspace.close();
    await cluster.removeNodes({ name: NAMESPACE });
  });

  it("an unknown field, at the first preview, before its namespace is there", async () => {
    const { args, ...rest } = deployment("typo", NAMESPACE);
    const wrong = { ...args, spec: { ...Object(args).spec, replicaz: 2 } };
    workspace.wish(namespace, { ...rest, args: wrong }, deployment("fine", NAMESPACE));
    const output = await workspace.refused("preview");
    assert.match(
      output,
      /cannot create Deployment provider-no\/typo: .*\.spec\.replicaz: field not declared in schema/,
    );
    assert.match(output, /fix: correct the field's name/);
    assert.doesNotMatch(output, /provider-no\/fine/);
  });

  it("a pod and a Deployment that Pod Security does not let in", async () => {
    workspace.wish(namespace);
    await workspace.up();
    const pod = { metadata: { ...here, name: "bad" }, spec: { containers: [PRIVILEGED] } };
    workspace.wish(
      ...[namespace, core("Pod", "pod", pod)],
      deployment("bad", NAMESPACE, { containers: [PRIVILEGED] }),
    );
    const output = await workspace.refused();
    assert.match(output, /cannot create Pod provider-no\/bad: .*violates PodSecurity "restricted/);
    assert.match(output, /fix: give pod and containers the securityContext that the message names/);
    assert.match(output, /Deployment provider-no\/bad is made, and not ready/);
    assert.match(output, /FailedCreate: pods .* violates PodSecurity "restricted/);
    assert.match(output, /warning: would violate PodSecurity "restricted/);
  });

  it("a pod beyond the quota", async () => {
    const quota = core("ResourceQuota", "quota", {
      ...{ metadata: { ...here, name: "quota" }, spec: { hard: { pods: "0" } } },
    });
    const pod = { metadata: { ...here, name: "one" }, spec: { containers: [CONTAINER] } };
    workspace.wish(namespace, quota, core("Pod", "pod", pod, { after: ["quota"] }));
    const output = await workspace.refused();
    assert.match(output, /cannot create Pod provider-no\/one: .*exceeded quota: quota, requested: pods=1/);
    assert.match(
      output,
      /fix: ask for less, or raise the quota: kubectl -n provider-no describe resourcequota/,
    );
    workspace.wish(namespace, quota, deployment("many", NAMESPACE, {}, { customTimeouts: { create: "4s" } }));
    assert.match(
      await workspace.refused(),
      /Deployment provider-no\/many [^]*exceeded quota[^]*fix: ask for less/,
    );
    workspace.wish(namespace);
    await workspace.up();
  });

  it("a workload that no node has room for: the time limit, and the scheduler's reason", async () => {
    const timeouts = { customTimeouts: { create: "4s" } };
    workspace.wish(namespace, deployment("greedy", NAMESPACE, { containers: [GREEDY] }, timeouts));
    const output = await workspace.refused();
    assert.match(output, /timed out after 4 s \(resource option customTimeouts\)/);
    assert.match(output, /0 of 1 replicas are available/);
    assert.match(output, /pod greedy-\S+ is not scheduled: Unschedulable: .*Insufficient cpu/);
  });

  it("a failed Job, with its reason", async () => {
    const never = { containers: [GREEDY], restartPolicy: "Never" };
    const job = {
      ...{ token: "batch/v1:Job", name: "late" },
      args: {
        ...{ apiVersion: "batch/v1", kind: "Job", metadata: { ...here, name: "late" } },
        spec: { activeDeadlineSeconds: 1, template: { spec: never } },
      },
    };
    workspace.wish(namespace, job);
    assert.match(
      await workspace.refused(),
      /DeadlineExceeded: Job was active longer than specified deadline/,
    );
  });

  it("an object that somebody else has made, at preview and at up; and it is not touched", async () => {
    const path = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
    const theirs = { metadata: { name: "theirs" }, data: { a: "theirs" } };
    await cluster.admin.create(path, theirs);
    workspace.wish(
      namespace,
      configMap("theirs", { metadata: { ...here, name: "theirs" }, data: { a: "ours" } }),
    );
    for (const output of [await workspace.refused("preview"), await workspace.refused()]) {
      assert.match(output, /ConfigMap provider-no\/theirs exists already, and this stack has not made it/);
      assert.match(output, /import: "provider-no\/theirs"/);
    }
    const found = await cluster.admin.get<typeof theirs>(`${path}/theirs`);
    assert.equal(found.data.a, "theirs");
  });

  it("a field that somebody else holds is a conflict that names both, until the program takes it over", async () => {
    const replicas = (count: number, annotations: object = {}) => {
      const { args, ...rest } = deployment("held", NAMESPACE);
      const metadata = { ...here, name: "held", annotations };
      return { ...rest, args: { ...args, metadata, spec: { ...Object(args).spec, replicas: count } } };
    };
    workspace.wish(namespace, replicas(1));
    await workspace.up();
    await cluster.admin.apply(
      `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/held`,
      { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "held" }, spec: { replicas: 2 } },
      "fieldManager=somebody&force=true",
    );
    workspace.wish(namespace, replicas(3));
    const output = await workspace.refused("preview");
    assert.match(
      output,
      /cannot update Deployment provider-no\/held: \.spec\.replicas: conflict with "somebody"/,
    );
    assert.match(output, /fix: .*pulumi\.com\/patchForce: "true"/);
    workspace.wish(namespace, replicas(3, { "pulumi.com/patchForce": "true" }));
    await workspace.up();
  });

  it("a field that is fixed, with the option that makes the object anew", async () => {
    const claim = (volumeMode: string) =>
      core("PersistentVolumeClaim", "claim", {
        metadata: { ...here, name: "claim" },
        spec: { accessModes: ["ReadWriteOnce"], volumeMode, resources: { requests: { storage: "1Gi" } } },
      });
    workspace.wish(namespace, claim("Filesystem"));
    await workspace.up();
    workspace.wish(namespace, claim("Block"));
    const output = await workspace.refused("preview");
    assert.match(output, /cannot update PersistentVolumeClaim provider-no\/claim: .*(immutable|forbidden)/);
    assert.match(output, /replaceOnChanges/);
  });

  it("patches, lists and charts", async () => {
    const wishes = [
      {
        token: "apps/v1:DeploymentPatch",
        name: "patch",
        args: { apiVersion: "apps/v1", kind: "Deployment" },
      },
      { token: "core/v1:ConfigMapList", name: "list", args: { items: [] } },
      { token: "helm.sh/v3:Release", name: "chart", args: { chart: "nginx" } },
    ];
    for (const wish of wishes) {
      workspace.wish(wish);
      const refusal = `kubernetes:${wish.token} is not implemented by this project's kubernetes provider`;
      assert.ok((await workspace.refused("preview")).includes(refusal), wish.token);
    }
  });

  it("a cluster that does not answer: a preview without it, and an up that says which one", async () => {
    const workspace = new ObjectsWorkspace();
    try {
      const server = "https://127.0.0.1:9";
      const kubeconfig = JSON.stringify({
        ...{ apiVersion: "v1", kind: "Config", "current-context": "c" },
        clusters: [{ name: "c", cluster: { server } }],
        users: [{ name: "u", user: { token: "t" } }],
        contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
      });
      await workspace.begin(kubeconfig);
      workspace.wish(configMap("far", { data: { a: "1" } }));
      const preview = await workspace.pulumi("preview");
      assert.match(
        preview,
        /previewed without the cluster: the Kubernetes API server https:\/\/127.0.0.1:9 does not/,
      );
      assert.match(preview, /\+ 3 to create/);
      assert.match(await workspace.refused(), /fix: see that it runs .*kubectl cluster-info/);
    } finally {
      workspace.close();
    }
  });
});
