import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { imageNames, type BuiltImages, type ImageName } from "../../components/images";

const recordSchema = z.partialRecord(z.enum(imageNames), z.string());

/** The file in which the toolchain tells the program what it built. */
const recordFile = (stateDir: string): string => join(stateDir, "images.json");

/** Why images are not to be had on this machine. */
const absenceFile = (stateDir: string): string => join(stateDir, "absent.json");

/** Local tags of the images that were built on this machine; none when nothing was built. */
export const readBuilt = (stateDir: string): Promise<BuiltImages> => read(recordFile(stateDir));

/** Replaces what is known of `names`; other names keep their entry. The file is whole at every moment. */
export const writeBuilt = (
  stateDir: string,
  names: readonly ImageName[],
  built: BuiltImages,
): Promise<void> => replace(recordFile(stateDir), names, Object.entries(built));

/**
 * Tells the program which of `names` are not there, and why: what runs them is left out. Of others it goes on knowing what it
 * knew: a run for fewer services, or for another stack, has not looked for them.
 */
export const writeAbsent = (
  stateDir: string,
  names: readonly ImageName[],
  absent: ReadonlyMap<ImageName, string>,
): Promise<void> => replace(absenceFile(stateDir), names, [...absent]);

async function read(file: string): Promise<BuiltImages> {
  const text = await readFile(file, "utf8").catch(() => "{}");
  const parsed = recordSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : {};
}

async function replace(
  file: string,
  names: readonly ImageName[],
  entries: readonly (readonly [string, string])[],
): Promise<void> {
  const others = Object.entries(await read(file)).filter(([name]) => !names.some((own) => own === name));
  await write(file, [...others, ...entries]);
}

async function write(file: string, entries: readonly (readonly [string, string])[]): Promise<void> {
  const sorted = Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(sorted, undefined, 2)}\n`);
  await rename(draft, file);
}
