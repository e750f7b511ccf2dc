import type { Rule } from "../../core/rule";
import { authEnabled } from "./auth";
import { noAccountTokens, noSecretInConfigMap } from "./config-maps";
import { noDefaultCredentials } from "./defaults";
import { noSecretInEnv, preferFiles } from "./env";
import { generatedSecrets, uploadsClosed } from "./generated";
import { noSecretInPlainSight } from "./plain-sight";

/** Secrets lie where only those who need them can read them, and open something. */
export const secretsRules: readonly Rule[] = [
  noDefaultCredentials,
  noSecretInEnv,
  preferFiles,
  noSecretInConfigMap,
  noSecretInPlainSight,
  uploadsClosed,
  generatedSecrets,
  noAccountTokens,
  authEnabled,
];
