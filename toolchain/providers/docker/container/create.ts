import type Docker from "dockerode";
import { type OperationContext, PartialFailure, type Props } from "../../base/resource";
import { UserError } from "../../../errors";
import { statusOf, wordsOf } from "../client";
import { ensureImage } from "../image";
import { redact } from "../redact";
import { attachNetworks } from "./networks";
import type { ContainerInputs } from "./properties";
import { removeContainer } from "./remove";
import { failedState, stateOf } from "./state";
import { toCreateOptions } from "./to-engine";
import { uploadFiles } from "./uploads";
import { awaitReady, NotReady } from "./wait";

/**
 * Makes and starts a container and waits for what its inputs ask for. What fails before it runs leaves nothing
 * behind; what fails while it runs stays, recorded as failed, so that its operator can look at it.
 */
export async function createContainer(
  docker: Docker,
  inputs: ContainerInputs,
  context: OperationContext,
): Promise<{ id: string; state: Props }> {
  await ensureImage(docker, inputs.image, inputs.platform, context);
  context.signal.throwIfAborted();
  const container = await make(docker, inputs);
  try {
    await attachNetworks(docker, container.id, inputs);
    await uploadFiles(container, inputs);
    context.signal.throwIfAborted();
    if (inputs.start !== false) await container.start();
  } catch (error) {
    await discard(container, inputs, error);
    if (context.signal.aborted)
      throw new Error(`stopped before container "${inputs.name}" ran; it is removed`);
    throw explain("start", inputs, error);
  }
  try {
    return { id: container.id, state: await readyState(container, inputs, context) };
  } catch (error) {
    // Cancelled by its operator: a second Ctrl-C would leave a container that no state knows.
    if (!isCancelled(context.signal)) throw error;
    await discard(container, inputs, error);
    throw new Error(`stopped while container "${inputs.name}" was starting; it is removed`);
  }
}

/** Waits until the container is as its inputs ask, and says how it is then. */
export async function readyState(
  container: Docker.Container,
  inputs: ContainerInputs,
  context: OperationContext,
): Promise<Props> {
  try {
    await awaitReady(container, inputs, context);
    return await stateOf(container, inputs);
  } catch (error) {
    const reason = context.signal.aborted
      ? `stopped while container "${inputs.name}" was starting; it stays, and the next up replaces it`
      : explain("wait for", inputs, error).message;
    throw new PartialFailure(container.id, failedState(inputs), [reason]);
  }
}

/** As opposed to a time limit that is over: then there is something to look at. */
function isCancelled(signal: AbortSignal): boolean {
  const reason: unknown = signal.reason;
  return signal.aborted && !(reason instanceof Error && reason.name === "TimeoutError");
}

async function make(docker: Docker, inputs: ContainerInputs): Promise<Docker.Container> {
  try {
    return await docker.createContainer(toCreateOptions(inputs));
  } catch (error) {
    if (statusOf(error) === 409 && wordsOf(error).includes("already in use")) {
      throw new UserError(
        `a container named "${inputs.name}" exists already and is not in this stack's state`,
        `docker rm -f ${inputs.name}, if nobody needs it (an interrupted up leaves such a container)`,
      );
    }
    throw explain("create", inputs, error);
  }
}

async function discard(container: Docker.Container, inputs: ContainerInputs, cause: unknown): Promise<void> {
  try {
    await removeContainer(container, { ...inputs, destroyGraceSeconds: 0, removeVolumes: true });
  } catch (error) {
    const reasons = [explain("start", inputs, cause).message, explain("remove", inputs, error).message];
    throw new PartialFailure(container.id, failedState(inputs), reasons);
  }
}

function explain(verb: string, inputs: ContainerInputs, error: unknown): Error {
  if (error instanceof UserError || error instanceof NotReady) return error;
  return new Error(`cannot ${verb} container "${inputs.name}": ${redact(wordsOf(error), inputs)}`);
}
