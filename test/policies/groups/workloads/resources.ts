import type { Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { cronJob, deployment, docker, dockerSecrets, genericPod, swarm } from "./fixtures";

const both = { requests: { cpu: "100m" }, limits: { memory: "64Mi" } };

export const resourceLimits: Cases = {
  rule: "wl-11-resource-limits",
  good: [docker({ memory: 256, memorySwap: 256, cpus: "0.5" }), deployment({ resources: both }, {}, "other")],
  bad: docker({ memory: 0, cpus: "0.5" }),
  unknown: docker({ memory: UNKNOWN, cpus: UNKNOWN }),
  unknownIs: "fine",
  missing: docker({}),
  missingIs: "violation",
  canary: docker({ ...dockerSecrets, memory: 256 }),
  sibling: swarm({}, { resources: { limits: { nanoCpus: 1_000_000_000 } } }),
  more: [
    { name: "swap without end", is: "violation", of: docker({ memory: 256, memorySwap: -1, cpus: "1" }) },
    { name: "a set of processors", is: "fine", of: docker({ memory: 256, cpuSet: "0" }) },
    { name: "a share of them", is: "fine", of: docker({ memory: 256, cpuShares: 512 }) },
    { name: "no processor", is: "violation", of: docker({ memory: 256 }) },
    {
      name: "a service with both",
      is: "fine",
      of: swarm({}, { resources: { limits: { memoryBytes: 1, nanoCpus: 1 } } }),
    },
    {
      name: "a pod without memory",
      is: "violation",
      of: deployment({ resources: { limits: { cpu: "1" } } }),
    },
    { name: "a pod without CPU", is: "violation", of: cronJob({ resources: { limits: { memory: "1Gi" } } }) },
    {
      name: "a limit of nothing",
      is: "violation",
      of: genericPod({ resources: { ...both, limits: { memory: "0Mi" } } }),
    },
    { name: "the pod's own", is: "fine", of: deployment({}, { resources: both }) },
    {
      name: "a limit that is the request",
      is: "fine",
      of: deployment({ resources: { limits: { cpu: 1, memory: "1Gi" } } }),
    },
    { name: "one that never starts", is: "fine", of: docker({ start: false }) },
    {
      name: "a look into a running pod",
      is: "fine",
      of: deployment({ resources: both }, { ephemeralContainers: [{ name: "x" }] }),
    },
  ],
};

export const diskAndProcessLimits: Cases = {
  rule: "wl-11-disk-and-process-limits",
  good: [
    docker({ ulimits: [{ name: "nproc", soft: 4096, hard: 4096 }] }),
    deployment({ resources: { limits: { "ephemeral-storage": "1Gi" } } }, {}, "other"),
  ],
  bad: docker({ ulimits: [{ name: "nofile", soft: 1, hard: 1 }] }),
  unknown: docker({ ulimits: UNKNOWN }),
  unknownIs: "fine",
  missing: docker({}),
  missingIs: "violation",
  canary: docker(dockerSecrets),
  sibling: deployment({ resources: { limits: { memory: "1Gi" } } }),
  more: [
    {
      name: "processes without end",
      is: "violation",
      of: docker({ ulimits: [{ name: "nproc", soft: -1, hard: -1 }] }),
    },
    { name: "one that never starts", is: "fine", of: docker({ start: false }) },
  ],
};
