import { setTimeout as sleep } from "node:timers/promises";
import type { V1Job } from "@kubernetes/client-node";
import { LABEL } from "../../../components/platforms/kubernetes/names";
import { UserError } from "../../errors";
import { found } from "../../providers/kubernetes/api/errors";
import type { Http } from "../../providers/kubernetes/api/http";

/** How long a job that is removed may stay: the cluster's collector has much to do at times. */
const GONE_WITHIN_MS = 60_000;
const POLL_MS = 250;

/** A job that has failed for good. */
export interface FailedJob {
  readonly namespace: string;
  readonly name: string;
  /** In the cluster's own words, such as `BackoffLimitExceeded`. */
  readonly reason: string;
}

/**
 * Removes the jobs of a stack that have failed, and waits until they are gone: such a job never runs again, so that it would
 * fail every later run too. Answers with what was removed; the state must then be refreshed.
 * @throws UserError when one stays
 */
export async function removeFailedJobs(
  cluster: Http,
  stack: string,
  withinMs = GONE_WITHIN_MS,
): Promise<readonly FailedJob[]> {
  const failed = await failedJobs(cluster, stack);
  await Promise.all(failed.map((job) => remove(cluster, job, withinMs)));
  return failed;
}

async function failedJobs(cluster: Http, stack: string): Promise<readonly FailedJob[]> {
  const labelSelector = `${LABEL.instance}=${stack},${LABEL.partOf}=semblance-curation`;
  const { body } = await cluster.ask({
    method: "GET",
    path: "/apis/batch/v1/jobs",
    query: { labelSelector },
  });
  const { items } = JSON.parse(JSON.stringify(body)) as { items: readonly V1Job[] };
  return items.flatMap(({ metadata, status }) => {
    const { name, namespace } = metadata ?? {};
    const end = status?.conditions?.find(({ type, status: is }) => type === "Failed" && is === "True");
    return end === undefined || name === undefined || namespace === undefined
      ? []
      : [{ name, namespace, reason: end.reason ?? "failed" }];
  });
}

async function remove(cluster: Http, { namespace, name }: FailedJob, withinMs: number): Promise<void> {
  const path = `/apis/batch/v1/namespaces/${namespace}/jobs/${name}`;
  const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" };
  await found(cluster.ask({ method: "DELETE", path, body }));
  const until = performance.now() + withinMs;
  while ((await found(cluster.ask({ method: "GET", path }))) !== undefined) {
    if (performance.now() > until) {
      throw new UserError(
        `job ${name} in namespace ${namespace} has failed, and does not go away: something holds a finalizer on it`,
        `see what: kubectl get job --namespace ${namespace} ${name} --output jsonpath='{.metadata.finalizers}'`,
      );
    }
    await sleep(POLL_MS);
  }
}
