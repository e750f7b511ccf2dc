import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** A Markdown document of the project. */
export interface Source {
  /** Path below the folder, such as `adr/0001-one-network-per-arrow.md`. */
  readonly path: string;
  readonly text: string;
}

/** A page per policy rule is for who reviews a change, beside the code; here a hundred of them would drown the guides. */
const NOT_SERVED = "policies";

/** The Markdown documents below a folder, sorted by path: a folder's first page first, folders after the files beside them. */
export function readSources(folder: string): Source[] {
  const visit = (relative: string): string[] =>
    readdirSync(join(folder, relative), { withFileTypes: true }).flatMap((entry) => {
      const path = posix.join(relative, entry.name);
      if (entry.isDirectory()) return path === NOT_SERVED ? [] : visit(path);
      return entry.name.endsWith(".md") ? [path] : [];
    });
  const depth = (path: string): number => path.split("/").length;
  const follows = (path: string): number => (posix.basename(path) === "README.md" ? 0 : 1);
  return visit("")
    .sort((a, b) => depth(a) - depth(b) || follows(a) - follows(b) || a.localeCompare(b))
    .map((path) => ({ path, text: readFileSync(join(folder, path), "utf8") }));
}

/** Title of a document: its first heading, otherwise its file's name. */
export function titleOf({ path, text }: Source): string {
  const heading = /^#\s+(.+)$/m.exec(text)?.[1];
  return heading?.replaceAll("`", "").trim() ?? posix.basename(path, ".md");
}

/** Path under which a document is served; `README.md` is its folder's first page. */
export const pageOf = (path: string): string =>
  path.replace(/README\.md$/, "index.md").replace(/\.md$/, ".html");

/**
 * Where a link of a document leads on the server: to the page of another document. What is not served (code, pictures)
 * gives undefined, and its text stays without a link.
 */
export function linkOf(from: string, href: string, served: ReadonlySet<string>): string | undefined {
  if (/^[a-z]+:|^#/i.test(href)) return href;
  const [path = "", anchor] = href.split("#");
  const target = posix.normalize(posix.join(posix.dirname(from), path));
  if (!served.has(target)) return undefined;
  const relative = posix.relative(posix.dirname(pageOf(from)), pageOf(target));
  return anchor === undefined ? relative : `${relative}#${anchor}`;
}
