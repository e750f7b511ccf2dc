import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { TopologyError, UnsupportedError } from "../../components/core/errors";
import type { WorkloadSpec } from "../../components/core/workload";
import { kubernetesProvider } from "../../components/platforms/kubernetes/provider";
import type { KubernetesPlatform } from "../../components/platforms/kubernetes";
import { arrows } from "../../components/topology";
import { recordProgram } from "../support/mocks";
import { manifestsOf, onKubernetes } from "../support/kubernetes-program";
import { connection, jobSpec, serverSpec as smallest } from "../support/samples";

/** The smallest server, whatever its ports are called. */
const serverSpec: WorkloadSpec = smallest;

type Attempt = (platform: KubernetesPlatform, parent: pulumi.ComponentResource) => unknown;

const data = { mountPath: "/data", onDown: "keep", sizeGiB: 1 } as const;
const postgres = {
  ...connection("postgres", "sql"),
  address: { host: "postgres.semblance-dev-data.svc", port: 1 },
};
const redis = { ...connection("redis", "redis"), address: { host: "redis.semblance-dev-data.svc", port: 1 } };

/** What a workload has brought; what the platform itself registers has other names. */
const ofWorkloads = (resources: readonly { readonly name: string }[]) =>
  resources.filter(({ name }) => /^(redis|minio|gateway|ollama|otel-agent|job)/.test(name));

describe("names on Kubernetes", () => {
  it("are those of the Service, the whole one first, and the member's own, which its certificate must carry", async () => {
    const { result } = await onKubernetes((platform) => [
      platform.namesOf("postgres"),
      platform.listen(),
      platform.kind,
    ]);
    const short = "postgres.semblance-dev-data.svc";
    assert.deepEqual(result, [[`${short}.cluster.local`, short, "postgres"], ["0.0.0.0"], "kubernetes"]);
  });

  it("are of the cluster's own domain", async () => {
    const { result } = await onKubernetes(
      (platform) => platform.namesOf("docs")[0],
      {},
      { clusterDomain: "k8s.lab" },
    );
    assert.equal(result, "docs.semblance-dev-edge.svc.k8s.lab");
  });
});

describe("logs on Kubernetes", () => {
  it("are those of the namespaces that are the stack's own, by their whole names", async () => {
    const { result, resources } = await onKubernetes((platform, parent) => {
      platform.run("redis", serverSpec, parent);
      platform.runOnce("minio-setup", "minio-setup", jobSpec, parent);
      return platform.containerLogs;
    });
    assert.ok(result.format === "cri");
    const made = manifestsOf(resources).flatMap(({ kind, name }) => (kind === "Namespace" ? [name] : []));
    assert.ok(made.length > 2);
    for (const namespace of made) assert.ok(result.namespaces.includes(namespace), namespace);
    for (const namespace of result.namespaces) assert.match(namespace, /^semblance-dev-[a-z]+$/);
    assert.ok(result.servers.includes("redis") && !result.servers.includes("minio-setup"));
    // What the agent reads a service's name from.
    const containers = manifestsOf(resources).flatMap(({ kind, name, object }) => {
      if (kind !== "Deployment" && kind !== "Job") return [];
      const { template } = object["spec"] as { template: { spec: { containers: { name: string }[] } } };
      return [[name, ...template.spec.containers.map((one) => one.name)].join(": ")];
    });
    assert.deepEqual(containers.sort(), ["minio-setup: minio-setup", "redis: redis"]);
  });
});

describe("arrows on Kubernetes", () => {
  const attempts: Readonly<Record<string, Attempt>> = {
    "a server": (platform, parent) =>
      platform.run("redis", { ...serverSpec, uses: [postgres], files: {} }, parent),
    "a job": (platform, parent) =>
      platform.runOnce("minio-setup", "job", { ...jobSpec, uses: [postgres] }, parent),
    "the wrong port": (platform, parent) =>
      platform.run("gateway", { ...serverSpec, uses: [connection("prometheus", "metrics")] }, parent),
  };
  for (const [title, attempt] of Object.entries(attempts)) {
    it(`are asked for before anything of ${title} is registered`, async () => {
      const { resources } = await onKubernetes((platform, parent) => {
        assert.throws(() => attempt(platform, parent), TopologyError);
        assert.throws(
          () => attempt(platform, parent),
          /without an arrow; add \{ from: "[a-z-]+", to: "[a-z-]+"/,
        );
      });
      assert.deepEqual(ofWorkloads(resources), []);
    });
  }

  it("are told when nothing uses them", async () => {
    const { result } = await onKubernetes((platform, parent) => {
      platform.run("redis", { ...serverSpec, ports: { redis: { number: 6379 } } }, parent);
      platform.run("redis-exporter", { ...serverSpec, uses: [redis] }, parent);
      return platform.unusedArrows(arrows);
    });
    assert.equal(result.length, arrows.length - 1);
  });

  it("do not make a server out of a job", async () => {
    await onKubernetes((platform, parent) => {
      assert.throws(() => platform.runOnce("redis", "job", jobSpec, parent), TopologyError);
    });
  });
});

describe("what Kubernetes cannot do", () => {
  const root = { user: { uid: 0, gid: 0 } };
  const cases: Readonly<Record<string, readonly [Attempt, RegExp]>> = {
    "a way out that the stack does not have": server({ egress: true }, /egress.*egress: true/),
    "sources of the operator's machine": server(
      { sources: { "/etc/semblance/x": "/srv" } },
      /sources.*not on the nodes/,
    ),
    "root beside people's data": server(root, /user\.uid 0.*tiers\.ts/),
    "a look at the machine from beside people's data": server(
      { views: ["machine"] },
      /views machine.*tiers\.ts/,
    ),
    "a job that is root": [
      (platform, parent) => platform.runOnce("minio-setup", "job", { ...jobSpec, ...root }, parent),
      /user\.uid 0/,
    ],
    "data to be kept on every node": [
      (platform, parent) =>
        platform.run(
          "otel-agent",
          { ...serverSpec, ports: {}, views: ["machine"], volumes: { data } },
          parent,
        ),
      /volumes\.data\.onDown/,
    ],
    "many shares of one GPU": [
      (platform, parent) =>
        platform.run("ollama", { ...serverSpec, resources: { ...serverSpec.resources, gpus: 2 } }, parent),
      /GPU/,
    ],
  };
  function server(spec: Partial<WorkloadSpec>, message: RegExp): readonly [Attempt, RegExp] {
    return [(platform, parent) => platform.run("redis", { ...serverSpec, ...spec }, parent), message];
  }

  for (const [title, [attempt, message]] of Object.entries(cases)) {
    it(`is refused before anything is registered: ${title}`, async () => {
      const gpuSharing = { strategy: "time-slicing", replicas: 4 };
      const { resources } = await onKubernetes(
        (platform, parent) => {
          assert.throws(
            () => attempt(platform, parent),
            (error: unknown) => error instanceof UnsupportedError && message.test(error.message),
          );
        },
        { gpuSharing },
      );
      assert.deepEqual(ofWorkloads(resources), []);
    });
  }
});

describe("workloads on Kubernetes", () => {
  it("start after their namespace, their policies, their account, their files and what they use", async () => {
    const { resources } = await onKubernetes((platform, parent) => {
      const ports = { redis: { number: 6379 } };
      const server = platform.run("redis", { ...serverSpec, ports, volumes: { data } }, parent);
      const uses = [{ ...redis, readyWhen: server.readyWhen }];
      platform.run("redis-exporter", { ...serverSpec, files: { "/etc/semblance/a": "a" }, uses }, parent);
    });
    const all = manifestsOf(resources);
    const before = (name: string) => {
      const one = all.find(({ resource }) => resource.name === name) ?? assert.fail(name);
      const kinds = one.resource.dependsOn.map((urn) => {
        const found = all.find(({ resource }) => resource.urn === urn);
        return `${found?.kind} ${found?.name}`;
      });
      return (wanted: string) => assert.ok(kinds.includes(wanted), `${wanted} among ${kinds.join(", ")}`);
    };
    const exporter = before("redis-exporter");
    exporter("Namespace semblance-dev-monitoring");
    exporter("NetworkPolicy default-deny");
    exporter("NetworkPolicy redis-exporter");
    exporter("PriorityClass semblance-dev-monitoring");
    exporter("ServiceAccount redis-exporter");
    exporter("ConfigMap redis-exporter-files");
    exporter("StatefulSet redis");
    before("redis")("PersistentVolumeClaim redis-data");
  });

  it("have the memory that the configuration gives, for a job by the member that it acts as", async () => {
    const { resources } = await onKubernetes(
      (platform, parent) => {
        platform.run("redis", serverSpec, parent);
        platform.runOnce("minio-setup", "minio-x-setup", jobSpec, parent);
        platform.runOnce("postgres-setup", "postgres-x-setup", jobSpec, parent);
      },
      {},
      { memoryMiB: { redis: 100, "minio-setup": 200 } },
    );
    const memory = (name: string) =>
      /"limits":\{[^}]*"memory":"(\w+)"/.exec(
        JSON.stringify(manifestsOf(resources).filter((m) => m.name === name)),
      )?.[1];
    assert.deepEqual(["redis", "minio-x-setup", "postgres-x-setup"].map(memory), ["100Mi", "200Mi", "64Mi"]);
  });
});

describe("the Kubernetes provider", () => {
  it("is one that a new kubeconfig does not replace, and that forgets nothing", async () => {
    const { resources } = await recordProgram(() => {
      kubernetesProvider({ clusterIdentifier: "lab", context: "lab", kubeconfig: "kubeconfig" });
    });
    const [provider] = resources;
    assert.equal(provider?.type, "pulumi:providers:kubernetes");
    assert.deepEqual(provider.inputs, {
      clusterIdentifier: "lab",
      context: "lab",
      enableConfigMapMutable: "true",
      enablePatchForce: "true",
      enableSecretMutable: "true",
      enableServerSideApply: "true",
      kubeconfig: "kubeconfig",
      upsertExistingObjects: "true",
    });
  });
});
