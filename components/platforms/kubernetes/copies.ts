import { HorizontalPodAutoscaler } from "@pulumi/kubernetes/autoscaling/v2/horizontalPodAutoscaler";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { autoscalerSpec, disruptionSpec, scales } from "./autoscaling";
import { selectorOf } from "./names";
import type { ServerPlacement } from "./workload";

/** Registers what sees to the copies of a server, where it can have several. */
export function keepCopies(
  { stack, member, bounds }: ServerPlacement,
  metadata: k8s.types.input.meta.v1.ObjectMeta,
  opts: pulumi.CustomResourceOptions,
): void {
  if (bounds === undefined || bounds.maxReplicas === 1) return;
  if (scales(bounds)) {
    const spec = autoscalerSpec(member, bounds);
    new HorizontalPodAutoscaler(`${member}-autoscaler`, { metadata, spec }, opts);
  }
  const spec = disruptionSpec(selectorOf(stack, member));
  new PodDisruptionBudget(`${member}-disruption`, { metadata, spec }, opts);
}
