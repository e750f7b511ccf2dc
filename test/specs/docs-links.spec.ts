import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import MarkdownIt from "markdown-it";
import { root } from "../support/stack";

/** A document, with what it says beside its prose. */
interface Document {
  /** Path below the project. */
  readonly path: string;
  readonly links: readonly string[];
  /** Anchors of its headings, as GitHub makes them. */
  readonly anchors: ReadonlySet<string>;
  /** Its code: blocks, and words in backticks. */
  readonly code: readonly string[];
  readonly text: string;
}

type Token = ReturnType<InstanceType<typeof MarkdownIt>["parse"]>[number];

const markdown = new MarkdownIt();
const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** Anchor of a heading, before GitHub numbers those that are there twice. */
const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");

function anchorsOf(tokens: readonly Token[]): Set<string> {
  const anchors = new Set<string>();
  for (const [i, { type }] of tokens.entries()) {
    if (type !== "heading_open") continue;
    const wanted = slug((tokens[i + 1]?.children ?? []).map(({ content }) => content).join(""));
    let anchor = wanted;
    for (let n = 1; anchors.has(anchor); n++) anchor = `${wanted}-${n}`;
    anchors.add(anchor);
  }
  return anchors;
}

function parse(path: string): Document {
  const text = read(path);
  const tokens = markdown.parse(text, {});
  const inline = tokens.flatMap(({ children }) => children ?? []);
  return {
    path,
    text,
    links: inline.flatMap((token) => {
      const to = token.attrGet("href") ?? token.attrGet("src");
      return to === null ? [] : [decodeURIComponent(String(to))];
    }),
    anchors: anchorsOf(tokens),
    code: [...tokens, ...inline]
      .filter(({ type }) => ["fence", "code_block", "code_inline"].includes(type))
      .map(({ content }) => content),
  };
}

const below = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? below(join(folder, entry.name)) : [join(folder, entry.name)],
  );

const documents = ["README.md", "CHANGELOG.md", ...below("docs").filter((path) => path.endsWith(".md"))].map(
  parse,
);
const byPath = new Map(documents.map((document) => [document.path, document]));

/** Every place where one of the documents is wrong, as lines. */
const faults = (find: (document: Document) => readonly string[]): string =>
  documents.flatMap((document) => find(document).map((what) => `${document.path}: ${what}`)).join("\n");

/** Every match of a pattern in the code of a document. */
const inCode = ({ code }: Document, pattern: RegExp): string[] =>
  code.flatMap((text) => [...text.matchAll(pattern)].map(([, found = ""]) => found));

describe("documents", () => {
  it("have links that lead somewhere, anchors included", () => {
    const broken = faults(({ path, links }) =>
      links
        .filter((link) => !/^[a-z]+:/i.test(link))
        .filter((link) => {
          const [file = "", anchor] = link.split("#");
          const target = file === "" ? path : normalize(join(dirname(path), file));
          if (!existsSync(join(root, target))) return true;
          return anchor !== undefined && byPath.get(target)?.anchors.has(anchor) === false;
        }),
    );
    assert.equal(broken, "");
  });

  it("name commands that there are", () => {
    const { scripts } = JSON.parse(read("package.json")) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const unknown = faults((document) =>
      inCode(document, /\bnpm run (?:-s )?([a-z][\w:-]*)/g).filter((script) => !(script in scripts)),
    );
    assert.equal(unknown, "");
  });

  it("name settings that the schema knows", () => {
    const known = [...read("docs/configuration.md").matchAll(/^\| `([\w.]+)` \| `?([\w]+)/gm)].map(
      ([, key = "", type = ""]) => ({ key, open: type === "object" || type === "array" }),
    );
    const unknown = faults((document) =>
      inCode(document, /\bsettings\.([A-Za-z][\w.]*\w)(?![\w(/])/g)
        .filter((key) => !/\.(ts|js|json|yaml)$/.test(key))
        .filter((wanted) =>
          known.every(
            ({ key, open }) =>
              key !== wanted && !key.startsWith(`${wanted}.`) && !(open && wanted.startsWith(`${key}.`)),
          ),
        ),
    );
    assert.equal(unknown, "");
  });

  it("name files of the project that are there", () => {
    const missing = faults((document) =>
      inCode(
        document,
        /(?<![\w./<-])((?:components|toolchain|test|docs|images|policies)\/[\w./-]+\.(?:ts|md|json|py|sh))\b/g,
      ).filter((path) => !existsSync(join(root, path))),
    );
    assert.equal(missing, "");
  });

  it("name no folder of somebody's machine", () => {
    const paths = faults(({ text }) =>
      [...text.matchAll(/(?<![\w.~-])\/(?:work|root|home\/(?!jupyter))[\w/.-]*/g)].map(String),
    );
    assert.equal(paths, "");
  });

  it("are all reached from the list of guides", () => {
    const guides = byPath.get("docs/README.md") ?? assert.fail("docs/README.md is missing");
    const listed = new Set(guides.links.map((link) => join("docs", link.split("#")[0] ?? "")));
    const left = readdirSync(join(root, "docs"))
      .filter((name) => name.endsWith(".md") && name !== "README.md")
      .filter((name) => !listed.has(join("docs", name)));
    assert.deepEqual(left, []);
  });
});
