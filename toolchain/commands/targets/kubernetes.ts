import type { Progress } from "../../progress";
import { settle } from "../healing/heal";
import { runPulumi } from "../run/run";
import { removeFailedJobs } from "./failed-jobs";
import type { Rise } from "./rise";

/** Brings a stack up on a Kubernetes cluster. Answers with what has changed, in a line. */
export async function upOnKubernetes({ stack, settings, progress }: Rise): Promise<string> {
  const { context } = settings.kubernetes;
  // A cluster that the stack makes itself may not be there yet, and is in nobody's kubeconfig.
  const failed = settings.target === "aws" ? 0 : await lookAtCluster(stack.name, context, progress);
  // What a killed run has made is taken over by its name: objects are applied, not created.
  const interrupted = await settle(stack, progress);
  const args = ["up", ...(interrupted || failed > 0 ? ["--refresh"] : [])];
  return runPulumi(stack, `Stack ${stack.name}`, args, undefined, progress, context);
}

/** Finds out whether the cluster is there, and removes jobs that would be waited for in vain. Answers with how many. */
async function lookAtCluster(
  stack: string,
  context: string | undefined,
  progress: Progress,
): Promise<number> {
  // Loaded here: the client is large, and who runs on Docker has no use for it.
  const { askCluster, clusterOf } = await import("../../preflight/cluster");
  const { Http } = await import("../../providers/kubernetes/api/http");
  await progress.step("Cluster", async (say) => say(await askCluster(context)));
  const failed = await removeFailedJobs(new Http(clusterOf(context)), stack);
  for (const { name, reason } of failed)
    progress.note(`Removed job ${name}, which has failed (${reason}): it is run again`);
  return failed.length;
}
