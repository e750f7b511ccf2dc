import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { job, limits, placed, pool } from "./fixtures";

const general = { instanceTypes: ["m7i.large"], amiType: "BOTTLEROCKET_x86_64", taints: [], labels: {} };
const eks = (props: Record<string, number | string | boolean>) => ({
  type: "eks:index:NodeGroup",
  props: { instanceType: "g5.xlarge", gpu: true, ...props },
});

export const gpuPoolReserved: Cases = {
  rule: "gpu-03-gpu-pool-reserved",
  good: [pool(), pool(general, "general")],
  bad: pool({ taints: [] }),
  unknown: pool({ instanceTypes: UNKNOWN, amiType: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: { type: "aws:eks/nodeGroup:NodeGroup", props: { instanceTypes: ["p5.48xlarge"] } },
  missingIs: "violation",
  canary: pool({ labels: {}, tags: { token: CANARY } }),
  sibling: eks({}),
  more: [
    { name: "an image without a driver", is: "violation", of: pool({ amiType: "AL2023_x86_64_STANDARD" }) },
    { name: "no machines named", is: "violation", of: pool({ instanceTypes: [], taints: [] }) },
    {
      name: "a taint that keeps nobody away",
      is: "violation",
      of: pool({ taints: [{ key: "nvidia.com/gpu", effect: "PREFER_NO_SCHEDULE" }] }),
    },
    {
      name: "a taint of something else",
      is: "violation",
      of: pool({ taints: [{ key: "spot", value: "true", effect: "NO_SCHEDULE" }] }),
    },
    { name: "taints that are not known", is: "cannot tell", of: pool({ taints: UNKNOWN }) },
    { name: "labels that are not known", is: "cannot tell", of: pool({ labels: UNKNOWN }) },
    { name: "GPUs of AMD", is: "fine", of: pool({ ...general, instanceTypes: ["g4ad.xlarge"] }) },
    {
      name: "taints by their keys",
      is: "fine",
      of: {
        type: "eks:index:NodeGroup",
        props: {
          ...eks({}).props,
          taints: { "nvidia.com/gpu": { value: "present", effect: "NoSchedule" } },
          labels: { "nvidia.com/gpu.present": "true" },
        },
      },
    },
  ],
};

export const gpuPoolSize: Cases = {
  rule: "gpu-03-gpu-pool-size",
  good: [pool(), pool({ ...general, scalingConfig: { minSize: 3, maxSize: 30 } }, "general")],
  bad: pool({ scalingConfig: { minSize: 1, maxSize: 1 } }),
  unknown: pool({ scalingConfig: { minSize: UNKNOWN, maxSize: UNKNOWN } }),
  unknownIs: "cannot tell",
  missing: pool({ scalingConfig: {} }),
  missingIs: "violation",
  canary: pool({ scalingConfig: { minSize: CANARY, maxSize: CANARY } }),
  sibling: eks({ minSize: 0, maxSize: 100 }),
  more: [
    {
      name: "a pool without a bound",
      is: "violation",
      of: pool({ scalingConfig: { minSize: 0, maxSize: 50 } }),
    },
  ],
};

export const gpuPoolExists: Cases = {
  rule: "gpu-04-gpu-pool-exists",
  good: [pool(), job(limits(1), placed)],
  bad: [pool(general), job(limits(1), placed)],
  unknown: [pool({ instanceTypes: UNKNOWN }), job(limits(UNKNOWN), placed)],
  unknownIs: "fine",
  missing: [pool(general), job({})],
  missingIs: "fine",
  canary: [
    pool({ ...general, tags: { token: CANARY } }),
    job({ ...limits(1), env: [{ name: "TOKEN", value: CANARY }] }),
  ],
  sibling: [{ ...pool(general), type: "eks:index:ManagedNodeGroup" }, job(limits(1), placed)],
  more: [
    { name: "a cluster of somebody else", is: "fine", of: job(limits(1), placed) },
    { name: "more than a machine has", is: "violation", of: [pool(), job(limits(2), placed)] },
    {
      name: "as many as a machine has",
      is: "fine",
      of: [pool({ instanceTypes: ["g6.12xlarge"] }), job(limits(4), placed)],
    },
    {
      name: "a machine that is not known here",
      is: "fine",
      of: [pool({ instanceTypes: ["p9.huge"] }), job(limits(4), placed)],
    },
    { name: "a pod that the pool keeps away", is: "violation", of: [pool(), job(limits(1))] },
    {
      name: "a pod that wants another pool",
      is: "violation",
      of: [pool({ labels: { pool: "gpu" } }), job(limits(1), { ...placed, nodeSelector: { pool: "big" } })],
    },
    {
      name: "Karpenter",
      is: "fine",
      of: [
        pool(general),
        { type: "kubernetes:karpenter.sh/v1:NodePool", name: "k", props: {} },
        job(limits(1), placed),
      ],
    },
  ],
};
