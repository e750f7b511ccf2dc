import { UserError } from "../../errors";
import type { Progress } from "../../progress";
import { ACKNOWLEDGEMENTS, readAcknowledgements, today } from "../../review/acknowledgements";
import { mayHold } from "../../review/data";
import { previewState } from "../../review/events-run";
import { type AcknowledgedLoss, type DataLoss, judge, type Verdict } from "../../review/guard";
import type { OpenStack } from "../stack/open";
import { readState, resourcesOf } from "../stack/state";

/** Data would be lost, or its protection lowered: nothing has been deployed. */
export class LossRefused extends UserError {}

/**
 * Refuses a run that would lose data, or lower what protects it, and that `policies/acknowledgements.json` does not
 * acknowledge. A stack that holds nothing yet passes without a look.
 * @param root folder with the acknowledgements
 * @throws LossRefused that names each loss, and the line that acknowledges it
 */
export async function guardData(root: string, stack: OpenStack, progress: Progress): Promise<void> {
  if (!resourcesOf(await readState(stack.cli)).some(mayHold)) return;
  const acknowledgements = await readAcknowledgements(root);
  const preview = await progress.step("What happens to data", async (say) => {
    say("previewing");
    return previewState(stack.cli);
  });
  const verdict = judge(preview, acknowledgements, today());
  if (verdict.refused.length > 0) throw refusal(stack.name, verdict);
  // Where the preview fails, the run does, and says it better. What is protected, the engine goes on refusing.
  if (preview.messages.some(({ severity }) => severity === "error")) return;
  for (const fault of verdict.faults) progress.note(`${ACKNOWLEDGEMENTS}: ${fault}`);
  for (const loss of verdict.acknowledged) await release(loss, stack, progress);
}

/** What is acknowledged may go: Pulumi would refuse it as long as the state says that it is protected. */
async function release(
  { resource, change, reason, expires }: AcknowledgedLoss,
  { cli }: OpenStack,
  progress: Progress,
): Promise<void> {
  progress.note(`${resource.name}: ${change} is acknowledged until ${expires}: ${reason}`);
  if (change === "unprotect" || !resource.protect) return;
  await cli.capture(["state", "unprotect", resource.urn, "--yes"]);
}

const done = {
  delete: "deleted",
  replace: "replaced by an empty one",
  unprotect: "left with less protection",
};

function refusal(stack: string, { refused, faults }: Verdict): LossRefused {
  const told = refused.map(
    ({ resource, change, why, line }: DataLoss) =>
      `  - ${resource.name} (${resource.type}) would be ${done[change]}\n      ${why}\n      if that is meant: ${line}`,
  );
  return new LossRefused(
    `stack "${stack}": data would be lost, or its protection lowered; nothing was deployed\n` +
      [...told, ...faults.map((fault) => `  - ${ACKNOWLEDGEMENTS}: ${fault}`)].join("\n"),
    `take the change back; if it is meant, add the line of each to ${ACKNOWLEDGEMENTS} with the reason, have it reviewed, and run the command again`,
  );
}
