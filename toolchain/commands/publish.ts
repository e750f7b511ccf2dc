import { join } from "node:path";
import { ensureEngine } from "../engine";
import type { Args } from "./args";
import { type Command, stackOf, stackOption, type Surroundings } from "./command";
import { destinationOf } from "./publish/destination";
import { publishImages } from "./publish/publish-images";
import { openSelected } from "./stack/open";
import { readSettings, writeSettings } from "./stack/settings";

/** `npm run publish`: brings this project's own images to where a cluster pulls them from. */
export const publish: Command = {
  syntax: {
    name: "publish",
    summary:
      "Brings the images that only this project makes to the registry of a stack on Kubernetes or AWS, and notes their digests.",
    options: stackOption,
    examples: ["npm run publish -- --stack prod"],
  },
  run: publishStack,
};

async function publishStack(args: Args, { root, progress, print }: Surroundings): Promise<number> {
  const stack = await openSelected(root, stackOf(args), progress);
  const settings = await readSettings(stack.cli);
  const destination = destinationOf(stack.name, settings);
  const { docker } = await ensureEngine(progress);
  const { pushed, there, architecture } = await publishImages(destination, {
    ...settings.images,
    docker,
    progress,
    stateDir: join(root, ".semblance"),
    note: async (image, digest) => {
      if (settings.images.digests[image] === digest) return;
      await writeSettings(stack.cli, { [`images.digests.${image}`]: digest });
    },
  });
  print(
    `${destination.registry} has the ${destination.names.length} images of stack ${stack.name} for linux/${architecture}: ` +
      `${pushed.length} pushed, ${there.length} there before. Their digests are in Pulumi.${stack.name}.yaml.`,
  );
  return 0;
}
