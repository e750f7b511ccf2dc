import type Docker from "dockerode";
import type { OperationContext } from "../base/resource";
import { UserError } from "../../errors";
import { found, wordsOf } from "./client";

/** The image as the engine has it, pulled first when it has not. */
export async function ensureImage(
  docker: Docker,
  name: string,
  platform: string | undefined,
  context: OperationContext,
): Promise<Docker.ImageInspectInfo> {
  const local = await found(docker.getImage(name).inspect());
  if (local !== undefined) return local;
  // An image id names nothing in a registry.
  if (name.startsWith("sha256:")) throw missing(name, "no image has this id");
  context.log(`pulling ${name}`);
  try {
    await pull(docker, name, platform, context.signal);
    return await docker.getImage(name).inspect();
  } catch (error) {
    context.signal.throwIfAborted();
    throw missing(name, wordsOf(error));
  }
}

function missing(name: string, reason: string): UserError {
  return new UserError(
    `image "${name}" is not on the Docker engine and cannot be pulled: ${reason}`,
    `docker pull ${name}, or build it and tag it with this name`,
  );
}

async function pull(
  docker: Docker,
  name: string,
  platform: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const options = { abortSignal: signal, ...(platform === undefined ? {} : { platform }) };
  const progress = await docker.pull(name, options);
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(progress, (error: Error | null) =>
      error === null ? resolve() : reject(error),
    );
  });
}
