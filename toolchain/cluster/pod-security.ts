import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { silent, type Progress } from "../progress";
import { ensureControlPlane } from "./build";

/** A pod as a controller would make it: the template's metadata and spec. */
export interface PodToJudge {
  /** For the answer: what the reader should look at. */
  readonly name: string;
  readonly metadata?: object;
  readonly podSpec: object;
}

const verdicts = z.array(
  z.strictObject({
    name: z.string(),
    violations: z.array(z.strictObject({ reason: z.string(), detail: z.string() })),
  }),
);

/** What the standard "restricted" finds on one pod; nothing, when it is as it should be. */
export type PodVerdict = z.infer<typeof verdicts>[number];

/** Asks Kubernetes' own evaluator of the Pod Security Standards, without a cluster. One verdict per pod, in order. */
export async function podSecurityViolations(
  pods: readonly PodToJudge[],
  progress: Progress = silent,
): Promise<PodVerdict[]> {
  const child = spawn(await ensureControlPlane(progress), ["pod-security"], { stdio: "pipe" });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  // A command that refuses its input closes the pipe before it is read to the end; its words are what matters.
  child.stdin.on("error", () => undefined);
  child.stdin.end(JSON.stringify(pods));
  const [code, answer, complaint] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new Error(complaint.trim());
  return verdicts.parse(JSON.parse(answer));
}
