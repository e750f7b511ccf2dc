import type { Cases } from "../../cases";
import { blockComplete, bucketBlocked, noPublicAcl } from "./buckets";
import { defaultDeny } from "./default-deny";
import {
  dockerDataInternal,
  dockerDefaultNetwork,
  dockerFlatNetwork,
  dockerNetworkInternal,
} from "./docker-networks";
import { dockerPorts } from "./docker-ports";
import { eksEndpoint } from "./eks-endpoint";
import { metadataService } from "./metadata-service";
import { namespaceNotDefault } from "./namespace";
import { podIsolated } from "./pod-isolated";
import { dataStoresClosed, policyDangling, policyWidth } from "./policy-width";
import { nodeLogin, privateDatabases, privateMachines } from "./private-machines";
import { groupDescription, groupEgress, worldPorts } from "./security-groups";
import { serviceExposure } from "./service-exposure";
import { defaultGroupEmpty, defaultGroupTaken, flowLogs } from "./vpc";

export const networkCases: readonly Cases[] = [
  podIsolated,
  defaultDeny,
  policyWidth,
  dataStoresClosed,
  policyDangling,
  serviceExposure,
  namespaceNotDefault,
  worldPorts,
  groupEgress,
  groupDescription,
  eksEndpoint,
  privateMachines,
  privateDatabases,
  nodeLogin,
  flowLogs,
  defaultGroupEmpty,
  defaultGroupTaken,
  metadataService,
  dockerPorts,
  dockerDefaultNetwork,
  dockerDataInternal,
  dockerNetworkInternal,
  dockerFlatNetwork,
  bucketBlocked,
  blockComplete,
  noPublicAcl,
];
