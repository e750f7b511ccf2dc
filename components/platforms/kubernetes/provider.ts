import { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";

/** Args of `kubernetesProvider`. */
export interface KubernetesProviderArgs {
  /** Text or path of a kubeconfig. Absent: the one that KUBECONFIG names, or ~/.kube/config. */
  readonly kubeconfig?: pulumi.Input<string>;
  /** Context of the kubeconfig. Absent: its current one. */
  readonly context?: string;
  /**
   * What the cluster is called. While it stays, a new kubeconfig is an update; without it, Pulumi would guess from the
   * kubeconfig whether it is another cluster, and replace everything.
   */
  readonly clusterIdentifier: string;
}

/** The cluster that a stack runs on. */
export const kubernetesProvider = (
  { kubeconfig, context, clusterIdentifier }: KubernetesProviderArgs,
  opts: pulumi.ResourceOptions = {},
): Provider =>
  new Provider(
    "kubernetes",
    {
      clusterIdentifier,
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(context === undefined ? {} : { context }),
      // Fields that others own, such as the number of copies that an autoscaler has chosen, stay theirs.
      enableServerSideApply: true,
      // What a killed run has made and not written down is taken over by the next one; so is each namespace's default account.
      // Names of a stack begin with the stack's own, so that there is nothing of others to take.
      upsertExistingObjects: true,
      // Pulumi's own plugin makes up whose the fields of an object are when it makes it, and what a killed run has made belongs to a
      // name that nobody knows any more. Taken over without force, it could never be changed again.
      enablePatchForce: true,
      // Files keep their object when they change; an annotation makes new pods. Otherwise each change would delete them first.
      enableConfigMapMutable: true,
      enableSecretMutable: true,
    },
    opts,
  );
