import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, posix } from "node:path";

/** One file of a build context. */
export interface ContextFile {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly content: Buffer;
  readonly executable: boolean;
}

/** The files below `folder`, sorted by path, so that the same content reads the same on every machine. */
export async function readContext(folder: string): Promise<ContextFile[]> {
  const files: ContextFile[] = [];
  const visit = async (relative: string): Promise<void> => {
    for (const entry of await readdir(join(folder, relative), { withFileTypes: true })) {
      const path = posix.join(relative, entry.name);
      if (entry.isDirectory()) await visit(path);
      else if (entry.isFile()) {
        const { mode } = await stat(join(folder, path));
        files.push({ path, content: await readFile(join(folder, path)), executable: (mode & 0o100) !== 0 });
      }
    }
  };
  await visit("");
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Twelve hex digits that change with any file of the context or with `inputs`. The certificates and proxies of this
 * machine are no inputs: they decide how a download is reached, not what is in it.
 */
export function contentHash(files: readonly ContextFile[], inputs: readonly string[]): string {
  const hash = createHash("sha256");
  for (const input of inputs) hash.update(`${input.length}:${input};`);
  for (const file of files) {
    hash.update(`${file.path.length}:${file.path};${file.executable ? "x" : "-"};${file.content.length}:`);
    hash.update(file.content);
  }
  return hash.digest("hex").slice(0, 12);
}
