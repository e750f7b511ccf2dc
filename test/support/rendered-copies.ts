import assert from "node:assert/strict";
import { z } from "zod";
import type { Manifest } from "./kubernetes-program";

const pod = z.looseObject({ metadata: z.looseObject({}), spec: z.looseObject({}) });
const workload = z.object({
  spec: z.object({
    replicas: z.number().optional(),
    strategy: z.object({ type: z.string() }).optional(),
    template: pod,
  }),
});
const autoscaler = z.object({ spec: z.object({ maxReplicas: z.number() }) });

/** A pod that a controller would make. */
export interface Copy {
  readonly namespace: string;
  readonly name: string;
  readonly pod: z.infer<typeof pod>;
}

/** Every pod that there is when all jobs run, every service has all its copies, and each is being updated. */
export function copiesOf(manifests: readonly Manifest[]): readonly Copy[] {
  const most = new Map(
    manifests
      .filter(({ kind }) => kind === "HorizontalPodAutoscaler")
      .map(({ name, object }) => [name, autoscaler.parse(object).spec.maxReplicas]),
  );
  return manifests
    .filter(({ kind }) => ["Deployment", "StatefulSet", "Job"].includes(kind))
    .flatMap(({ kind, name, namespace = assert.fail(name), object }) => {
      const { replicas = 1, strategy, template } = workload.parse(object).spec;
      const surges = kind === "Deployment" && strategy?.type !== "Recreate" ? 1 : 0;
      const count = (most.get(name) ?? replicas) + surges;
      return Array.from({ length: count }, (_, i) => ({ namespace, name: `${name}-${i}`, pod: template }));
    });
}
