import type { Mutation } from "../mutate";
import { awsClusterMutations } from "./aws-cluster";
import { awsDataMutations } from "./aws-data";
import { awsOperationsMutations } from "./aws-operations";
import { awsRightsMutations } from "./aws-rights";
import { awsStoreMutations } from "./aws-stores";
import { clusterMutations } from "./cluster";
import { clusterAccessMutations } from "./cluster-access";
import { clusterDoorMutations } from "./cluster-doors";
import { clusterNetworkMutations } from "./cluster-network";
import { clusterServerMutations } from "./cluster-servers";
import { dockerMutations } from "./docker";
import { dockerDoorMutations } from "./docker-doors";
import { dockerNetworkMutations } from "./docker-network";
import { dockerSecretMutations } from "./docker-secrets";
import { dockerServerMutations } from "./docker-servers";
import { dockerUseMutations } from "./docker-use";
import { podUseMutations } from "./pod-use";
import { podMutations } from "./pods";
import { subtleMutations } from "./subtle";

/** What somebody may do to the real programs, by the pack that must catch it. */
export const mutations: readonly Mutation[] = [
  ...awsClusterMutations,
  ...awsDataMutations,
  ...awsOperationsMutations,
  ...awsRightsMutations,
  ...awsStoreMutations,
  ...clusterAccessMutations,
  ...clusterDoorMutations,
  ...clusterMutations,
  ...clusterNetworkMutations,
  ...clusterServerMutations,
  ...dockerDoorMutations,
  ...dockerMutations,
  ...dockerNetworkMutations,
  ...dockerSecretMutations,
  ...dockerServerMutations,
  ...dockerUseMutations,
  ...podMutations,
  ...podUseMutations,
  ...subtleMutations,
];
