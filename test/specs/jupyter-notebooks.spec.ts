import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");

describe("the starter notebooks", () => {
  const folder = join(root, "components", "services", "jupyter", "notebooks");
  const names = readdirSync(folder).filter((file) => file.endsWith(".ipynb"));
  interface Notebook {
    readonly nbformat: number;
    readonly cells: readonly {
      readonly id: string;
      readonly cell_type: string;
      readonly source: readonly string[];
      readonly outputs?: readonly unknown[];
      readonly execution_count?: number | null;
    }[];
  }
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Notebook;

  it("are eight, each told of in the README", () => {
    assert.equal(names.length, 8);
    const readme = readFileSync(join(folder, "README.md"), "utf8");
    for (const name of names) assert.ok(readme.includes(`\`${name.replace(".ipynb", "")}\``), name);
  });

  for (const name of names) {
    it(`${name} holds no output, no address and no credential`, () => {
      const { nbformat, cells } = read(name);
      assert.equal(nbformat, 4);
      assert.equal(new Set(cells.map(({ id }) => id)).size, cells.length);
      assert.match(cells[0]?.source[0] ?? "", /^# /);
      for (const { cell_type, source, outputs, execution_count: count } of cells) {
        if (cell_type !== "code") continue;
        assert.deepEqual([outputs, count], [[], null]);
        const code = source.join("");
        assert.doesNotMatch(code, /https?:\/\/|(password|token|api_key) *=/i);
      }
    });
  }
});
