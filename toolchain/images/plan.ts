import { images, publishedRef, type ImageName, type PublishedImage } from "../../components/images";
import { UserError } from "../errors";
import type { Base, KnownBases } from "./base";

/** Where images may come from: whatever is quickest, registries only, or builds only. Images of our own are always built. */
export type ImagesFrom = "auto" | "pull" | "build";

/** The names under which one image may be present. */
export interface Candidates {
  readonly published?: { readonly ref: string; readonly image: PublishedImage };
  /** Local tags: on the official base, and on the one made of Debian's packages. Absent: it cannot be built. */
  readonly built?: { readonly published: string; readonly bootstrapped: string };
  /** Tag under which `docker load` of an archive brings what can only be pulled otherwise; an archive has no digest. */
  readonly loaded?: string;
}

/** Names of an image, given the hash of its folder on each base. */
export function candidatesOf(
  name: ImageName,
  from: ImagesFrom,
  mirror: string | undefined,
  hash: (base: Base) => string,
  bases: KnownBases,
): Candidates {
  const { published, builds } = images[name];
  const tag = (base: Base): string => `semblance-curation/${name}:${builds}-${hash(base)}`;
  return {
    ...(published === undefined || (from === "build" && builds !== undefined)
      ? {}
      : { published: { ref: publishedRef(published, mirror), image: published } }),
    ...(builds === undefined
      ? {}
      : { built: { published: tag(bases.published), bootstrapped: tag(bases.bootstrapped) } }),
    ...(builds !== undefined || published === undefined
      ? {}
      : { loaded: `${published.registry}/${published.repository}:${published.tag}` }),
  };
}

/** Which of its names the engine already has; undefined when there is work to do. */
export function presentRef(
  candidates: Candidates,
  from: ImagesFrom,
  has: (ref: string) => boolean,
): string | undefined {
  const { published, built, loaded } = candidates;
  if (published !== undefined && has(published.ref)) return published.ref;
  if (loaded !== undefined) return has(loaded) ? loaded : undefined;
  if (built === undefined || (published !== undefined && from === "pull")) return undefined;
  return [built.published, built.bootstrapped].find(has);
}

/** Why an image that cannot be built is not to be had, with the ways out. */
export function whyAbsent({ registry, repository, tag }: PublishedImage): string {
  const name = `${registry}/${repository}:${tag}`;
  return (
    `${registry} does not answer, and the image cannot be built from package registries; ` +
    `name a mirror (pulumi config set --path 'settings.images.mirror' HOST), or bring it: docker save ${name} on a machine that has it, docker load here`
  );
}

/** What to do for an image that the engine does not have. */
export type Action = { readonly pull: string } | { readonly build: true };

/**
 * Pull or build, once it is known whether the registry answers.
 * @throws UserError when only pulling is allowed and nothing answers
 */
export function actionFor(
  name: ImageName,
  candidates: Candidates,
  from: ImagesFrom,
  registryAnswers: boolean,
): Action {
  const { published } = candidates;
  if (published === undefined) return { build: true };
  if (registryAnswers) return { pull: published.ref };
  if (from !== "pull" && candidates.built !== undefined) return { build: true };
  throw new UserError(
    `image "${name}" is to be pulled, and the registry of ${published.ref} does not answer`,
    "check the network, set a mirror (pulumi config set --path images.mirror HOST[/PATH]), or let it be built (pulumi config set --path images.source auto)",
  );
}
