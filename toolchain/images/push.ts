import type Docker from "dockerode";
import { UserError } from "../errors";
import { credentialsFor } from "./credentials";
import { messagesOf } from "./messages";

/** What is pushed, and where to. */
export interface Push {
  /** The image as the engine knows it. */
  readonly local: string;
  readonly repository: string;
  readonly tag: string;
}

/**
 * Pushes an image, and answers with the digest under which the registry has it.
 * @throws UserError with what the registry said
 */
export async function pushImage(docker: Docker, { local, repository, tag }: Push): Promise<string> {
  const ref = `${repository}:${tag}`;
  try {
    await docker.getImage(local).tag({ repo: repository, tag });
    const authconfig = await credentialsFor(ref);
    let digest: string | undefined;
    for await (const message of messagesOf(
      await docker.getImage(ref).push(authconfig === undefined ? {} : { authconfig }),
    )) {
      if (message.error !== undefined) throw new Error(message.error);
      digest = message.aux?.Digest ?? digest;
    }
    if (digest === undefined) throw new Error("the registry told no digest");
    return digest;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const host = repository.split("/")[0] ?? repository;
    throw new UserError(`image ${ref} could not be pushed: ${reason}`, `docker login ${host}`);
  }
}
