import type { MigGpu } from "./gpu";

/** GPUs of one machine, by family and size of the instance type. */
const GPUS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  g4dn: { xlarge: 1, "2xlarge": 1, "4xlarge": 1, "8xlarge": 1, "12xlarge": 4, "16xlarge": 1 },
  g5: {
    xlarge: 1,
    "2xlarge": 1,
    "4xlarge": 1,
    "8xlarge": 1,
    "12xlarge": 4,
    "16xlarge": 1,
    "24xlarge": 4,
    "48xlarge": 8,
  },
  g5g: { xlarge: 1, "2xlarge": 1, "4xlarge": 1, "8xlarge": 1, "16xlarge": 2 },
  g6: {
    xlarge: 1,
    "2xlarge": 1,
    "4xlarge": 1,
    "8xlarge": 1,
    "12xlarge": 4,
    "16xlarge": 1,
    "24xlarge": 4,
    "48xlarge": 8,
  },
  g6e: {
    xlarge: 1,
    "2xlarge": 1,
    "4xlarge": 1,
    "8xlarge": 1,
    "12xlarge": 4,
    "16xlarge": 1,
    "24xlarge": 4,
    "48xlarge": 8,
  },
  p4d: { "24xlarge": 8 },
  p4de: { "24xlarge": 8 },
  p5: { "4xlarge": 1, "48xlarge": 8 },
  p5e: { "48xlarge": 8 },
  p5en: { "48xlarge": 8 },
  "p6-b200": { "48xlarge": 8 },
};

/** Models of GPU that MIG cuts, by family. */
const MIG_GPUS: Readonly<Record<string, MigGpu>> = {
  p4d: "a100-40gb",
  p4de: "a100-80gb",
  p5: "h100-80gb",
  p5e: "h200-141gb",
  p5en: "h200-141gb",
  "p6-b200": "b200-180gb",
};

const familyOf = (instanceType: string): string => instanceType.split(".")[0] ?? "";

/** GPUs of one machine; undefined for a type without any, or one that is not known here. */
export const gpusOf = (instanceType: string): number | undefined =>
  GPUS[familyOf(instanceType)]?.[instanceType.split(".")[1] ?? ""];

/** The GPU of an instance type, where MIG cuts it. */
export const migGpuOf = (instanceType: string): MigGpu | undefined => MIG_GPUS[familyOf(instanceType)];

/** Whether a type with GPUs has an ARM processor. */
export const isArm = (instanceType: string): boolean => familyOf(instanceType) === "g5g";
