import assert from "node:assert/strict";
import type { Demand, Registration } from "../../components/platforms/kubernetes/inventory";
import { limitRange, quotaFor } from "../../components/platforms/kubernetes/quotas";
import type { ServiceName } from "../../components/topology";
import { smallDemand } from "../support/network-topology";

const asks = (member: ServiceName, demand: Partial<Demand> = {}): Registration => ({
  member,
  ports: {},
  arrows: [],
  published: [],
  egress: false,
  demand: { ...smallDemand, ...demand },
});

const options = { headroomPercent: 25, gpuResource: "nvidia.com/gpu" };
const none = {
  "requests.nvidia.com/gpu": "0",
  persistentvolumeclaims: "0",
  "requests.storage": "0",
  services: "0",
  "services.loadbalancers": "0",
  "services.nodeports": "0",
};

describe("quotas", () => {
  it("are the sums of what the workloads and jobs of a tier ask for, and headroom", () => {
    const hard = quotaFor(
      "data",
      [
        asks("postgres", {
          pods: 2,
          requests: { cpu: 0.5, memoryMiB: 512 },
          limits: { cpu: 1, memoryMiB: 1024 },
          claims: [100],
        }),
        asks("postgres-setup", { requests: { cpu: 0.1, memoryMiB: 64 }, services: 0 }),
        asks("redis", { requests: { cpu: 0.1, memoryMiB: 128 }, claims: [10, 10] }),
        asks("gateway", { pods: 50, loadBalancers: 1, nodePorts: 2 }),
      ],
      options,
    );
    assert.deepEqual(hard, {
      ...none,
      pods: "5",
      "requests.cpu": "1500m",
      "requests.memory": "1520Mi",
      "limits.cpu": "3750m",
      "limits.memory": "2720Mi",
      persistentvolumeclaims: "4",
      "requests.storage": "150Gi",
      services: "3",
    });
  });

  it("give no headroom to GPUs, load balancers and ports of the nodes", () => {
    const gpus = { resource: "nvidia.com/gpu", count: 2 };
    const models = quotaFor("models", [asks("ollama", { pods: 3, gpus })], options);
    assert.equal(models["requests.nvidia.com/gpu"], "6");
    const edge = quotaFor("edge", [asks("gateway", { loadBalancers: 1, nodePorts: 2 })], options);
    assert.deepEqual([edge["services.loadbalancers"], edge["services.nodeports"]], ["1", "2"]);
  });

  it("count GPUs by the name under which they are asked for, and leave none of the others", () => {
    for (const resource of ["nvidia.com/gpu.shared", "nvidia.com/mig-1g.5gb"]) {
      const all = [asks("ollama", { gpus: { resource, count: 1 } })];
      const hard = quotaFor("models", all, { ...options, gpuResource: resource });
      assert.equal(hard[`requests.${resource}`], "1");
      assert.equal(hard["requests.nvidia.com/gpu"], "0");
      assert.equal(quotaFor("work", all, { ...options, gpuResource: resource })[`requests.${resource}`], "0");
    }
  });

  it("do not limit the pods where there is one on every node", () => {
    const hard = quotaFor("nodes", [asks("otel-agent", { pods: "per-node", services: 0 })], options);
    assert.deepEqual(hard, none);
  });

  it("are spelt as the API server gives them back", () => {
    const large = { cpu: 1.6, memoryMiB: 1024 * 1024 };
    const all = [
      asks("minio", { requests: large, limits: { cpu: 0.0001, memoryMiB: 1536 }, claims: [2048] }),
    ];
    const hard = quotaFor("data", all, { ...options, headroomPercent: 0 });
    assert.deepEqual(
      ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory", "requests.storage"].map(
        (key) => hard[key],
      ),
      ["1600m", "1Ti", "0", "1536Mi", "2Ti"],
    );
  });

  it("do not add up fractions that computers cannot write", () => {
    const tenths = ["postgres", "redis", "minio"] as const;
    const all = tenths.map((member) => asks(member, { requests: { cpu: 0.1, memoryMiB: 1 } }));
    assert.equal(quotaFor("data", all, { ...options, headroomPercent: 0 })["requests.cpu"], "300m");
  });

  it("do not depend on the order of the workloads", () => {
    const all = [asks("postgres", { claims: [3] }), asks("redis", { pods: 2 }), asks("minio")];
    assert.deepEqual(quotaFor("data", all, options), quotaFor("data", [...all].reverse(), options));
  });

  it("come with defaults for containers that name nothing: a request below the limit", () => {
    const [defaults] = limitRange.limits;
    assert.deepEqual(defaults?.default, { cpu: "500m", memory: "256Mi" });
    assert.deepEqual(defaults?.defaultRequest, { cpu: "50m", memory: "64Mi" });
  });
});
