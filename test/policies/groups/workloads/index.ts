import type { Cases } from "../../cases";
import { fewCapabilities } from "./capabilities";
import { confined, readOnlyRoot } from "./confinement";
import { noHostDevices, restartPolicy } from "./devices";
import { noEngineSockets } from "./engine-sockets";
import { ownNamespaces } from "./host-namespaces";
import { fewHostPaths } from "./host-paths";
import { noOpaqueKinds, podSecurityLabels } from "./kinds";
import { noEscalation, notPrivileged } from "./privileges";
import { healthChecks, probesDiffer } from "./probes";
import { diskAndProcessLimits, resourceLimits } from "./resources";
import { noUnsafeFeatures } from "./unsafe-features";
import { nonRoot } from "./user";

export const workloadCases: readonly Cases[] = [
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
