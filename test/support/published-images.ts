import { imageNames, images } from "../../components/images";

/** A registry with the project's own images. Simulated nodes pull nothing, so any digest will do. */
export const publishedImages = {
  registry: "registry.example/semblance",
  digests: Object.fromEntries(
    imageNames
      .filter((name) => images[name].published === undefined)
      .map((name, index) => [name, `sha256:${String(index % 10).repeat(64)}`]),
  ),
};
