import { z } from "zod";
import { gpusOf, isArm, migGpuOf } from "./aws-gpus";
import type { GpuSharing } from "./gpu";

/** Node images that EKS keeps for machines without a GPU. */
export const NODE_AMIS = [
  "BOTTLEROCKET_x86_64",
  "BOTTLEROCKET_ARM_64",
  "AL2023_x86_64_STANDARD",
  "AL2023_ARM_64_STANDARD",
] as const;

/** Node images that EKS keeps for machines with NVIDIA's GPUs: with the driver, and Bottlerocket's with the device plugin too. */
export const GPU_AMIS = [
  "BOTTLEROCKET_x86_64_NVIDIA",
  "BOTTLEROCKET_ARM_64_NVIDIA",
  "AL2023_x86_64_NVIDIA",
  "AL2023_ARM_64_NVIDIA",
] as const;

const instanceTypes = (...defaults: [string, ...string[]]) =>
  z
    .array(z.string().regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, "an EC2 instance type, such as m7i.large"))
    .min(1)
    .default(defaults)
    .describe("Instance types that the pool takes, in order of preference where `capacity` is `on-demand`.");

const capacity = (standard: "on-demand" | "spot") =>
  z
    .enum(["on-demand", "spot"])
    .default(standard)
    .describe("`spot` costs less and may be taken away at two minutes' notice.");

const size = (fallback: number) => z.int().min(0).max(1000).default(fallback);

const sizes = (min: number, max: number) => ({
  min: size(min).describe("Nodes per zone that always run."),
  max: size(max).describe("Nodes per zone at most; the cost's upper bound."),
});

const diskGiB = (fallback: number) =>
  z
    .int()
    .min(20)
    .max(4096)
    .default(fallback)
    .describe("Disk for images and scratch data, besides the system's own.");

const name = z
  .string()
  .regex(/^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/, "up to 20 lower-case letters, digits and hyphens");

const gpuPool = z.strictObject({
  name: name.describe("Ends the node groups' names."),
  instanceTypes: instanceTypes("g6.xlarge"),
  ami: z
    .enum(GPU_AMIS)
    .default("BOTTLEROCKET_x86_64_NVIDIA")
    .describe(
      "Node image with NVIDIA's driver. Device plugin: Bottlerocket has it; on AL2023 this stack runs it.",
    ),
  capacity: capacity("on-demand"),
  ...sizes(0, 1),
  zones: z
    .array(z.string().regex(/^[a-f]$/, "a zone's letter"))
    .min(1)
    .optional()
    .describe("Zones that the pool is in, out of `zones`; all without it."),
  diskGiB: diskGiB(200),
  labels: z
    .record(z.string(), z.string())
    .default({})
    .describe("Labels of the nodes besides `nvidia.com/gpu.present` and `semblance.dev/pool`."),
  taint: z
    .boolean()
    .default(true)
    .describe("Keeps pods away that do not ask for a GPU, by the taint `nvidia.com/gpu:NoSchedule`."),
});

/** A pool of nodes with GPUs. */
export type GpuPool = z.output<typeof gpuPool>;

const pool = (type: string, min: number, max: number, disk: number) =>
  z
    .strictObject({
      instanceTypes: instanceTypes(type),
      capacity: capacity("on-demand"),
      ...sizes(min, max),
      diskGiB: diskGiB(disk),
    })
    .prefault({});

/** Nodes, pool by pool. A pool is one node group per zone, so that the autoscaler can choose the zone of a volume. */
export const nodeSettings = z
  .strictObject({
    ami: z.enum(NODE_AMIS).default("BOTTLEROCKET_x86_64").describe("Node image of the pools without GPUs."),
    system: pool("m7i.large", 1, 2, 40).describe(
      "What the cluster itself needs: DNS, autoscaler, controllers.",
    ),
    general: pool("m7i.xlarge", 1, 4, 80).describe("The services."),
    gpu: z
      .array(gpuPool)
      .max(8)
      .default([])
      .describe("Pools with GPUs. With `min: 0` a pool costs nothing until a pod asks for a GPU."),
  })
  .superRefine((nodes, context) => {
    const refuse = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: "custom", path, message });
    for (const kind of ["system", "general"] as const) {
      const { min, max } = nodes[kind];
      if (max < min) refuse([kind, "max"], `at least ${min}, since ${kind}.min is ${min}`);
    }
    if (nodes.system.min === 0) refuse(["system", "min"], "at least 1: the autoscaler itself runs there");
    for (const [i, one] of nodes.gpu.entries())
      for (const [key, message] of gpuProblems(one, nodes.gpu.slice(0, i))) refuse(["gpu", i, key], message);
  })
  .prefault({});

/** The nodes' settings, complete. */
export type NodeSettings = z.output<typeof nodeSettings>;

/** What is wrong with a pool: key and what is allowed. */
function gpuProblems(one: GpuPool, before: readonly GpuPool[]): [keyof GpuPool, string][] {
  const problems: [keyof GpuPool, string][] = [];
  if (before.some((other) => other.name === one.name))
    problems.push(["name", "a name that no other pool has"]);
  if (one.name === "system" || one.name === "general")
    problems.push(["name", "a name other than system and general, which are pools already"]);
  if (one.max < one.min) problems.push(["max", `at least ${one.min}, since min is ${one.min}`]);
  if (one.max === 0) problems.push(["max", "at least 1; take the pool out to have none"]);
  const counts = new Set(one.instanceTypes.map(gpusOf));
  if (counts.has(undefined)) problems.push(["instanceTypes", "types with NVIDIA GPUs, such as g6.xlarge"]);
  else if (counts.size > 1)
    problems.push([
      "instanceTypes",
      "types with the same number of GPUs: the autoscaler takes them to be alike",
    ]);
  if (one.instanceTypes.some((type) => isArm(type) !== one.ami.includes("ARM_64")))
    problems.push(["ami", "an image for the processor of every type: ARM_64 for g5g, x86_64 for the others"]);
  return problems;
}

/** Whether the pools can share their GPUs as the stack's workloads expect: pool's number, key, what is allowed. */
export function sharingProblems(
  pools: readonly GpuPool[],
  sharing: GpuSharing,
): [pool: number, key: keyof GpuPool, allowed: string][] {
  return pools.flatMap((one, i): [number, keyof GpuPool, string][] => {
    const { strategy } = sharing;
    if ((strategy === "mps" || strategy === "mig") && !one.ami.startsWith("BOTTLEROCKET"))
      return [
        [
          i,
          "ami",
          `BOTTLEROCKET_x86_64_NVIDIA with kubernetes.gpuSharing.strategy ${strategy}: it needs a daemon on the node that AL2023 has not`,
        ],
      ];
    if (strategy !== "mig") return [];
    const others = one.instanceTypes.filter((type) => migGpuOf(type) !== sharing.gpu);
    return others.length === 0
      ? []
      : [
          [
            i,
            "instanceTypes",
            `types with ${sharing.gpu}, the GPU of kubernetes.gpuSharing; ${others.join(", ")} has another`,
          ],
        ];
  });
}
