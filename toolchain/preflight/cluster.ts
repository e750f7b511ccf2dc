import { z } from "zod";
import { UserError } from "../errors";
import { Http } from "../providers/kubernetes/api/http";
import { type Access, accessOf } from "../providers/kubernetes/api/kubeconfig";

/** Longest time that a cluster may take to say its version. */
const LIMIT_MS = 10_000;

const versionSchema = z.object({ gitVersion: z.string() });

/**
 * The cluster of the user's kubeconfig ($KUBECONFIG, else ~/.kube/config), in the context that the settings name.
 * @throws UserError when it has no such context
 */
export const clusterOf = (context: string | undefined): Access =>
  accessOf(context === undefined ? {} : { context });

/**
 * Asks the cluster who it is, so that a wrong one is found before anything is made. Answers with a line about it.
 * @throws UserError when nobody answers there
 */
export async function askCluster(context: string | undefined): Promise<string> {
  const access = clusterOf(context);
  try {
    const signal = AbortSignal.timeout(LIMIT_MS);
    const { body } = await new Http(access).ask({ method: "GET", path: "/version", signal });
    return `${access.server}, Kubernetes ${versionSchema.parse(body).gitVersion}`;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `no cluster answers at ${access.server}: ${reason}`,
      "kubectl version shows the same; KUBECONFIG names the file, settings.kubernetes.context the context in it",
    );
  }
}
