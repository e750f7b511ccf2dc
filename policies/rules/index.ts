import type { Rule } from "../core/rule";
import { accessRules } from "./access";
import { encryptionRules } from "./encryption";
import { gpuRules } from "./gpu";
import { networkRules } from "./network";
import { operationsRules } from "./operations";
import { secretsRules } from "./secrets";
import { supplyChainRules } from "./supply-chain";
import { workloadRules } from "./workloads";

/** Every rule, in the order of the documentation. */
export const rules: readonly Rule[] = [
  ...encryptionRules,
  ...accessRules,
  ...networkRules,
  ...workloadRules,
  ...secretsRules,
  ...supplyChainRules,
  ...operationsRules,
  ...gpuRules,
];
