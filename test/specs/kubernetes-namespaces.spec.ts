import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { kubernetesSettings } from "../../components/config/kubernetes";
import { Fences } from "../../components/platforms/kubernetes/fences";
import type { Registration } from "../../components/platforms/kubernetes/inventory";
import { podSecurity, tiersOf } from "../../components/platforms/kubernetes/namespaces";
import { priorityOf } from "../../components/platforms/kubernetes/priorities";
import { tierOf, tiers } from "../../components/platforms/kubernetes/tiers";
import { memberNames, members, membersOf } from "../../components/topology";
import { recordProgram, type Registered } from "../support/mocks";
import { smallDemand } from "../support/network-topology";

const full = membersOf({ profile: "full", development: true });
const core = membersOf({ profile: "core", development: false });
const redis: Registration = {
  member: "redis",
  ports: { redis: 6379 },
  arrows: [],
  published: [],
  egress: false,
  demand: { ...smallDemand, pods: 4 },
};

/** What is registered around these members, by kind. */
async function fenced(present: typeof full, use: (fences: Fences) => void = () => undefined) {
  const settings = kubernetesSettings.parse({ quotas: { headroomPercent: 0 } });
  const { resources } = await recordProgram(() => use(new Fences({ stack: "test", present, settings }, {})));
  const of = (kind: string): readonly Registered[] =>
    resources.filter(({ type }) => type.endsWith(`:${kind}`));
  return { resources, of };
}

/** What an object says of itself, and what it asks for, as the API server would get it. */
const inputs = ({
  inputs: { metadata, spec },
}: Registered): { metadata: Metadata; spec: Record<string, unknown> } => ({
  metadata: { ...(typeof metadata === "object" ? metadata : {}) },
  spec: { ...(typeof spec === "object" ? spec : {}) },
});
interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}
const last = (urn: string): string => urn.split("::").at(-1) ?? "";

describe("namespaces", () => {
  it("are one per tier that has a member", async () => {
    const names = (await fenced(core)).of("Namespace").map((one) => inputs(one).metadata.name);
    assert.deepEqual(
      names,
      ["edge", "work", "data", "monitoring"].map((tier) => `semblance-test-${tier}`),
    );
    assert.deepEqual(tiersOf(full), tiers);
    assert.deepEqual(tiersOf(new Set()), []);
  });

  it("are held to the restricted level of one version, but for what reads the machine", () => {
    for (const tier of tiers) {
      const level = tier === "nodes" ? "privileged" : "restricted";
      assert.deepEqual(podSecurity(tier, "v1.34"), {
        "pod-security.kubernetes.io/enforce": level,
        "pod-security.kubernetes.io/enforce-version": "v1.34",
        "pod-security.kubernetes.io/audit": level,
        "pod-security.kubernetes.io/audit-version": "v1.34",
        "pod-security.kubernetes.io/warn": level,
        "pod-security.kubernetes.io/warn-version": "v1.34",
      });
    }
    const privileged = memberNames.filter((member) => tierOf[member] === "nodes");
    assert.deepEqual(privileged, ["otel-agent", "container-exporter"], "nothing else slips into that tier");
  });

  it("have a quota, defaults, a denial and an account without a token, in each of them", async () => {
    const { of } = await fenced(full);
    const spaces = of("Namespace").map((one) => inputs(one).metadata.name);
    for (const [kind, name] of [
      ["ResourceQuota", "quota"],
      ["LimitRange", "defaults"],
      ["ServiceAccount", "default"],
      ["NetworkPolicy", "default-deny"],
    ] as const) {
      const found = of(kind).filter((one) => inputs(one).metadata.name === name);
      assert.deepEqual(
        found.map((one) => inputs(one).metadata.namespace),
        spaces,
        kind,
      );
    }
    for (const account of of("ServiceAccount"))
      assert.equal(account.inputs["automountServiceAccountToken"], false);
  });

  it("have quotas and policies with all that is registered after them", async () => {
    const { of } = await fenced(core, (fences) => {
      fences.inventory.add(redis);
      fences.inventory.add({ ...redis, member: "minio" });
    });
    const quota = of("ResourceQuota").find(({ name }) => name === "namespaces-data-quota") ?? assert.fail();
    assert.equal((inputs(quota).spec["hard"] as Record<string, string>)["pods"], "8");
  });

  it("refuse a workload that comes when they are made", async () => {
    const attempts: Promise<void>[] = [];
    await fenced(core, ({ inventory }) => {
      const nextTurn = new Promise((resolve) => setImmediate(resolve));
      attempts.push(nextTurn.then(() => inventory.add(redis)));
    });
    await assert.rejects(
      Promise.all(attempts),
      /redis is registered after the program .*register every workload synchronously/,
    );
  });

  it("come before pods: with their quota, their policies and their priority", async () => {
    const { resources } = await fenced(core, (fences) => {
      fences.inventory.add(redis);
      const dependsOn = [...fences.before("redis")];
      new pulumi.ComponentResource("test:index:Pod", "pod", {}, { dependsOn });
    });
    const pod = resources.find(({ name }) => name === "pod") ?? assert.fail();
    assert.deepEqual(pod.dependsOn.map(last).sort(), [
      "namespaces-data",
      "namespaces-data-default-account",
      "namespaces-data-defaults",
      "namespaces-data-quota",
      "network-policies-data-default-deny",
      "network-policies-redis",
      "priorities-data",
    ]);
  });

  it("tell of a member that is not there", async () => {
    await fenced(core, (fences) => {
      assert.throws(() => fences.before("ollama"), /no member of tier models is present/);
    });
  });
});

describe("priority classes", () => {
  it("are named after the stack, since they belong to the cluster, and are nobody's default", async () => {
    const { of } = await fenced(core);
    const classes = of("PriorityClass").map(({ inputs }) => inputs);
    assert.deepEqual(
      classes.map(({ metadata, value, preemptionPolicy }) => [
        (metadata as Metadata).name,
        value,
        preemptionPolicy,
      ]),
      [
        ["semblance-test-data", 100_000, "PreemptLowerPriority"],
        ["semblance-test-edge", 90_000, "PreemptLowerPriority"],
        ["semblance-test-work", 50_000, "Never"],
        ["semblance-test-monitoring", 20_000, "Never"],
        ["semblance-test-batch", 1_000, "Never"],
      ],
    );
    for (const one of classes)
      assert.ok(!("globalDefault" in one), "what is not theirs keeps its own priority");
    for (const { deleteBeforeReplace } of of("PriorityClass")) assert.equal(deleteBeforeReplace, true);
  });

  it("put stores first and jobs last", () => {
    assert.deepEqual(
      (["postgres", "gateway", "ollama", "label-studio", "loki", "otel-agent", "pgweb"] as const).map(
        priorityOf,
      ),
      ["data", "edge", "work", "work", "monitoring", "monitoring", "batch"],
    );
    for (const member of memberNames.filter((one) => members[one].kind === "job"))
      assert.equal(priorityOf(member), "batch");
  });
});
