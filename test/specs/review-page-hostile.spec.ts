import assert from "node:assert/strict";
import MarkdownIt from "markdown-it";
import { factsOf } from "../../toolchain/review/facts";
import type { Verdict } from "../../toolchain/review/guard";
import type { Preview } from "../../toolchain/review/model";
import { htmlPage, page } from "../../toolchain/review/page";
import { change, passes, preview, property, resource } from "../support/review";

/** What would break a page, or call somebody, were it let through. */
const HOSTILE: readonly string[] = [
  "`",
  "``` ```",
  "```\n</details>\n# Title",
  "```\n\n# Title\n\n<details>",
  "~~~\n",
  "````````",
  "`a``b```c",
  "| a | b |\n|---|---|",
  "<script>alert(1)</script>",
  "</summary></details><h1>x</h1>",
  "<!-- semblance-review stack=prod -->",
  "--> <img src=x onerror=y>",
  "@everybody",
  "a@team/owners b",
  "#123",
  "fixes #1",
  "GH-7",
  "owner/repo#12",
  "https://github.com/o/r/issues/1",
  "www.example.com",
  "[click](https://evil.example)",
  "![x](https://evil.example/a.png)",
  "* list\n* list",
  "- a",
  "1. b",
  "# title",
  "> quote",
  "    code",
  "***bold***",
  "_em_",
  "~~gone~~",
  "$x^2$",
  "&lt;b&gt;",
  "\u202e\u2066abc",
  "\u0000\u0007\u001b[31mred",
  "\r\n\r\n# Title",
  "\t\tx",
  " leading",
  "trailing `",
  "`\n`",
  "\ud800",
  "\udc00x",
  "",
  "é漢字🎉",
  "\u200bzero",
  "[^1]: note",
  "[a]: https://evil.example",
  "a\\",
  "\\`x`",
  "<details>",
  "&#64;everybody",
  "---",
  "===",
  ":smile:",
];

/** The same pieces in any order; the seed makes a failure come again. */
function mixed(seed: number): string {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return Array.from({ length: 1 + next(6) }, () => HOSTILE[next(HOSTILE.length)] ?? "").join(
    next(2) === 0 ? "" : " ",
  );
}

/** A review in which everything that somebody else can choose is this text. */
function review(text: string): { of: Preview; verdict: Verdict } {
  const one = resource("kubernetes:core/v1:ConfigMap", text, {
    metadata: { name: text, namespace: text },
    data: { [text]: text },
  });
  const service = resource("kubernetes:core/v1:Service", text, {
    spec: { type: "LoadBalancer", ports: [{ port: text }] },
  });
  const pod = resource("kubernetes:core/v1:Pod", text, {
    spec: { containers: [{ name: text, image: text }] },
  });
  const group = resource("aws:eks/nodeGroup:NodeGroup", text, {
    instanceTypes: [text],
    scalingConfig: { minSize: 1 },
  });
  const policy = resource("aws:iam/rolePolicy:RolePolicy", text, {
    role: text,
    policy: JSON.stringify({
      Statement: [{ Effect: "Allow", Action: text, Resource: text, Condition: { [text]: { [text]: text } } }],
    }),
  });
  const lines = Array.from({ length: 9 }, (_, i) => `${i}`).join("\n");
  return {
    of: preview({
      against: { ref: text, commit: text },
      after: [one, service, pod, group, policy],
      outputs: { before: { arrows: [], a: "" }, after: { arrows: [text], a: text, [text]: text } },
      changes: [
        change("create", one, [], text),
        change("delete", service, [], text),
        change(
          "update",
          one,
          [
            property(`data.${text}`, `${lines}${text}\n${lines}`, `${lines}\n${text}\n${text}`),
            property(text, text, { [text]: [text] }, true),
            { path: text, kind: "add", before: undefined, after: { [text]: text }, replaces: false },
          ],
          "b",
        ),
      ],
      policies: (["mandatory", "advisory"] as const).map((level) => ({
        rule: text,
        level,
        severity: text,
        urn: text,
        message: `${text}\n${text}`,
      })),
      messages: (["error", "warning"] as const).map((severity) => ({
        severity,
        text: text === "" ? "x" : text,
      })),
    }),
    verdict: {
      refused: [{ resource: one, change: "delete", why: text, line: text }],
      acknowledged: [{ resource: one, change: text, reason: text, expires: text }],
      faults: [text],
    },
  };
}

/** As GitHub reads it: links by scheme and by addresses of mail, and not by the mere look of a host name. */
const gfm = new MarkdownIt({ html: true, linkify: true });
gfm.linkify.set({ fuzzyLink: false }).add("//", null);

const shape = (text: string): string[] => {
  const { of, verdict } = review(text);
  const markdown = page(of, factsOf(of), verdict);
  const headings: string[] = [];
  const tokens = gfm.parse(markdown, {});
  tokens.forEach((token, i) => {
    if (token.type === "heading_open") {
      const title = tokens[i + 1]?.content ?? "";
      headings.push(`${token.tag} ${token.tag === "h4" ? title : ""}`);
    }
    if (token.type === "html_block")
      for (const tag of token.content.replace(/<!--.*?-->/, "<marker>").matchAll(/<[^>]*>/g))
        assert.match(
          tag[0],
          /^<(\/?(details|summary|code|b|sub)|marker)>$/,
          `${JSON.stringify(text)}: ${tag[0]}`,
        );
    for (const child of token.children ?? []) {
      assert.ok(
        !["link_open", "image"].includes(child.type),
        `${JSON.stringify(text)}: ${child.type}: ${token.content}`,
      );
      if (child.type === "html_inline") assert.match(child.content, /^<(br|\/?sub)>$/, JSON.stringify(text));
      if (child.type === "text")
        assert.doesNotMatch(
          child.content,
          /@[\w-]|(^|\W)(#|GH-)\d|www\.\S/,
          `${JSON.stringify(text)}: ${child.content}`,
        );
    }
    assert.ok(
      !["table_open", "hr", "ordered_list_open", "blockquote_open"].includes(token.type),
      `${JSON.stringify(text)}: ${token.type}`,
    );
  });
  assert.doesNotMatch(markdown, /[\u202a-\u202e\u2066-\u2069\u0000-\u0008\u001b]/u, JSON.stringify(text));
  const comments = tokens.filter(({ type, content }) => type === "html_block" && content.includes("<!--"));
  assert.equal(comments.length, 1, JSON.stringify(text));
  const tags = tokens.map(({ type, content }) => (type === "html_block" ? content : "")).join("");
  assert.equal(tags.split("<details>").length, tags.split("</details>").length, JSON.stringify(text));
  return headings;
};

describe("reviews, hostile values", function () {
  this.timeout(60_000);
  const plain = shape("plain");

  it("change nothing in the shape of a page, and call nobody: one by one", () => {
    assert.ok(plain.length > 5, plain.join());
    for (const text of HOSTILE) assert.deepEqual(shape(text), plain, JSON.stringify(text));
  });

  it("change nothing in it, mixed", () => {
    for (let seed = 1; seed <= 150; seed += 1) {
      const text = mixed(seed);
      assert.deepEqual(shape(text), plain, `seed ${seed}: ${JSON.stringify(text)}`);
    }
  });

  it("run nothing in the page in HTML", () => {
    const { of, verdict } = review("<script>alert(1)</script>\n<img src=x onerror=alert(1)>");
    const html = htmlPage(page(of, factsOf(of), verdict), "</title><script>");
    assert.doesNotMatch(html, /<script|<img/);
    assert.match(html, /default-src 'none'/);
  });

  it("say nothing where there is nothing to say", () => {
    assert.doesNotMatch(page(preview(), factsOf(preview()), passes), /####|<details>/);
  });
});
