import { join } from "node:path";
import { type ImageName, images } from "../../components/images";
import { type Base, knownBases } from "./base";
import { contentHash, readContext } from "./content";
import { candidatesOf } from "./plan";

/** What decides the tags of the project's own images. */
export interface OwnTagsOptions {
  readonly imagesFolder: string;
  readonly mirror?: string | undefined;
}

/** The part of a local name after the colon: version, and hash of all that goes into the image. */
export const tagOf = (local: string): string => local.slice(local.lastIndexOf(":") + 1);

/**
 * The tags that each image may have been built under, on either base. They follow from the Dockerfiles, so that a registry
 * can be asked for an image before anybody builds it.
 */
export async function ownTags(
  names: readonly ImageName[],
  { imagesFolder, mirror }: OwnTagsOptions,
): Promise<ReadonlyMap<ImageName, readonly string[]>> {
  const bases = await knownBases(imagesFolder, mirror);
  const entries = names.map(async (name): Promise<readonly [ImageName, readonly string[]]> => {
    const files = await readContext(join(imagesFolder, images[name].builtBy?.folder ?? name));
    const hash = (base: Base): string => contentHash(files, [base.identity]);
    const { built } = candidatesOf(name, "build", mirror, hash, bases);
    return [name, built === undefined ? [] : [tagOf(built.published), tagOf(built.bootstrapped)]];
  });
  return new Map(await Promise.all(entries));
}
