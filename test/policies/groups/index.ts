import type { Cases } from "../cases";
import { accessCases } from "./access";
import { encryptionCases } from "./encryption";
import { gpuCases } from "./gpu";
import { networkCases } from "./network";
import { operationsCases } from "./operations";
import { secretsCases } from "./secrets";
import { supplyChainCases } from "./supply-chain";
import { workloadCases } from "./workloads";

/** The cases of every rule. */
export const allCases: readonly Cases[] = [
  ...encryptionCases,
  ...accessCases,
  ...networkCases,
  ...workloadCases,
  ...secretsCases,
  ...supplyChainCases,
  ...operationsCases,
  ...gpuCases,
];
