import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
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
  await write(recordFile(stateDir), [...others, ...Object.entries(built)]);
}

/** Tells the program which images are not there, and why: what runs them is left out. */
export async function writeAbsent(stateDir: string, absent: ReadonlyMap<ImageName, string>): Promise<void> {
  await write(join(stateDir, "absent.json"), [...absent]);
}

async function write(file: string, entries: readonly (readonly [string, string])[]): Promise<void> {
  const sorted = Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(sorted, undefined, 2)}\n`);
  await rename(draft, file);
}
