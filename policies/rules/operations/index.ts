import type { Rule } from "../../core/rule";
import { danglingRules } from "../network/dangling";
import { copies, nodesInZones, severalZones } from "./copies";
import { costCeiling, natGateways } from "./cost";
import { backedUp, bucketsVersioned, dataProtected } from "./data";
import { jobsEnd, quotasSet } from "./limits";
import { bucketLogs, logsKept } from "./logs";
import { requiredLabels, requiredTags } from "./tags";

/** What runs is found, kept, backed up, watched and paid for. */
export const operationsRules: readonly Rule[] = [
  requiredTags,
  requiredLabels,
  dataProtected,
  backedUp,
  bucketsVersioned,
  copies,
  severalZones,
  nodesInZones,
  logsKept,
  bucketLogs,
  quotasSet,
  costCeiling,
  natGateways,
  ...danglingRules,
  jobsEnd,
];
