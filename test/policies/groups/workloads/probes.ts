import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { cronJob, deployment, docker, dockerSecrets, genericPod, inKind, swarm } from "./fixtures";

const get = (path: string) => ({ httpGet: { path, port: 80 } });
const asked = { readinessProbe: get("/readyz"), livenessProbe: get("/healthz") };
const tests = ["CMD", "true"];

export const healthChecks: Cases = {
  rule: "wl-12-health-checks",
  good: [docker({ healthcheck: { tests } }), deployment(asked, {}, "other")],
  bad: docker({ healthcheck: { tests: ["NONE"] } }),
  unknown: docker({ healthcheck: UNKNOWN }),
  unknownIs: "fine",
  missing: docker({}),
  missingIs: "violation",
  canary: docker({ ...dockerSecrets, restart: "unless-stopped" }),
  sibling: swarm({}),
  more: [
    { name: "a job of Docker", is: "fine", of: docker({ mustRun: false, restart: "no" }) },
    {
      name: "a job that is not one",
      is: "violation",
      of: docker({ mustRun: false, restart: "unless-stopped" }),
    },
    { name: "one that never starts", is: "fine", of: docker({ start: false }) },
    { name: "a job of Swarm", is: "fine", of: swarm({}, { restartPolicy: { condition: "none" } }) },
    { name: "a job of Kubernetes", is: "fine", of: cronJob({}) },
    { name: "a pod that ends", is: "fine", of: genericPod({}, { restartPolicy: "Never" }) },
    { name: "what prepares a pod", is: "fine", of: genericPod({}) },
    { name: "what goes on beside it", is: "violation", of: genericPod({ restartPolicy: "Always" }) },
    { name: "a pod without liveness", is: "violation", of: deployment({ readinessProbe: get("/") }) },
    {
      name: "a pod without readiness",
      is: "violation",
      of: inKind("kubernetes:apps/v1:DaemonSet", deployment({ livenessProbe: get("/") })),
    },
  ],
};

export const probesDiffer: Cases = {
  rule: "wl-12-probes-differ",
  good: deployment(asked),
  bad: deployment({ readinessProbe: get("/"), livenessProbe: get("/") }),
  unknown: deployment({ readinessProbe: UNKNOWN, livenessProbe: get("/") }),
  unknownIs: "fine",
  missing: deployment({}),
  missingIs: "fine",
  canary: deployment({ readinessProbe: get(CANARY), livenessProbe: get(CANARY) }),
  sibling: inKind(
    "kubernetes:apps/v1:StatefulSetPatch",
    deployment({ readinessProbe: get("/"), livenessProbe: get("/") }),
  ),
  more: [
    {
      name: "two that are not known",
      is: "fine",
      of: deployment({ readinessProbe: UNKNOWN, livenessProbe: UNKNOWN }),
    },
    {
      name: "the same question with more patience",
      is: "fine",
      of: deployment({ readinessProbe: get("/"), livenessProbe: { ...get("/"), failureThreshold: 10 } }),
    },
  ],
};
