import { join } from "node:path";
import { ownImage } from "../../components/cluster-images";
import { type ImageName, images } from "../../components/images";
import { imagesOf } from "../../components/member-images";
import { membersOf } from "../../components/topology";
import { ensureEngine } from "../engine";
import { UserError } from "../errors";
import { ensureImages } from "../images";
import { pushImage } from "../images/push";
import type { Args } from "./args";
import { type Command, stackOf, stackOption, type Surroundings } from "./command";
import { openStack } from "./stack/open";
import { readSettings, writeSettings } from "./stack/settings";

/** `npm run publish`: brings this project's own images to where a cluster pulls them from. */
export const publish: Command = {
  syntax: {
    name: "publish",
    summary: "Builds the images that only this project makes and pushes them to settings.images.registry.",
    options: stackOption,
    examples: ["npm run publish -- --stack prod"],
  },
  run: pushOwnImages,
};

async function pushOwnImages(args: Args, { root, progress, print }: Surroundings): Promise<number> {
  const stack = await openStack(root, stackOf(args), progress);
  await stack.cli.capture(["stack", "select", "--create"]);
  const settings = await readSettings(stack.cli);
  const { registry } = settings.images;
  if (registry === undefined) {
    throw new UserError(
      "settings.images.registry names no registry to push to",
      "pulumi config set --path 'settings.images.registry' HOST/PATH",
    );
  }
  const { docker } = await ensureEngine(progress);
  const own = imagesOf(membersOf(settings), settings).filter(isOwn);
  const options = { ...settings.images, docker, progress, stateDir: join(root, ".semblance") };
  const local = await progress.step("Images", () => ensureImages(own, options));
  for (const name of own) {
    const repository = ownImage(registry, name);
    const tag = images[name].builds ?? "";
    const digest = await progress.step(`Push of ${repository}:${tag}`, () =>
      pushImage(docker, { local: local[name], repository, tag }),
    );
    // One by one, so that a push that fails leaves what is told of those before it.
    await writeSettings(stack.cli, { [`images.digests.${name}`]: digest });
  }
  print(`${own.length} images are in ${registry}; their digests are in Pulumi.${stack.name}.yaml`);
  return 0;
}

/** Nobody else publishes it, so a cluster can have it from us only. */
const isOwn = (name: ImageName): boolean => images[name].published === undefined;
