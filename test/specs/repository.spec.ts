import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { isCurrent } from "../../toolchain/docs/configuration";

const root = join(__dirname, "..", "..");
const committed = (file: string): string =>
  execFileSync("git", ["show", `:${file}`], { cwd: root, encoding: "utf8" });

describe("repository", () => {
  for (const file of ["Pulumi.dev.yaml", "Pulumi.prod.yaml"]) {
    it(`${file} holds neither a salt nor a secret of one machine (docs/adr/0010)`, () => {
      assert.doesNotMatch(committed(file), /encryptionsalt|encryptedkey|secure:/);
    });
  }

  it("has the page of the configuration that the schema gives; npx tsx toolchain/docs/configuration.ts writes it", () => {
    assert.ok(isCurrent(), "docs/configuration.md is stale: run npx tsx toolchain/docs/configuration.ts");
  });
});
