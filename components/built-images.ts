import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type BuiltImages, imageNames } from "./images";
import { possibleImagesOf } from "./member-images";
import { memberNames, type ServiceName } from "./topology";

/** Why an image is not to be had on this machine, by its name: the content of `.semblance/absent.json`. */
export type AbsentImages = BuiltImages;

const texts = z.partialRecord(z.enum(imageNames), z.string());

/** What `npm run up` notes in the project folder, outside git. */
const read = (projectFolder: string, name: string): BuiltImages => {
  const file = join(projectFolder, ".semblance", name);
  return existsSync(file) ? texts.parse(JSON.parse(readFileSync(file, "utf8"))) : {};
};

/** Local tags of the images that this machine has instead of published ones; none on a machine that pulls them. */
export const builtImages = (projectFolder: string): BuiltImages => read(projectFolder, "images.json");

/** The members that cannot run here for want of their image, and why. None on a machine where nobody has looked. */
export function absentMembers(projectFolder: string): Partial<Record<ServiceName, string>> {
  const absent: AbsentImages = read(projectFolder, "absent.json");
  return Object.fromEntries(
    memberNames.flatMap((member) => {
      // Of the images that it may run, only the one that the settings choose is ever noted.
      const why = possibleImagesOf(member).flatMap((image) => absent[image] ?? [])[0];
      return why === undefined ? [] : [[member, why]];
    }),
  );
}
