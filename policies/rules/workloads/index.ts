import type { Rule } from "../../core/rule";
import { fewCapabilities } from "./capabilities";
import { confined, readOnlyRoot } from "./confinement";
import { noHostDevices, restartPolicy } from "./devices";
import { noEngineSockets } from "./engine-sockets";
import { ownNamespaces } from "./host-namespaces";
import { fewHostPaths } from "./host-paths";
import { noOpaqueKinds } from "./kinds";
import { podSecurityLabels } from "./namespaces";
import { noEscalation, notPrivileged } from "./privileges";
import { healthChecks, probesDiffer } from "./probes";
import { diskAndProcessLimits, resourceLimits } from "./resources";
import { noUnsafeFeatures } from "./unsafe-features";
import { nonRoot } from "./user";

/** What runs has no more of its machine than it needs. */
export const workloadRules: readonly Rule[] = [
  notPrivileged,
  noEscalation,
  nonRoot,
  fewCapabilities,
  confined,
  readOnlyRoot,
  ownNamespaces,
  fewHostPaths,
  noEngineSockets,
  noUnsafeFeatures,
  resourceLimits,
  diskAndProcessLimits,
  healthChecks,
  probesDiffer,
  podSecurityLabels,
  noOpaqueKinds,
  noHostDevices,
  restartPolicy,
];
