import { Job } from "@pulumi/kubernetes/batch/v1/job";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { JobSpec } from "../../core/workload";
import { digest } from "./digest";
import type { Placement } from "./placement";
import { podTemplate } from "./pod";
import { ARRIVAL_SECONDS } from "./probes";

type Spec = k8s.types.input.batch.v1.JobSpec;

/** The pods of a job cannot be changed, so that a value that changes here makes another job. */
const RERUN = "semblance-curation/rerun";

/**
 * Attempts after the first. Every job can be run any number of times, and the first one may start before the cluster's network
 * knows that it may call its server.
 */
const RETRIES = 3;

/** How long a job may take, with the time until it starts. */
export const jobLimitSeconds = ({ timeoutSeconds }: JobSpec): number => ARRIVAL_SECONDS + timeoutSeconds;

/** Spec of a job that is waited for, and is left behind when it has ended: its presence says "done", and its log can be read. */
export function jobObjectSpec(spec: JobSpec, place: Placement): Spec {
  return {
    backoffLimit: RETRIES,
    activeDeadlineSeconds: jobLimitSeconds(spec),
    // A pod that had to leave its node has not failed.
    podFailurePolicy: {
      rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }],
    },
    template: podTemplate(spec, place, {
      // A pod per attempt: each keeps its log.
      pod: { restartPolicy: "Never" },
      annotations: { [RERUN]: digest([...spec.rerunOn]) },
    }),
  };
}

/** Registers a job. A change of anything in its pod is another job of the same name: the old one goes first. */
export function runJob(
  name: string,
  spec: Spec,
  metadata: k8s.types.input.meta.v1.ObjectMeta,
  limitSeconds: number,
  opts: pulumi.CustomResourceOptions,
): Job {
  const within = `${limitSeconds + 60}s`;
  return new Job(
    name,
    { metadata, spec },
    {
      ...opts,
      deleteBeforeReplace: true,
      replaceOnChanges: ["spec.template"],
      customTimeouts: { create: within, update: within },
    },
  );
}
