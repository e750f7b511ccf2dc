import assert from "node:assert/strict";
import { join } from "node:path";
import { linkOf, pageOf, readSources } from "../../components/services/docs/pages";
import { siteFiles } from "../../components/services/docs/site";

const DOCS = join(__dirname, "..", "..", "docs");
const served = new Set(["guide.md", "adr/0001-a.md", "adr/README.md"]);

describe("documentation server", () => {
  it("turns links between documents into links between pages", () => {
    assert.equal(linkOf("guide.md", "adr/0001-a.md#why", served), "adr/0001-a.html#why");
    assert.equal(linkOf("adr/0001-a.md", "../guide.md", served), "../guide.html");
    assert.equal(linkOf("adr/0001-a.md", "README.md", served), "index.html");
    assert.equal(linkOf("guide.md", "https://example.org/a.md", served), "https://example.org/a.md");
    assert.equal(linkOf("guide.md", "#here", served), "#here");
  });

  it("has no link to what it does not serve", () => {
    assert.equal(linkOf("guide.md", "../components/assembly.ts", served), undefined);
    const { "guide.html": html } = siteFiles([
      { path: "guide.md", text: "# A\n\nsee [code](../x.ts) and ![a picture](x.png)" },
    ]);
    assert.match(html ?? "", /see code and a picture|see <a>code<\/a> and a picture/);
    assert.doesNotMatch(html ?? "", /href="[^"]*x\.ts|<img/);
  });

  it("shows HTML of a document as text", () => {
    const { "guide.html": html } = siteFiles([
      { path: "guide.md", text: "# A\n\n<script>alert(1)</script>" },
    ]);
    assert.doesNotMatch(html ?? "", /<script/);
  });

  it("has a page per document, all of them reached from the first one, and no broken link", () => {
    const sources = readSources(DOCS);
    const site = siteFiles(sources);
    const linked = new Map<string, string[]>();
    for (const { path } of sources) {
      const page = site[pageOf(path)] ?? assert.fail(path);
      for (const [, href = ""] of page.matchAll(/href="([^"]+)"/g)) {
        if (/^[a-z]+:|^#/.test(href)) continue;
        const target = join(pageOf(path), "..", href.split("#")[0] ?? "");
        assert.ok(target in site, `${path} leads to ${target}`);
        linked.set(pageOf(path), [...(linked.get(pageOf(path)) ?? []), target]);
      }
    }
    const reached = new Set(["index.html"]);
    for (const page of reached) for (const target of linked.get(page) ?? []) reached.add(target);
    for (const { path } of sources) assert.ok(reached.has(pageOf(path)), `no way leads to ${path}`);
  });
});
