import assert from "node:assert/strict";
import type { Props } from "../../toolchain/providers/base/value";
import { explain } from "../../toolchain/providers/kubernetes/await/explain";
import * as others from "../../toolchain/providers/kubernetes/await/others";
import { ruleOf } from "../../toolchain/providers/kubernetes/await/rules";
import type { Look, Verdict } from "../../toolchain/providers/kubernetes/await/verdict";
import { NotReady, untilReady } from "../../toolchain/providers/kubernetes/await/wait";
import * as workloads from "../../toolchain/providers/kubernetes/await/workloads";

const BLIND: Look = { get: () => Promise.resolve(undefined), list: () => Promise.resolve([]) };
const seeing = (items: Props[], object?: Props): Look => ({
  get: () => Promise.resolve(object),
  list: () => Promise.resolve(items),
});
const kindOf = ({ kind }: Verdict) => kind;

describe("provider kubernetes: when an object is ready", () => {
  const deployment = (status: Props, spec: Props = { replicas: 2 }) =>
    workloads.deployment({ metadata: { generation: 2 }, spec, status: { observedGeneration: 2, ...status } });
  const done = { replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
  const condition = (type: string, status: string, reason = "R", message = "M") => [
    { type, status, reason, message },
  ];

  it("a Deployment: every replica new and available, as its controller has seen it", () => {
    assert.equal(kindOf(deployment(done)), "ready");
    assert.equal(kindOf(deployment({ ...done, observedGeneration: 1 })), "waiting");
    assert.equal(kindOf(deployment({ ...done, updatedReplicas: 1 })), "waiting");
    const half = { replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
    assert.equal(kindOf(deployment(half)), "waiting");
    assert.equal(kindOf(deployment({ ...done, replicas: 3 })), "waiting");
    assert.equal(kindOf(deployment({ ...done, availableReplicas: 1 })), "waiting");
    assert.equal(kindOf(deployment({}, { replicas: 0 })), "ready");
    assert.equal(kindOf(deployment({}, { replicas: 2, paused: true })), "ready");
  });

  it("a Deployment that cannot: past its deadline, not let in, or stuck at a quota", () => {
    const failing = (conditions: Props[], more: Props = {}) => kindOf(deployment({ ...more, conditions }));
    assert.equal(failing(condition("Progressing", "False", "ProgressDeadlineExceeded")), "failed");
    assert.equal(failing(condition("ReplicaFailure", "True", "R", "violates PodSecurity")), "failed");
    assert.equal(failing(condition("ReplicaFailure", "True", "R", "exceeded quota")), "stuck");
    const some = { availableReplicas: 1 };
    assert.equal(failing(condition("ReplicaFailure", "True", "R", "exceeded quota"), some), "waiting");
  });

  it("a StatefulSet: ready and of one revision, a partition and OnDelete as far as they go", () => {
    const set = (status: Props, updateStrategy: Props = {}) =>
      kindOf(
        workloads.statefulSet({
          metadata: { generation: 1 },
          spec: { replicas: 2, updateStrategy },
          status: { observedGeneration: 1, readyReplicas: 2, replicas: 2, ...status },
        }),
      );
    assert.equal(set({ updateRevision: "a", currentRevision: "a" }), "ready");
    assert.equal(set({ updateRevision: "b", currentRevision: "a" }), "waiting");
    assert.equal(set({ readyReplicas: 1 }), "waiting");
    assert.equal(set({ updateRevision: "b", currentRevision: "a" }, { type: "OnDelete" }), "ready");
    const partition = { rollingUpdate: { partition: 1 } };
    assert.equal(set({ updateRevision: "b", currentRevision: "a", updatedReplicas: 1 }, partition), "ready");
  });

  it("a DaemonSet, a Job, a Pod", () => {
    const daemons = (numberAvailable: number) =>
      kindOf(
        workloads.daemonSet({
          status: { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable },
        }),
      );
    assert.deepEqual([daemons(1), daemons(2)], ["waiting", "ready"]);
    const job = (conditions: Props[]) => workloads.job({ status: { conditions } });
    assert.equal(kindOf(job([])), "waiting");
    assert.equal(kindOf(job(condition("Complete", "True"))), "ready");
    assert.deepEqual(job(condition("Failed", "True", "BackoffLimitExceeded", "too often")), {
      kind: "failed",
      why: "BackoffLimitExceeded: too often",
    });
    const pod = (status: Props) => kindOf(workloads.pod({ status }));
    assert.equal(pod({ phase: "Running", conditions: condition("Ready", "True") }), "ready");
    assert.equal(pod({ phase: "Succeeded" }), "ready");
    assert.equal(pod({ phase: "Failed" }), "failed");
    assert.equal(pod({ phase: "Pending" }), "waiting");
  });

  it("a claim: bound, or its class waits for a consumer", async () => {
    const claim = async (phase: string, storageClass?: Props) =>
      kindOf(
        await others.persistentVolumeClaim(
          { spec: { storageClassName: "fast" }, status: { phase } },
          seeing([], storageClass),
        ),
      );
    assert.equal(await claim("Bound"), "ready");
    assert.equal(await claim("Pending"), "waiting");
    assert.equal(await claim("Pending", { volumeBindingMode: "Immediate" }), "waiting");
    assert.equal(await claim("Pending", { volumeBindingMode: "WaitForFirstConsumer" }), "ready");
    assert.equal(await claim("Lost"), "failed");
  });

  it("a Service: its address, and ready pods where it selects some", async () => {
    const service = (spec: Props, endpoints: Props[] = [], status: Props = {}) =>
      others.service({ spec, status }, seeing([{ endpoints }]));
    const selector = { app: "a" };
    const ready = { conditions: { ready: true } };
    assert.equal(kindOf(await service({ selector }, [ready])), "ready");
    assert.equal(kindOf(await service({ selector }, [ready, { conditions: { ready: false } }])), "waiting");
    assert.equal(await service({ selector }), others.NO_PODS);
    assert.equal(kindOf(await service({ selector, clusterIP: "None" })), "ready");
    assert.equal(kindOf(await service({})), "ready");
    assert.equal(kindOf(await service({ type: "LoadBalancer" })), "waiting");
    const status = { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } };
    assert.equal(kindOf(await service({ type: "LoadBalancer" }, [], status)), "ready");
  });

  it("definitions, namespaces, quotas, tokens; other kinds have no rule", () => {
    assert.equal(kindOf(others.customResourceDefinition({ status: {} })), "waiting");
    const established = { status: { conditions: condition("Established", "True") } };
    assert.equal(kindOf(others.customResourceDefinition(established)), "ready");
    const clash = { status: { conditions: condition("NamesAccepted", "False") } };
    assert.equal(kindOf(others.customResourceDefinition(clash)), "failed");
    assert.equal(kindOf(others.namespace({ status: { phase: "Active" } })), "ready");
    assert.equal(kindOf(others.resourceQuota({ spec: { hard: { a: "1" } }, status: {} })), "waiting");
    assert.equal(kindOf(others.secret({ type: "Opaque" })), "ready");
    assert.equal(kindOf(others.secret({ type: "kubernetes.io/service-account-token" })), "waiting");
    assert.equal(ruleOf({ apiVersion: "v1", kind: "ConfigMap" }), undefined);
    assert.equal(ruleOf({ apiVersion: "apps/v1", kind: "Deployment" }), workloads.deployment);
  });
});

describe("provider kubernetes: waiting", () => {
  const pending = { kind: "Thing", metadata: { name: "t" }, status: {} };
  const ready = { ...pending, status: { ready: true } };
  const rule = ({ status }: Props): Verdict =>
    Object(status).ready ? { kind: "ready" } : { kind: "waiting", why: "it is slow" };

  it("ends with what is there once it is ready, and says what for", async () => {
    const lines: string[] = [];
    const answers = [pending, ready];
    const fetch = () => Promise.resolve(answers.shift());
    const { signal } = new AbortController();
    const waiting = { rule, fetch, look: () => BLIND };
    const found = await untilReady(waiting, pending, { signal, log: (line) => lines.push(line) });
    assert.equal(found, ready);
    assert.deepEqual(lines, ["it is slow"]);
  });

  it("at the end of its time says what it waited for", async () => {
    const abort = new AbortController();
    const fetch = () => {
      abort.abort();
      return Promise.resolve(pending);
    };
    const wait = untilReady({ rule, fetch, look: () => BLIND }, pending, {
      signal: abort.signal,
      log: () => undefined,
    });
    await assert.rejects(wait, (error) => error instanceof NotReady && error.reasons[0] === "it is slow");
  });

  it("explains by conditions, pods and events, the calm ones left out", async () => {
    const pod = (name: string, state: Props, lastState: Props = {}) => ({
      metadata: { name, namespace: "n", uid: name },
      status: { containerStatuses: [{ name: "main", state, lastState }] },
    });
    const pods = [
      pod("a", { waiting: { reason: "ImagePullBackOff", message: "no such image" } }),
      pod("b", { waiting: { reason: "ContainerCreating" } }),
      pod("c", { waiting: { reason: "CrashLoopBackOff" } }, { terminated: { exitCode: 3, reason: "Error" } }),
    ];
    const look: Look = {
      get: () => Promise.resolve(undefined),
      list: ({ kind }) =>
        Promise.resolve(kind === "Pod" ? pods : [{ reason: "FailedMount", message: "no volume" }]),
    };
    const object = {
      ...{ kind: "Deployment", metadata: { name: "web", namespace: "n", uid: "u" } },
      spec: { selector: { matchLabels: { app: "web" } } },
      status: { conditions: [{ type: "Available", status: "False", reason: "Min", message: "few" }] },
    };
    const reasons = await explain(object, look);
    assert.deepEqual(reasons.slice(0, 3), [
      "Available is False: Min: few",
      "pod a, container main: ImagePullBackOff: no such image",
      "pod c, container main: CrashLoopBackOff; exited with 3; Error",
    ]);
    assert.ok(reasons.includes("event of Deployment web: FailedMount: no volume"));
  });
});
