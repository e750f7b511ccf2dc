import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { cronJob, job, limits, placed } from "./fixtures";

const secret = { env: [{ name: "TOKEN", value: CANARY }] };

export const gpuLimitsSet: Cases = {
  rule: "gpu-01-gpu-limits",
  good: job({
    resources: { requests: { "nvidia.com/gpu": 1, cpu: "1" }, limits: { "nvidia.com/gpu": "1" } },
  }),
  bad: job({ resources: { requests: { "nvidia.com/gpu": "1" } } }),
  unknown: job(limits(UNKNOWN)),
  unknownIs: "fine",
  missing: job({}),
  missingIs: "fine",
  canary: job({ ...secret, ...limits(CANARY) }),
  sibling: cronJob(limits("0.5")),
  more: [
    {
      name: "two different numbers",
      is: "violation",
      of: job({ resources: { requests: { "nvidia.com/gpu": 1 }, limits: { "nvidia.com/gpu": 2 } } }),
    },
    { name: "part of a slice", is: "violation", of: job(limits("500m", "nvidia.com/mig-1g.10gb")) },
    { name: "a slice", is: "fine", of: job(limits(1, "nvidia.com/mig-1g.10gb")) },
  ],
};

export const gpuPlacement: Cases = {
  rule: "gpu-02-gpu-placement",
  good: job(limits(1), placed),
  bad: job(limits(1)),
  unknown: job(limits(1), { tolerations: UNKNOWN, nodeSelector: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: job({}),
  missingIs: "fine",
  canary: job({ ...secret, ...limits(CANARY) }),
  sibling: cronJob(limits(1), { tolerations: placed.tolerations }),
  more: [
    { name: "no toleration", is: "violation", of: job(limits(1), { nodeSelector: placed.nodeSelector }) },
    {
      name: "a toleration of something else",
      is: "violation",
      of: job(limits(1), { ...placed, tolerations: [{ key: "spot", operator: "Exists" }] }),
    },
    {
      name: "a toleration of everything",
      is: "fine",
      of: job(limits(1), { ...placed, tolerations: [{ operator: "Exists" }] }),
    },
    {
      name: "affinity",
      is: "fine",
      of: job(limits(1), {
        tolerations: placed.tolerations,
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: "node.kubernetes.io/instance-type", operator: "In" }] },
              ],
            },
          },
        },
      }),
    },
    {
      name: "a selector of another kind",
      is: "violation",
      of: job(limits(1), { ...placed, nodeSelector: { "kubernetes.io/os": "linux" } }),
    },
  ],
};

export const gpuNodesReserved: Cases = {
  rule: "gpu-02-gpu-nodes-reserved",
  good: job(limits(1), placed),
  bad: job({}, placed),
  unknown: job({ resources: UNKNOWN }, placed),
  unknownIs: "fine",
  missing: job({}),
  missingIs: "fine",
  canary: job(secret, placed),
  sibling: cronJob({}, { tolerations: [{ operator: "Exists" }] }),
  more: [
    {
      name: "a toleration of something else",
      is: "fine",
      of: job({}, { tolerations: [{ key: "spot", operator: "Exists" }] }),
    },
    {
      name: "what belongs on every node",
      is: "fine",
      of: { ...job({}, placed), type: "kubernetes:apps/v1:DaemonSet" },
    },
  ],
};
