import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { imageNames, type BuiltImages, type ImageName } from "../../components/images";

const recordSchema = z.partialRecord(z.enum(imageNames), z.string());

/** The file in which the toolchain tells the program what it built. */
export const recordFile = (stateDir: string): string => join(stateDir, "images.json");

/** Local tags of the images that were built on this machine; none when nothing was built. */
export async function readBuilt(stateDir: string): Promise<BuiltImages> {
  const text = await readFile(recordFile(stateDir), "utf8").catch(() => "{}");
  const parsed = recordSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : {};
}

/** Replaces what is known of `names`; other names keep their entry. The file is whole at every moment. */
export async function writeBuilt(
  stateDir: string,
  names: readonly ImageName[],
  built: BuiltImages,
): Promise<void> {
  const others = Object.entries(await readBuilt(stateDir)).filter(
    ([name]) => !names.some((own) => own === name),
  );
  const sorted = Object.fromEntries(
    [...others, ...Object.entries(built)].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  await mkdir(stateDir, { recursive: true });
  const draft = `${recordFile(stateDir)}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(sorted, undefined, 2)}\n`);
  await rename(draft, recordFile(stateDir));
}
