import { lstat, readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { UserError } from "../errors";
import { markerOf, MOST_CHARACTERS } from "../review/page";

/** A review as `npm run review` wrote it, and as it comes out of an artefact: its content is nobody's word. */
export interface Page {
  readonly stack: string;
  readonly file: string;
  readonly text: string;
}

const PAGES_LIMIT = 20;
const NAME = /^review-([A-Za-z0-9][A-Za-z0-9_.-]{0,99})\.md$/;

/**
 * The pages in a folder and in the folders in it, by stack.
 * @throws UserError for what `npm run review` does not write: an artefact of a pull request is made by the pull request
 */
export async function readPages(folder: string): Promise<Page[]> {
  const files = await pageFiles(folder);
  if (files.length === 0) {
    throw new UserError(
      `there is no review-STACK.md in ${folder}`,
      `npm run review -- --stack dev --out ${folder}`,
    );
  }
  if (files.length > PAGES_LIMIT) throw refused(folder, `${files.length} pages; allowed: ${PAGES_LIMIT}`);
  const pages = await Promise.all(files.map(readPage));
  const stacks = pages.map(({ stack }) => stack);
  const twice = stacks.find((stack, i) => stacks.indexOf(stack) !== i);
  if (twice !== undefined) throw refused(folder, `two pages of stack "${twice}"`);
  return pages.sort((a, b) => a.stack.localeCompare(b.stack));
}

async function pageFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const nested = entries
    .filter((entry) => entry.isDirectory())
    .map(async ({ name }) => (await readdir(join(folder, name))).map((inner) => join(folder, name, inner)));
  const flat = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => join(folder, name));
  return [...flat, ...(await Promise.all(nested)).flat()].filter((file) => NAME.test(basename(file)));
}

async function readPage(file: string): Promise<Page> {
  const stack = NAME.exec(basename(file))?.[1] ?? "";
  const found = await lstat(file);
  if (!found.isFile()) throw refused(file, "no plain file");
  // Four bytes are the most that UTF-8 has for a character.
  if (found.size > MOST_CHARACTERS * 4)
    throw refused(file, `${found.size} bytes; allowed: ${MOST_CHARACTERS} characters`);
  const text = await readFile(file, "utf8");
  if (text.length > MOST_CHARACTERS)
    throw refused(file, `${text.length} characters; allowed: ${MOST_CHARACTERS}`);
  if (text.split("\n", 1)[0] !== markerOf(stack))
    throw refused(file, `its first line is not ${markerOf(stack)}`);
  return { stack, file, text };
}

const refused = (where: string, what: string): UserError =>
  new UserError(`${where}: ${what}`, "npm run review -- --stack STACK --out FOLDER writes such pages");

/** A page that calls nobody: what GitHub and GitLab read as a mention gets a character of no width after its @. */
export const quiet = (text: string): string =>
  text.replace(/(^|[^\p{L}\p{N}_`/.@-])@(?=[\p{L}\p{N}_])/gmu, "$1@\u200b");

/** A page with a line of ours below its marker: above all that the page itself says, so that nothing in it can hide it. */
export function withNote({ text }: Page, note: string): string {
  const end = text.indexOf("\n");
  const [marker, rest] = end === -1 ? [text, ""] : [text.slice(0, end), text.slice(end + 1)];
  return `${marker}\n${note}\n\n${quiet(rest)}`;
}
