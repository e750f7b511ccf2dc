import { clusterImageRef } from "../cluster-images";
import { KubernetesPlatform } from "../platforms/kubernetes";
import { kubernetesProvider } from "../platforms/kubernetes/provider";
import { absentOnKubernetes } from "../platforms/kubernetes/absent";
import { arrowsAmong, type Managed, memberNames, membersOf, type ServiceName } from "../topology";
import type { Settings } from "../config/schema";
import { callsOut, type Target, type TargetArgs } from "./target";

/** The members that a cluster can have, without what is bought instead. */
export const presentOnKubernetes = (settings: Settings, managed: Managed = {}): ReadonlySet<ServiceName> =>
  membersOf({ ...settings, absent: memberNames.filter((name) => name in absentOnKubernetes), managed });

/** A cluster that is there already: the one of the kubeconfig. */
export function kubernetesTarget({ stack, settings }: TargetArgs): Target {
  const present = presentOnKubernetes(settings);
  const { context } = settings.kubernetes;
  return {
    present,
    absent: absentOnKubernetes,
    withoutPages: [],
    providers: [
      kubernetesProvider({
        clusterIdentifier: context ?? "current",
        ...(context === undefined ? {} : { context }),
      }),
    ],
    platform: (_certificates, opts) =>
      new KubernetesPlatform(
        {
          stack,
          present,
          imageOf: (name) => clusterImageRef(name, settings.images),
          memoryMiB: settings.memoryMiB,
          arrows: arrowsAmong(present),
          egress: callsOut(settings, present),
          settings: settings.kubernetes,
        },
        opts,
      ),
  };
}
