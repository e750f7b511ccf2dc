import type { Cases } from "../../cases";
import { dockerGpuOnly, dockerGpusDivided, fewDriverCapabilities } from "./docker";
import { gpuLimitsSet, gpuNodesReserved, gpuPlacement } from "./pods";
import { gpuPoolExists, gpuPoolReserved, gpuPoolSize } from "./pools";
import { gpuToolsOnly } from "./tools";

export const gpuCases: readonly Cases[] = [
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
