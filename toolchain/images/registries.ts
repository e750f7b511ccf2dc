import type Docker from "dockerode";
import { publishedRef, type PublishedImage } from "../../components/images";

/** Time in which a registry has to answer before the images are built instead. */
const LIMIT_MS = 2_500;

/** Answers whether a registry serves the image. One question per registry and run. */
export interface Registries {
  /** True when the registry of this image, or the mirror, answered the engine in time. */
  answersFor(image: PublishedImage): Promise<boolean>;
}

/**
 * Asks registries through the engine: it is the engine that pulls, with its own proxy, mirrors and certificates, and on
 * another machine when DOCKER_HOST says so.
 */
export function registriesOf(
  docker: Docker,
  mirror: string | undefined,
  limitMs: number = LIMIT_MS,
): Registries {
  const answers = new Map<string, Promise<boolean>>();
  return {
    answersFor(image) {
      const host = mirror ?? image.registry;
      const known = answers.get(host);
      if (known !== undefined) return known;
      const answer = ask(docker, publishedRef(image, mirror), limitMs);
      answers.set(host, answer);
      return answer;
    },
  };
}

async function ask(docker: Docker, ref: string, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  const question = docker
    .getImage(ref)
    .distribution()
    .then(
      () => true,
      (error: unknown) => meansAnswered(error),
    );
  try {
    return await Promise.race([question, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** A registry that refuses or lacks this one image is there all the same; the pull then says what is wrong. */
function meansAnswered(error: unknown): boolean {
  const text = error instanceof Error ? error.message : String(error);
  return /unauthorized|denied|manifest unknown|not found|toomanyrequests/i.test(text);
}
