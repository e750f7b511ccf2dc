import { join } from "node:path";
import { ownImage } from "../../../components/cluster-images";
import type { ImageName } from "../../../components/images";
import { ensureImages, type ImageOptions } from "../../images";
import { interruptible } from "../../images/interrupt";
import { ownTags, tagOf } from "../../images/own-tags";
import { publishedDigest, pushImage } from "../../images/push";
import type { Engine } from "../../engine";
import type { Destination } from "./destination";

const IMAGES_FOLDER = join(__dirname, "..", "..", "..", "images");

/** How images are published. */
export interface PublishOptions extends Omit<ImageOptions, "docker"> {
  readonly docker: Engine["docker"];
  /** Called for each image as soon as the registry has it, so that a failure leaves what is told of those before it. */
  note(name: ImageName, digest: string): Promise<void>;
}

/** What a run has done. */
export interface Published {
  readonly pushed: readonly ImageName[];
  /** In the registry before; neither built nor sent. */
  readonly there: readonly ImageName[];
  /** `amd64`, as Docker names it. */
  readonly architecture: string;
}

/** The tag of an image in the registry. The hash in it is that of the sources, so the architecture is named as well. */
const remoteTag = (tag: string, architecture: string): string => `${tag}-${architecture}`;

/**
 * Sees to it that the registry has the images: asks for each by a tag that follows from its content, then builds and pushes
 * what it lacks. A tag is never written twice, so a registry may make tags immutable.
 * @throws UserError for the person who must act
 */
export async function publishImages(destination: Destination, options: PublishOptions): Promise<Published> {
  const { registry, names } = destination;
  const { docker, progress, note } = options;
  const { Arch: architecture } = await docker.version();
  const there = await progress.step(`Registry ${registry}`, () =>
    digestsIn(destination, options, architecture),
  );
  for (const [name, digest] of there) await note(name, digest);
  const missing = names.filter((name) => !there.has(name));
  if (missing.length > 0) {
    const local = await progress.step("Images", () => ensureImages(missing, options));
    for (const name of missing) {
      const tag = remoteTag(tagOf(local[name]), architecture);
      const push = { local: local[name], repository: ownImage(registry, name), tag };
      const digest = await progress.step(`Push of ${push.repository}:${tag}`, (say) =>
        interruptible((signal) => pushImage(docker, push, say, signal)),
      );
      await note(name, digest);
    }
  }
  return { pushed: missing, there: [...there.keys()], architecture };
}

/** The images that the registry has, with their digests. */
async function digestsIn(
  { registry, names }: Destination,
  { docker, mirror, imagesFolder = IMAGES_FOLDER }: PublishOptions,
  architecture: string,
): Promise<ReadonlyMap<ImageName, string>> {
  const tags = await ownTags(names, { imagesFolder, mirror });
  const found = new Map<ImageName, string>();
  await Promise.all(
    names.map(async (name) => {
      for (const tag of tags.get(name) ?? []) {
        const ref = `${ownImage(registry, name)}:${remoteTag(tag, architecture)}`;
        const digest = await publishedDigest(docker, ref);
        if (digest === undefined) continue;
        found.set(name, digest);
        return;
      }
    }),
  );
  return found;
}
