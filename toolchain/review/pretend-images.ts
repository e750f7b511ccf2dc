import { realpathSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, sep } from "node:path";
import { z } from "zod";
import { contentHash, readContext } from "../images/content";

const imagesSchema = z.object({
  images: z.record(
    z.string(),
    z.looseObject({
      published: z.unknown().optional(),
      builds: z.string().optional(),
      builtBy: z.looseObject({ folder: z.string() }).optional(),
    }),
  ),
});

/**
 * Tells the program of a checkout what `npm run up` would find on a machine with registries: published images by their
 * digest, the project's own by a tag of what is in their folder. So both sides of a comparison, and every machine, agree.
 */
export async function writePretendedImages(folder: string): Promise<void> {
  const { images } = imagesSchema.parse(imagesModule(folder));
  const own = Object.entries(images).filter(([, { published, builds }]) => published === undefined && builds);
  const entries = own.map(async ([name, { builds, builtBy }]) => {
    const files = await readContext(join(folder, "images", builtBy?.folder ?? name));
    return [name, `semblance-curation/${name}:${builds ?? ""}-${contentHash(files, [])}`] as const;
  });
  const notes = join(folder, ".semblance");
  await mkdir(notes, { recursive: true });
  await writeFile(join(notes, "images.json"), JSON.stringify(Object.fromEntries(await Promise.all(entries))));
}

/** The checkout's own list of images: a version in it may be what has changed. */
function imagesModule(folder: string): unknown {
  const load = createRequire(join(folder, "package.json"));
  // The other side has lain in the same place.
  for (const path of Object.keys(load.cache))
    if (path.startsWith(realpathSync(folder) + sep)) delete load.cache[path];
  return load("./components/images.ts") as unknown;
}
