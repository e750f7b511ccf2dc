import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type BuiltImages, imageNames } from "./images";

/** Where `npm run up` notes the images that it built because no registry answered; in the project folder, outside git. */
const FILE = join(".semblance", "images.json");

/** The images that were built on this machine; none on a machine that pulls them. */
export function builtImages(projectFolder: string): BuiltImages {
  const file = join(projectFolder, FILE);
  if (!existsSync(file)) return {};
  return z.partialRecord(z.enum(imageNames), z.string()).parse(JSON.parse(readFileSync(file, "utf8")));
}
