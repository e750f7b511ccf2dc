import { absentMembers, builtImages } from "../built-images";
import { imageRef } from "../images";
import { DockerPlatform } from "../platforms/docker";
import { dockerProvider } from "../platforms/docker/provider";
import { arrowsAmong, memberNames, membersOf } from "../topology";
import { callsOut, type Target, type TargetArgs } from "./target";

/** One Docker host: with the images that `npm run up` has found or built there. */
export function dockerTarget({ stack, settings, root }: TargetArgs): Target {
  const built = builtImages(root);
  const wanted = membersOf(settings);
  // What another stack of this folder cannot have is none of this one's business.
  const absent = Object.fromEntries(
    Object.entries(absentMembers(root)).filter(([name]) =>
      memberNames.some((one) => one === name && wanted.has(one)),
    ),
  );
  const present = membersOf({ ...settings, absent: memberNames.filter((name) => name in absent) });
  return {
    present,
    absent,
    // Jaeger's Go module comes without its web application.
    withoutPages: built.jaeger === undefined ? [] : ["jaeger"],
    providers: [dockerProvider()],
    platform: (_certificates, opts) =>
      new DockerPlatform(
        {
          stack,
          subnets: settings.subnets,
          imageOf: (name) => imageRef(name, { mirror: settings.images.mirror, built }),
          memoryMiB: settings.memoryMiB,
          arrows: arrowsAmong(present),
          egress: callsOut(settings, present),
          mountSources: settings.development,
          engineFolder: settings.docker.engineFolder,
        },
        opts,
      ),
  };
}
