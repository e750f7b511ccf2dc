import { join } from "node:path";
import MarkdownIt from "markdown-it";
import { asset } from "../../core/assets";
import { escapeHtml, htmlDocument } from "../gateway/html";
import { linkOf, pageOf, type Source, titleOf } from "./pages";

/** Headings of the parts of the menu, by folder. */
const PARTS: Readonly<Record<string, string>> = {
  "": "Guides",
  runbooks: "Runbooks",
  adr: "Decisions",
};

const folderOf = (path: string): string => (path.includes("/") ? (path.split("/")[0] ?? "") : "");

/** Anchor of a heading, as GitHub makes it. */
const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");

/** The documents as a web site: a page each, with a menu; plain HTML and one style sheet, no script. */
export function siteFiles(sources: readonly Source[]): Record<string, string> {
  const served = new Set(sources.map(({ path }) => path));
  const pages = sources.map((source): [string, string] => [
    pageOf(source.path),
    page(source, sources, served),
  ]);
  const gateway = join(__dirname, "..", "gateway", "home");
  return {
    ...(served.has("README.md") ? {} : { "index.html": firstPage(sources) }),
    ...Object.fromEntries(pages),
    "base.css": asset(gateway, "base.css"),
    "icon.svg": asset(gateway, "icon.svg"),
    "docs.css": asset(__dirname, "docs.css"),
  };
}

function page(source: Source, sources: readonly Source[], served: ReadonlySet<string>): string {
  return whole(source.path, titleOf(source), renderer(source.path, served).render(source.text), sources);
}

function firstPage(sources: readonly Source[]): string {
  const body = `<h1>Semblance Curation</h1><p>Guides, runbooks for alerts, and the decisions behind the design. Choose a page in the menu.</p>`;
  return whole("index.md", "Documentation", body, sources);
}

function whole(path: string, title: string, article: string, sources: readonly Source[]): string {
  const up = path.includes("/") ? ".." : ".";
  return htmlDocument({
    title: `${title} – Semblance Curation`,
    origin: up,
    styleSheets: ["/base.css", "/docs.css"],
    bodyClass: "docs",
    body: `<div class="layout"><nav aria-label="Documentation">${menu(path, up, sources)}</nav>\n<main><article>${article}</article></main></div>`,
  });
}

/**
 * The pages of the part that the page is in, and a link to each other part. All pages on each page would be most of the site's
 * bytes; these are files of a workload, and lie in the stack's state and in a ConfigMap, whose limit is 1 MiB.
 */
function menu(current: string, up: string, sources: readonly Source[]): string {
  const known = Object.keys(PARTS);
  const others = sources.map(({ path }) => folderOf(path)).filter((folder) => !known.includes(folder));
  return [...known, ...new Set(others)]
    .map((folder) => {
      const pages = sources.filter(({ path }) => folderOf(path) === folder);
      const [first] = pages;
      if (first === undefined) return "";
      const heading = escapeHtml(PARTS[folder] ?? folder);
      if (folder !== folderOf(current))
        return `<h2><a href="${up}/${pageOf(first.path)}">${heading}</a></h2>`;
      const items = pages.map((source) => {
        const here = source.path === current ? ' aria-current="page"' : "";
        return `<li><a href="${up}/${pageOf(source.path)}"${here}>${escapeHtml(titleOf(source))}</a></li>`;
      });
      return `<h2>${heading}</h2><ul>${items.join("")}</ul>`;
    })
    .join("\n");
}

/** Markdown as GitHub shows it, as far as our documents use it. Raw HTML is shown as text: the documents are ours, the habit is good. */
function renderer(from: string, served: ReadonlySet<string>): InstanceType<typeof MarkdownIt> {
  const markdown = new MarkdownIt({ html: false, linkify: true });
  markdown.core.ruler.push("anchors-and-links", ({ tokens }) => {
    for (const [i, token] of tokens.entries()) {
      if (token.type === "heading_open") token.attrSet("id", slug(tokens[i + 1]?.content ?? ""));
      for (const child of token.children ?? []) {
        if (child.type !== "link_open") continue;
        const href = linkOf(from, String(child.attrGet("href") ?? ""), served);
        if (href === undefined) child.attrs = [];
        else child.attrSet("href", href);
      }
      // Pictures are not served: the words that describe them are.
      for (const child of token.children ?? []) if (child.type === "image") child.type = "text";
    }
  });
  return markdown;
}
