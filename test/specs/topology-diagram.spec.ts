import assert from "node:assert/strict";
import { join } from "node:path";
import { arrows, memberNames, members } from "../../components/topology";
import { generatedDocuments } from "../../toolchain/docs/diagram";
import { flowchart } from "../../toolchain/docs/flowchart";
import { fillSection } from "../../toolchain/docs/sections";
import { UserError } from "../../toolchain/errors";

const COMMAND = "npx tsx toolchain/docs/diagram.ts";
const id = (name: string) => name.replaceAll("-", "_");

describe("the diagram", () => {
  it("is up to date in every document", () => {
    const documents = generatedDocuments(join(__dirname, "..", ".."));
    assert.ok(documents.some(({ file }) => file === "docs/architecture.md"));
    for (const { file, found, wanted } of documents) {
      assert.ok(found === wanted, `${file} is not what components/topology says; run: ${COMMAND}`);
    }
  });

  it("has a box for every member and a line for every arrow", () => {
    const lines = flowchart().split("\n");
    for (const name of memberNames) {
      const boxes = lines.filter((line) => line.trim() === `${id(name)}["${members[name].title}"]`);
      assert.equal(boxes.length, 1, name);
    }
    for (const { from, to, port } of arrows) {
      const ports = `(\\|([a-z0-9]+, )*${port}(, [a-z0-9]+)*\\|)?`;
      const line = new RegExp(`^  ${id(from)} (-\\.->|-->${ports}) ${id(to)}$`);
      assert.equal(lines.filter((one) => line.test(one)).length, 1, `${from} → ${to}: ${port}`);
    }
  });

  it("keeps what people write around it", () => {
    const document = "a\n<!-- x -->\nold\n<!-- /x -->\nb\n";
    const filled = "a\n<!-- x -->\n\nnew\n\n<!-- /x -->\nb\n";
    assert.equal(fillSection("f.md", document, "x", "new"), filled);
    assert.equal(fillSection("f.md", filled, "x", "new"), filled);
  });

  for (const document of [
    "",
    "<!-- x -->",
    "<!-- /x --> <!-- x -->",
    "<!-- x --><!-- /x --><!-- x --><!-- /x -->",
  ]) {
    it(`is not put into a document without a place for it: ${document}`, () => {
      assert.throws(() => fillSection("f.md", document, "x", "new"), UserError);
    });
  }
});
