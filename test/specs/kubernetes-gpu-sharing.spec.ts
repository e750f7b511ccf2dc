import assert from "node:assert/strict";
import { type GpuSharing, gpuSharing, MIG_PROFILES, mostGpus } from "../../components/config/gpu";
import { UnsupportedError } from "../../components/core/errors";
import {
  devicePluginConfig,
  gpuResource,
  gpuResourceName,
} from "../../components/platforms/kubernetes/gpu-sharing";

const strategies: readonly GpuSharing[] = [
  { strategy: "none" },
  { strategy: "time-slicing", replicas: 4 },
  { strategy: "mps", replicas: 8 },
  { strategy: "mig", gpu: "a100-40gb", profile: "1g.5gb" },
];

/** Where zod finds something wrong, and what it says. */
function refusals(value: unknown): string[] {
  const result = gpuSharing.safeParse(value);
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("GPU sharing", () => {
  it("is one of four, each with what belongs to it", () => {
    for (const sharing of strategies) assert.deepEqual(refusals(sharing), []);
    const impossible: readonly (readonly [unknown, RegExp])[] = [
      [{}, /^strategy: none \| time-slicing \| mps \| mig$/],
      [{ strategy: "vgpu" }, /^strategy: none \| time-slicing \| mps \| mig$/],
      [{ strategy: "none", replicas: 2 }, /^: Unrecognized key: "replicas"$/],
      [{ strategy: "time-slicing" }, /^replicas: /],
      [{ strategy: "time-slicing", replicas: 1 }, /^replicas: .*>=2$/],
      [{ strategy: "mps", replicas: 49 }, /^replicas: .*<=48$/],
      [{ strategy: "mps", replicas: 2.5 }, /^replicas: .*int/],
      [{ strategy: "mps", replicas: 2, profile: "1g.5gb" }, /^: Unrecognized key: "profile"$/],
      [
        { strategy: "mig", gpu: "a100-40gb", profile: "1g.5gb", replicas: 2 },
        /^: Unrecognized key: "replicas"$/,
      ],
      [{ strategy: "mig", profile: "1g.5gb" }, /^gpu: a30-24gb \| /],
      [{ strategy: "mig", gpu: "t4", profile: "1g.5gb" }, /^gpu: a30-24gb \| /],
      [{ strategy: "mig", gpu: "h100-80gb", profile: "1g.5gb" }, /^profile: .*"1g\.10gb"\|"1g\.20gb"/],
    ];
    for (const [value, refusal] of impossible) {
      const lines = refusals(value);
      assert.equal(lines.length, 1, JSON.stringify(value));
      assert.match(lines[0] ?? "", refusal);
    }
  });

  it("does not compile where it cannot be", () => {
    const wrong = [
      // @ts-expect-error nothing to share
      { strategy: "none", replicas: 2 } satisfies GpuSharing,
      // @ts-expect-error no replicas
      { strategy: "mps" } satisfies GpuSharing,
      // @ts-expect-error a slice of another GPU
      { strategy: "mig", gpu: "h100-80gb", profile: "1g.5gb" } satisfies GpuSharing,
      // @ts-expect-error a GPU that MIG cannot cut
      { strategy: "mig", gpu: "l4-24gb", profile: "1g.6gb" } satisfies GpuSharing,
      // @ts-expect-error MIG gives slices, not shares
      { strategy: "mig", gpu: "a30-24gb", profile: "1g.6gb", replicas: 2 } satisfies GpuSharing,
    ];
    for (const value of wrong) assert.equal(refusals(value).length, 1, JSON.stringify(value));
  });

  it("knows the slices of each GPU: together they need no more memory and no more compute than it has", () => {
    for (const [gpu, profiles] of Object.entries(MIG_PROFILES)) {
      const total = Number(/-(\d+)gb$/.exec(gpu)?.[1]);
      const slices = gpu.startsWith("a30") ? 4 : 7;
      for (const [profile, count] of Object.entries(profiles)) {
        const [, compute = NaN, memory = NaN] = (/^(\d)g\.(\d+)gb$/.exec(profile) ?? []).map(Number);
        assert.ok(compute * count <= slices, `${count} times ${profile} of ${gpu}`);
        // Names are rounded up to whole gigabytes.
        assert.ok((memory - 1) * count <= total, `${count} times ${profile} of ${gpu}`);
        assert.deepEqual(refusals({ strategy: "mig", gpu, profile }), []);
      }
    }
  });

  it("names the resource so that a share or slice is never taken for a whole GPU", () => {
    assert.deepEqual(strategies.map(gpuResourceName), [
      "nvidia.com/gpu",
      "nvidia.com/gpu.shared",
      "nvidia.com/gpu.shared",
      "nvidia.com/mig-1g.5gb",
    ]);
  });

  it("sends a pod to nodes with GPUs, whose taint it tolerates", () => {
    assert.deepEqual(gpuResource({ strategy: "none" }, 2, "ollama"), {
      resource: "nvidia.com/gpu",
      count: 2,
      tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
      nodeSelector: { "nvidia.com/gpu.present": "true" },
    });
  });

  it("gives a workload no more than one share or slice", () => {
    for (const sharing of strategies) {
      assert.equal(gpuResource(sharing, 1, "ollama").count, 1);
      const most = mostGpus(sharing);
      assert.throws(
        () => gpuResource(sharing, most + 1, "ollama"),
        (error: unknown) =>
          error instanceof UnsupportedError &&
          error.message.startsWith(
            `ollama: ${most + 1} GPUs with kubernetes.gpuSharing.strategy ${sharing.strategy}`,
          ),
      );
    }
    for (const count of [0, 1.5, -1])
      assert.throws(() => gpuResource({ strategy: "none" }, count, "x"), UnsupportedError);
  });

  it("is written in the device plugin's format, and nodes carry the name of it", () => {
    const texts = strategies.map((sharing) => devicePluginConfig(sharing));
    const shared = (replicas: number) => ({
      renameByDefault: true,
      failRequestsGreaterThanOne: true,
      resources: [{ name: "nvidia.com/gpu", replicas }],
    });
    assert.deepEqual(
      texts.map(({ text }): unknown => JSON.parse(text)),
      [
        { version: "v1", flags: { migStrategy: "none" } },
        { version: "v1", flags: { migStrategy: "none" }, sharing: { timeSlicing: shared(4) } },
        { version: "v1", flags: { migStrategy: "none" }, sharing: { mps: shared(8) } },
        { version: "v1", flags: { migStrategy: "mixed" } },
      ],
    );
    for (const { name, nodeLabels } of texts) {
      // A label's value, and a key of a ConfigMap.
      assert.match(name, /^[a-z0-9][a-z0-9.-]{0,61}[a-z0-9]$/);
      assert.equal(nodeLabels["nvidia.com/device-plugin.config"], name);
      assert.equal(nodeLabels["nvidia.com/gpu.present"], "true");
    }
    assert.equal(texts[3]?.nodeLabels["nvidia.com/mig.config"], "all-1g.5gb");
    assert.equal(new Set(texts.map(({ name }) => name)).size, texts.length);
  });
});
