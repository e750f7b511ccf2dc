import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ImageName } from "../../images";

/** Gives the reference by which the engine knows an image. */
export type ImageResolver = (name: ImageName) => string;

/** The images that the workloads run, each pulled once, or found where the toolchain has built it. They stay on `down`. */
export class Images extends pulumi.ComponentResource {
  private readonly known = new Map<ImageName, docker.RemoteImage>();

  constructor(
    private readonly name: string,
    private readonly resolve: ImageResolver,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:image:Images", name, {}, opts);
    this.registerOutputs({});
  }

  /** Id of the image: it names the content, so a workload is replaced when, and only when, that changes. */
  id(image: ImageName): pulumi.Output<string> {
    const resource = this.known.get(image) ?? this.create(image);
    this.known.set(image, resource);
    return resource.imageId;
  }

  private create(image: ImageName): docker.RemoteImage {
    return new docker.RemoteImage(
      `${this.name}-${image}`,
      { name: this.resolve(image), keepLocally: true },
      { parent: this },
    );
  }
}
