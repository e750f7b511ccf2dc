import assert from "node:assert/strict";
import { UnsupportedError } from "../../components/core/errors";
import type { WorkloadSpec } from "../../components/core/workload";
import { boundsOf, several, single } from "../../components/platforms/kubernetes/autoscaling";
import { members, memberNames, type ServiceName } from "../../components/topology";
import { type Manifest, manifestsOf, onKubernetes } from "../support/kubernetes-program";
import { serverSpec as smallest } from "../support/samples";

/** The smallest server, whatever its ports are called. */
const serverSpec: WorkloadSpec = smallest;

interface PodSpec {
  readonly [key: string]: unknown;
  readonly containers: readonly Readonly<Record<string, unknown>>[];
}
interface Spec {
  readonly [key: string]: unknown;
  readonly template: { readonly spec: PodSpec };
}

async function run(service: ServiceName, spec: Partial<WorkloadSpec> = {}, settings: object = {}) {
  const { resources } = await onKubernetes((platform, parent) => {
    platform.run(service, { ...serverSpec, ...spec }, parent);
  }, settings);
  return manifestsOf(resources).filter(({ resource }) => resource.name.startsWith(service));
}

function only(manifests: readonly Manifest[], kind: string): Manifest {
  const [found, ...others] = manifests.filter((one) => one.kind === kind);
  assert.ok(found && others.length === 0, `${kind} among ${manifests.map((one) => one.kind).join(", ")}`);
  return found;
}
const specOf = (manifests: readonly Manifest[], kind: string) => only(manifests, kind).object["spec"] as Spec;
const container = ({ template }: Spec) => template.spec.containers[0] ?? assert.fail();

const data = { mountPath: "/data", onDown: "keep", sizeGiB: 20 } as const;
const scratch = { mountPath: "/scratch", onDown: "delete", sizeGiB: 1024 } as const;

describe("server on Kubernetes", () => {
  it("without data is a Deployment whose new copy is ready before the old one goes", async () => {
    const spec = specOf(await run("redis-exporter"), "Deployment");
    assert.equal(spec["replicas"], 1);
    assert.deepEqual(spec["strategy"], {
      type: "RollingUpdate",
      rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
    });
    assert.equal(spec.template.spec["topologySpreadConstraints"], undefined);
    assert.equal(container(spec)["lifecycle"], undefined);
    assert.equal(spec.template.spec["terminationGracePeriodSeconds"], 30);
  });

  it("with data is a StatefulSet of one, with a claim of its own per volume", async () => {
    const all = await run(
      "redis",
      { volumes: { data, cache: { ...scratch, mountPath: "/c" } } },
      { storageClass: "gp3" },
    );
    const spec = specOf(all, "StatefulSet");
    assert.deepEqual([spec["replicas"], spec["serviceName"]], [1, "redis"]);
    assert.deepEqual(spec.template.spec["volumes"], [
      { name: "data", persistentVolumeClaim: { claimName: "redis-data" } },
      { name: "cache", persistentVolumeClaim: { claimName: "redis-cache" } },
    ]);
    assert.deepEqual(container(spec)["volumeMounts"], [
      { name: "data", mountPath: "/data", subPath: "data" },
      { name: "cache", mountPath: "/c", subPath: "cache" },
    ]);
    const claims = all.filter(({ kind }) => kind === "PersistentVolumeClaim");
    assert.deepEqual(
      claims.map(({ name, resource, annotations, object }) => [
        name,
        resource.protect,
        annotations["pulumi.com/skipAwait"],
        object["spec"],
      ]),
      [
        ["redis-data", true, "true", claim("20Gi")],
        ["redis-cache", false, "true", claim("1Ti")],
      ],
    );
    const [kept] = claims;
    assert.ok(kept);
    assert.ok(
      kept.resource.dependsOn.every((urn) => urn.includes("Namespace")),
      "what outlives the stack keeps alive what it depends on",
    );
  });
  const claim = (storage: string) => ({
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage } },
    storageClassName: "gp3",
  });

  it("that observes machines is on every node, and sees of it what it may, read-only", async () => {
    const root = { user: { uid: 0, gid: 0 }, views: ["container-logs", "machine"], ports: {} } as const;
    const all = await run("otel-agent", { ...root, volumes: { offsets: scratch } });
    const spec = specOf(all, "DaemonSet");
    assert.deepEqual(spec.template.spec["tolerations"], [{ operator: "Exists" }]);
    const hostPath = (path: string, type: string) => ({ path, type });
    assert.deepEqual(spec.template.spec["volumes"], [
      {
        name: "offsets",
        hostPath: hostPath("/var/lib/semblance-curation/dev/otel-agent/offsets", "DirectoryOrCreate"),
      },
      { name: "view-container-logs", hostPath: hostPath("/var/log/pods", "Directory") },
      { name: "view-machine", hostPath: hostPath("/", "Directory") },
      { name: "hides-machine-0", emptyDir: { medium: "Memory", sizeLimit: "64Ki" } },
    ]);
    const view = { readOnly: true, recursiveReadOnly: "IfPossible" };
    assert.deepEqual(container(spec)["volumeMounts"], [
      { name: "offsets", mountPath: "/scratch" },
      { name: "view-container-logs", mountPath: "/host/containers", ...view },
      { name: "view-machine", mountPath: "/host/machine", ...view },
      { name: "hides-machine-0", mountPath: "/host/machine/run", readOnly: true },
    ]);
    assert.ok(!all.some(({ kind }) => kind === "Service" || kind === "PersistentVolumeClaim"));
    const named = { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } };
    assert.deepEqual(container(spec)["env"], [named], "the variable that the platform promises");
  });

  it("is started again by a command of its own, where it has one", async () => {
    const alive = {
      command: ["ask", "yourself"],
      intervalSeconds: 30,
      timeoutSeconds: 5,
      failures: 4,
      startSeconds: 0,
    };
    const one = container(specOf(await run("redis", { alive }), "Deployment"));
    assert.deepEqual(one["livenessProbe"], {
      exec: { command: ["ask", "yourself"] },
      timeoutSeconds: 5,
      initialDelaySeconds: 0,
      periodSeconds: 30,
      failureThreshold: 4,
    });
    assert.deepEqual((one["readinessProbe"] as { exec: object }).exec, { command: ["ask"] });
  });

  it("is asked by its own command: until it has started, whether it is ready, and whether there is hope", async () => {
    const one = container(specOf(await run("redis"), "Deployment"));
    const exec = { command: ["ask"] };
    // Docker: 10 s of grace, then three failures in a row, each after 5 s and at most 2 s long.
    assert.deepEqual(one["startupProbe"], { exec, timeoutSeconds: 2, periodSeconds: 5, failureThreshold: 8 });
    assert.deepEqual(one["readinessProbe"], {
      exec,
      timeoutSeconds: 2,
      periodSeconds: 5,
      failureThreshold: 3,
    });
    assert.deepEqual(one["livenessProbe"], {
      exec,
      timeoutSeconds: 2,
      periodSeconds: 60,
      failureThreshold: 10,
    });
  });

  it("is reached by a Service at the ports of its spec, which nobody waits for", async () => {
    const service = only(await run("redis"), "Service");
    assert.equal(service.annotations["pulumi.com/skipAwait"], "true");
    assert.deepEqual(service.object["spec"], {
      type: "ClusterIP",
      selector: { "app.kubernetes.io/name": "redis", "app.kubernetes.io/instance": "dev" },
      ports: [{ name: "https", port: 8443, targetPort: 8443, protocol: "TCP" }],
    });
  });
});

describe("copies on Kubernetes", () => {
  const settings = { autoscaling: { minReplicas: 2, maxReplicas: 5, cpuPercent: 60 } };

  it("follow the CPU, in zones and on nodes of their own, one leaving at a time", async () => {
    const all = await run("label-studio", { volumes: { data: scratch }, stopGraceSeconds: 40 }, settings);
    const spec = specOf(all, "Deployment");
    assert.equal(spec["replicas"], undefined, "how many there are is the autoscaler's to say");
    const pod = spec.template.spec;
    assert.deepEqual(
      (pod["topologySpreadConstraints"] as { topologyKey: string }[]).map(({ topologyKey }) => topologyKey),
      ["topology.kubernetes.io/zone", "kubernetes.io/hostname"],
    );
    assert.deepEqual(container(spec)["lifecycle"], { preStop: { sleep: { seconds: 5 } } });
    assert.equal(pod["terminationGracePeriodSeconds"], 45);
    assert.deepEqual(specOf(all, "HorizontalPodAutoscaler"), {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "label-studio" },
      minReplicas: 2,
      maxReplicas: 5,
      metrics: [
        {
          type: "Resource",
          resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } },
        },
      ],
    });
    assert.equal(specOf(all, "PodDisruptionBudget")["maxUnavailable"], 1);
  });

  it("have scratch space of their own, which goes with them", async () => {
    const all = await run("mlflow", { volumes: { scratch } }, settings);
    const { volumes } = specOf(all, "Deployment").template.spec;
    assert.deepEqual(volumes, [
      {
        name: "scratch",
        ephemeral: {
          volumeClaimTemplate: {
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Ti" } } },
          },
        },
      },
    ]);
    assert.ok(!all.some(({ kind }) => kind === "PersistentVolumeClaim"));
  });

  it("are as many as the setting says where it leaves no choice", async () => {
    const fixed = { autoscaling: { minReplicas: 3, maxReplicas: 3 } };
    const all = await run("docs", {}, fixed);
    assert.equal(specOf(all, "Deployment")["replicas"], 3);
    assert.ok(!all.some(({ kind }) => kind === "HorizontalPodAutoscaler"));
    assert.ok(all.some(({ kind }) => kind === "PodDisruptionBudget"));
  });

  it("are one, and no drain of a node is held up, where the stack has no more or the service cannot", async () => {
    for (const all of [await run("docs"), await run("redis", { volumes: { data } }, settings)]) {
      assert.ok(
        !all.some(({ kind }) => kind === "HorizontalPodAutoscaler" || kind === "PodDisruptionBudget"),
      );
    }
  });

  it("cannot share data that is to be kept", () => {
    const bounds = { minReplicas: 1, maxReplicas: 2, cpuPercent: 70 };
    assert.throws(() => boundsOf("mlflow", { data }, bounds), UnsupportedError);
    assert.equal(boundsOf("redis", { data }, bounds), undefined);
  });

  it("are decided on for every server, with a reason", () => {
    const servers = memberNames.filter((name) => members[name].kind === "server");
    assert.deepEqual([...Object.keys(several), ...Object.keys(single)].sort(), [...servers].sort());
  });
});
