import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImageName } from "../../components/images";

/**
 * Runs something with a project folder that has what `npm run up` notes about the machine: these images were built on it.
 * So a program is the same on every machine.
 */
export async function withBuiltImages<T>(
  names: readonly ImageName[],
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "semblance-project-"));
  mkdirSync(join(folder, ".semblance"));
  const tags = Object.fromEntries(names.map((name) => [name, `semblance-curation/${name}:1.0.0`]));
  writeFileSync(join(folder, ".semblance", "images.json"), JSON.stringify(tags));
  return use(folder).finally(() => rmSync(folder, { recursive: true }));
}
