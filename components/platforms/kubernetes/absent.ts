import type { ServiceName } from "../../topology";

/** Members that a cluster does not have, and why. */
export const absentOnKubernetes: Readonly<Partial<Record<ServiceName, string>>> = {
  "container-exporter":
    "it reads Docker's own records; the kubelet has these numbers and gives them to who holds a token with a right on every node, " +
    "which no workload here does: kubectl top (metrics-server), or the cluster's own monitoring, shows them",
};
