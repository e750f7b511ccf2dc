import { createHash } from "node:crypto";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, posix, sep } from "node:path";
import { UserError } from "../errors";

/** One file of a build context. */
export interface ContextFile {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly content: Buffer;
  readonly executable: boolean;
}

/**
 * The files below `folder`, sorted by path, so that the same content reads the same on every machine. A symbolic link stands
 * for what it leads to, so that images can share sources.
 * @throws UserError on a link that leads out of the folder's parent, or up
 */
export async function readContext(folder: string): Promise<ContextFile[]> {
  const files: ContextFile[] = [];
  const shared = dirname(await realpath(folder));
  const visit = async (relative: string): Promise<void> => {
    for (const entry of await readdir(join(folder, relative), { withFileTypes: true })) {
      const path = posix.join(relative, entry.name);
      const source = join(folder, path);
      if (entry.isSymbolicLink()) await checkLink(source, shared);
      const found = await stat(source);
      if (found.isDirectory()) await visit(path);
      else if (found.isFile()) {
        files.push({ path, content: await readFile(source), executable: (found.mode & 0o100) !== 0 });
      }
    }
  };
  await visit("");
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What a link adds to a build stays within the sources, and comes to an end. */
async function checkLink(link: string, within: string): Promise<void> {
  const target = await realpath(link);
  const place = await realpath(dirname(link));
  if (!target.startsWith(within + sep) || `${place}${sep}`.startsWith(target + sep)) {
    throw new UserError(
      `the link ${link} leads to ${target}`,
      `let it lead to a folder or file below ${within} that does not hold the link`,
    );
  }
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
