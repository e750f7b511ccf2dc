import type Docker from "dockerode";
import { credentialsFor } from "./credentials";
import { messagesOf } from "./messages";
import { makesRepositories, registryError, wordsOf } from "./refusals";

/** Time in which a registry has to answer a question. */
const LIMIT_MS = 10_000;

/**
 * The digest under which the registry has an image; undefined when it has none by this name. A login that may not look is
 * no answer either: some registries deny what does not exist yet, so the push finds out.
 * @throws UserError when the registry does not answer, or takes no one in
 */
export async function publishedDigest(docker: Docker, ref: string): Promise<string | undefined> {
  const authconfig = await credentialsFor(ref);
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    const problem = new Error(`it did not answer for ${LIMIT_MS / 1000} s`);
    timer = setTimeout(() => reject(problem), LIMIT_MS);
  });
  const question = docker.getImage(ref).distribution(authconfig === undefined ? {} : { authconfig });
  try {
    return (await Promise.race([question, limit])).Descriptor.digest;
  } catch (error) {
    const said = wordsOf(error);
    if (/manifest unknown/i.test(said)) return undefined;
    if (/name unknown/i.test(said) && makesRepositories(ref)) return undefined;
    if (authconfig !== undefined && /denied/i.test(said) && !/expired/i.test(said)) return undefined;
    throw registryError(error, { ref, loggedIn: authconfig !== undefined });
  } finally {
    clearTimeout(timer);
  }
}

/** What is pushed, and where to. */
export interface Push {
  /** The image as the engine knows it. */
  readonly local: string;
  readonly repository: string;
  readonly tag: string;
}

/**
 * Pushes an image, and answers with the digest under which the registry has it. The engine is left as it was: it knows the
 * image by its local name only.
 * @throws UserError with what the registry said
 */
export async function pushImage(
  docker: Docker,
  { local, repository, tag }: Push,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const ref = `${repository}:${tag}`;
  const login = await credentialsFor(ref);
  await docker.getImage(local).tag({ repo: repository, tag });
  try {
    // The engine insists on a login; an empty one is none.
    const output = await docker.getImage(ref).push({ authconfig: login ?? {}, abortSignal: signal });
    return await followed(output, say);
  } catch (error) {
    signal.throwIfAborted();
    throw registryError(error, { ref, loggedIn: login !== undefined });
  } finally {
    await docker.getImage(ref).remove({ noprune: true });
  }
}

/** Follows a push to its end: the digest. */
async function followed(output: NodeJS.ReadableStream, say: (line: string) => void): Promise<string> {
  const sent = new Map<string, number>();
  let digest: string | undefined;
  for await (const { error, aux, status, id, progressDetail } of messagesOf(output)) {
    if (error !== undefined) throw new Error(error);
    digest = aux?.Digest ?? digest;
    const { current } = progressDetail ?? {};
    if (status === "Pushing" && id !== undefined && current !== undefined) {
      sent.set(id, current);
      const bytes = [...sent.values()].reduce((sum, each) => sum + each, 0);
      say(`${(bytes / 1e6).toFixed(1)} MB sent`);
    } else if (status?.startsWith("Retrying") === true) say(status);
  }
  if (digest === undefined) throw new Error("the engine told no digest at the end of the push");
  return digest;
}
