import type { Settings } from "../../../components/config/schema";
import { UserError } from "../../errors";
import type { Progress } from "../../progress";
import { settle } from "../healing/heal";
import { freeLock } from "../healing/lock";
import { guardData } from "../run/guard";
import { runPulumi } from "../run/run";
import { removeFailedJobs } from "./failed-jobs";
import type { Rise } from "./rise";

/** Brings a stack up on a Kubernetes cluster. Answers with what has changed, in a line. */
export async function upOnKubernetes({ root, stack, settings, progress }: Rise): Promise<string> {
  const { context } = settings.kubernetes;
  if (settings.target === "kubernetes") await refuseUnpublished(stack.name, settings);
  // A cluster that the stack makes itself may not be there yet, and is in nobody's kubeconfig.
  const failed = settings.target === "aws" ? 0 : await lookAtCluster(stack.name, context, progress);
  await freeLock(stack, progress);
  await guardData(root, stack, progress);
  // What a killed run has made is taken over by its name: objects are applied, not created.
  const interrupted = await settle(stack, progress);
  const args = ["up", ...(interrupted || failed > 0 ? ["--refresh"] : [])];
  return runPulumi(stack, `Stack ${stack.name}`, args, undefined, progress, context);
}

/** A pod whose image no registry has would wait for ever. In AWS the first `up` makes the registry. */
async function refuseUnpublished(stack: string, settings: Settings): Promise<void> {
  // Loaded here, as below.
  const { destinationOf } = await import("../publish/destination");
  const { registry, names } = destinationOf(stack, settings);
  const missing = names.filter((name) => settings.images.digests[name] === undefined);
  if (missing.length === 0) return;
  throw new UserError(
    `settings.images.digests: found nothing for ${missing.join(", ")}; allowed: the digest of each image that only this project makes, in ${registry}`,
    `npm run publish -- --stack ${stack}   (builds them, pushes them and notes their digests)`,
  );
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
