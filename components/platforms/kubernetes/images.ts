import type { ImageName } from "../../images";

/** Gives the reference by which the nodes of the cluster pull an image. */
export type ImageResolver = (name: ImageName) => string;

/** Where the nodes pull from, and how. */
export interface ImageAccess {
  readonly imageOf: ImageResolver;
  /** Names of Secrets with a login for the registry, which lie in every namespace of the stack. */
  readonly pullSecrets: readonly string[];
}

/** The part of a container and of its pod that says what runs. */
export const imageArgs = ({ imageOf, pullSecrets }: ImageAccess, image: ImageName) => ({
  container: {
    image: imageOf(image),
    // A reference names its content by digest or by a tag that is never moved: a node that has it need not ask.
    imagePullPolicy: "IfNotPresent",
  },
  pod: pullSecrets.length === 0 ? {} : { imagePullSecrets: pullSecrets.map((name) => ({ name })) },
});
