import type Docker from "dockerode";
import { UserError } from "../errors";
import { credentialsFor } from "./credentials";
import { messagesOf } from "./messages";

/**
 * Pulls an image by digest, so that what arrives is what was pinned, whoever serves it.
 * @throws UserError with what the registry said
 */
export async function pullImage(
  docker: Docker,
  ref: string,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const layers = new Map<string, { current: number; total: number }>();
  try {
    const authconfig = await credentialsFor(ref);
    const output = await docker.createImage(authconfig, { fromImage: ref, abortSignal: signal });
    for await (const message of messagesOf(output)) {
      if (message.error !== undefined) throw new Error(message.error);
      const { current, total } = message.progressDetail ?? {};
      if (
        message.status === "Downloading" &&
        message.id !== undefined &&
        current !== undefined &&
        total !== undefined
      ) {
        layers.set(message.id, { current, total });
        say(downloaded(layers));
      } else if (message.status !== undefined && layers.size === 0) say(message.status);
    }
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `image ${ref} could not be pulled: ${reason}`,
      "check the registry, or set a mirror: pulumi config set --path images.mirror HOST[/PATH]",
    );
  }
}

function downloaded(layers: ReadonlyMap<string, { current: number; total: number }>): string {
  let current = 0;
  let total = 0;
  for (const layer of layers.values()) {
    current += layer.current;
    total += layer.total;
  }
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  return `${megabytes(current)} of ${megabytes(total)} MB`;
}
