import { ConfigError } from "./core/errors";
import { type ImageName, images, publishedRef } from "./images";

/** Where a cluster finds images. */
export interface ClusterImages {
  /** Registry that stands in for every public one. */
  readonly mirror?: string | undefined;
  /** Registry that holds the images which nobody but this project makes. */
  readonly registry?: string | undefined;
  /** Digests of those, by the image's name: `npm run publish` notes them. */
  readonly digests: Readonly<Record<string, string>>;
}

/**
 * The name under which a cluster pulls an image: what is published, by digest; otherwise the project's own, out of its registry.
 * @throws ConfigError when the image is the project's own and no registry is named
 */
export function clusterImageRef(name: ImageName, { mirror, registry, digests }: ClusterImages): string {
  const { published, builds } = images[name];
  if (published !== undefined) return publishedRef(published, mirror);
  if (registry === undefined || builds === undefined) {
    throw new ConfigError(
      `image "${name}" is made by this project, and no registry is named that has it\n` +
        "  fix: pulumi config set --path 'settings.images.registry' HOST/PATH; then: npm run publish",
    );
  }
  const digest = digests[name];
  return `${ownImage(registry, name)}:${builds}${digest === undefined ? "" : `@${digest}`}`;
}

/** Repository of an image of the project's own. */
export const ownImage = (registry: string, name: ImageName): string =>
  `${registry.replace(/\/+$/, "")}/${name}`;
