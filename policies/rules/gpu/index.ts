import type { Rule } from "../../core/rule";
import { dockerGpuOnly, dockerGpusDivided, fewDriverCapabilities } from "./docker";
import { gpuPoolExists } from "./matching";
import { gpuLimitsSet, gpuNodesReserved, gpuPlacement } from "./pods";
import { gpuPoolReserved, gpuPoolSize } from "./pools";
import { gpuToolsOnly } from "./tools";

/** GPUs are asked for, counted and paid for by those who use them. */
export const gpuRules: readonly Rule[] = [
  gpuLimitsSet,
  gpuPlacement,
  gpuNodesReserved,
  gpuPoolReserved,
  gpuPoolSize,
  gpuPoolExists,
  dockerGpuOnly,
  dockerGpusDivided,
  fewDriverCapabilities,
  gpuToolsOnly,
];
