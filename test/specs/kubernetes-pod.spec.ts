import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type * as k8s from "@pulumi/kubernetes";
import { Sensitive } from "../../components/core/values";
import { textsOf } from "../../components/platforms/kubernetes/files";
import { computeOf, type Placement } from "../../components/platforms/kubernetes/placement";
import { podTemplate, type PodParts, type Process } from "../../components/platforms/kubernetes/pod";
import { unexpanded } from "../../components/platforms/kubernetes/expansion";
import { cores, gibibytes, mebibytes } from "../../components/platforms/kubernetes/quantities";
import { gpuResource } from "../../components/platforms/kubernetes/gpu-sharing";
import { CANARY } from "../support/mocks";
import { jobSpec, secretText } from "../support/samples";

type Template = k8s.types.output.core.v1.PodTemplateSpec;

const placement = (spec: Process, more: Partial<Placement> = {}): Placement => ({
  stack: "dev",
  member: "redis",
  name: "redis",
  images: { imageOf: (name) => `registry.example/${name}:1`, pullSecrets: [] },
  texts: textsOf("redis", { files: spec.files ?? {}, env: spec.env ?? {} }),
  compute: computeOf(spec.resources.cpu, spec.resources.memoryMiB),
  priorityClassName: "semblance-dev-data",
  hosts: [],
  ...more,
});

/** The pod with every Output in it resolved. */
async function pod(spec: Partial<Process> = {}, more: Partial<Placement> = {}, parts: PodParts = {}) {
  const whole: Process = { ...jobSpec, ...spec };
  const template = podTemplate(whole, placement(whole, more), parts);
  const { metadata, spec: podSpec } = await new Promise<Template>(
    (resolve) => void pulumi.output(template).apply((plain) => resolve(plain as Template)),
  );
  const [container, ...others] = podSpec.containers;
  assert.ok(container && others.length === 0);
  return { metadata, pod: podSpec, container };
}

describe("pod", () => {
  it("is held to the restricted profile: no root, no privilege, no capability, no way to write its image", async () => {
    const { pod: spec, container } = await pod();
    assert.deepEqual(spec.securityContext, {
      runAsUser: 999,
      runAsGroup: 998,
      runAsNonRoot: true,
      fsGroup: 998,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    });
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    const kept = await pod({}, {}, { capabilities: ["NET_BIND_SERVICE"] });
    assert.deepEqual(kept.container.securityContext.capabilities, {
      drop: ["ALL"],
      add: ["NET_BIND_SERVICE"],
    });
  });

  it("may open a low port only where it has one, and as nobody special", async () => {
    const sysctls = async (lowestPort: number) =>
      (await pod({}, {}, { lowestPort })).pod.securityContext.sysctls;
    assert.equal(await sysctls(1024), undefined);
    assert.deepEqual(await sysctls(443), [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }]);
  });

  it("has no token, no list of other services, and its member's account", async () => {
    const { pod: spec } = await pod();
    assert.equal(spec.automountServiceAccountToken, false);
    assert.equal(spec.enableServiceLinks, false);
    assert.equal(spec.serviceAccountName, "redis");
    assert.equal(spec.priorityClassName, "semblance-dev-data");
    assert.equal(spec.imagePullSecrets, undefined);
  });

  it("reaps what its process leaves behind, and looks names up as they are", async () => {
    const { pod: spec } = await pod();
    assert.equal(spec.shareProcessNamespace, true);
    assert.deepEqual(spec.dnsConfig, { options: [{ name: "ndots", value: "2" }] });
  });

  it("runs the spec's command line in the image, with a login for the registry where there is one", async () => {
    const images = { imageOf: () => "registry.example/x@sha256:1", pullSecrets: ["registry"] };
    const { pod: spec, container } = await pod({}, { images });
    assert.deepEqual(container.command, ["do", "it"]);
    assert.equal(container.args, undefined);
    assert.equal(container.image, "registry.example/x@sha256:1");
    assert.deepEqual(spec.imagePullSecrets, [{ name: "registry" }]);
  });

  it("asks for all of its memory and a quarter of its CPU", async () => {
    const { container } = await pod({ resources: { cpu: 2, memoryMiB: 2048 } });
    assert.deepEqual(container.resources, {
      requests: { cpu: "500m", memory: "2Gi", "ephemeral-storage": "64Mi" },
      limits: { cpu: "2", memory: "2Gi", "ephemeral-storage": "1Gi" },
    });
    assert.deepEqual(computeOf(0.05, 64).requests, { cpu: 0.025, memoryMiB: 64 });
  });

  it("with GPUs goes to nodes that have some, and without goes nowhere else", async () => {
    const gpu = gpuResource({ strategy: "none" }, 2, "ollama");
    const { pod: spec, container } = await pod({}, { gpu });
    assert.equal(container.resources.limits["nvidia.com/gpu"], "2");
    assert.equal(container.resources.requests["nvidia.com/gpu"], "2");
    assert.deepEqual(spec.tolerations, [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }]);
    assert.deepEqual(spec.nodeSelector, { "nvidia.com/gpu.present": "true" });
    const without = await pod();
    assert.equal(without.pod.tolerations, undefined);
    assert.equal(without.pod.nodeSelector, undefined);
  });

  it("keeps a secret variable out of itself", async () => {
    const env = { PLAIN: "a", PASSWORD: Sensitive.of(secretText("password")) };
    const { container, metadata, pod: spec } = await pod({ env });
    assert.deepEqual(container.env, [
      { name: "PLAIN", value: "a" },
      { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "redis-env", key: "PASSWORD" } } },
    ]);
    assert.ok(!JSON.stringify([metadata, spec]).includes(CANARY));
  });

  it("writes in memory, in folders of a fixed size", async () => {
    const { pod: spec, container } = await pod({ writable: ["/tmp", "/run/x_Y"] });
    const emptyDir = { medium: "Memory", sizeLimit: "128Mi" };
    assert.deepEqual(spec.volumes, [
      { name: "memory-tmp", emptyDir },
      { name: "memory-run-x-y", emptyDir },
    ]);
    assert.deepEqual(container.volumeMounts, [
      { name: "memory-tmp", mountPath: "/tmp" },
      { name: "memory-run-x-y", mountPath: "/run/x_Y" },
    ]);
  });

  it("knows public names of servers inside, where it dials one", async () => {
    const { pod: spec } = await pod(
      {},
      { hosts: [{ ip: pulumi.output("10.0.0.1"), names: ["s3.lab.example"] }] },
    );
    assert.deepEqual(spec.hostAliases, [{ ip: "10.0.0.1", hostnames: ["s3.lab.example"] }]);
    assert.equal((await pod()).pod.hostAliases, undefined);
  });

  it("is another one when a file or a secret variable changes, and only then", async () => {
    const hash = async (spec: Partial<Process>) => {
      const { metadata } = await pod(spec);
      return metadata.annotations["semblance-curation/content"];
    };
    const file = { "/etc/semblance/a": "1", "/etc/semblance/b": Sensitive.of("x") };
    const first = await hash({ files: file });
    assert.match(String(first), /^[0-9a-f]{16}$/);
    assert.equal(
      await hash({ files: { "/etc/semblance/b": Sensitive.of("x"), "/etc/semblance/a": "1" } }),
      first,
    );
    const others = [
      await hash({ files: { ...file, "/etc/semblance/a": "2" } }),
      await hash({ files: { ...file, "/etc/semblance/b": Sensitive.of("y") } }),
      await hash({ files: { ...file, "/etc/semblance/c": "" } }),
      await hash({ files: file, env: { A: Sensitive.of("x") } }),
    ];
    assert.equal(new Set([first, ...others]).size, 5);
  });
});

describe("what Kubernetes would read between the lines", () => {
  /** As k8s.io/kubernetes/third_party/forked/golang/expansion does it, with variables. */
  function expand(text: string, variables: Readonly<Record<string, string>>): string {
    return text.replaceAll(/\$(\$|\(([^)]*)\))/g, (whole, _, name?: string) => {
      if (whole === "$$") return "$";
      return name === undefined ? whole : (variables[name] ?? whole);
    });
  }

  for (const text of [
    'X="$(cat /etc/file)" exec run',
    "kill $$",
    "$(HOME)",
    "$$(HOME)",
    "$$$(HOME)",
    "cost: 5$",
    "${HOME} $1 $?",
    "$$$$",
  ]) {
    it(`leaves ${text} as it is`, () => {
      assert.equal(expand(unexpanded(text), { HOME: "wrong", "cat /etc/file": "wrong" }), text);
    });
  }
});

describe("quantities", () => {
  it("are spelt as the API server spells them", () => {
    assert.deepEqual([1, 0.5, 1.5, 2, 0.025].map(cores), ["1", "500m", "1500m", "2", "25m"]);
    assert.deepEqual([64, 1024, 1536, 2_097_152].map(mebibytes), ["64Mi", "1Gi", "1536Mi", "2Ti"]);
    assert.deepEqual([20, 1024, 0].map(gibibytes), ["20Gi", "1Ti", "0Gi"]);
  });
});
