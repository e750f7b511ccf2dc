import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import * as configuration from "../../toolchain/docs/configuration";
import * as parity from "../../toolchain/docs/parity";
import * as policies from "../../toolchain/docs/policies";
import * as rbac from "../../toolchain/docs/rbac";

const root = join(__dirname, "..", "..");
const committed = (file: string): string =>
  execFileSync("git", ["show", `:${file}`], { cwd: root, encoding: "utf8" });

describe("repository", () => {
  for (const file of ["Pulumi.dev.yaml", "Pulumi.prod.yaml"]) {
    it(`${file} holds neither a salt nor a secret of one machine (docs/adr/0010)`, () => {
      assert.doesNotMatch(committed(file), /encryptionsalt|encryptedkey|secure:/);
    });
  }

  const pages = { configuration, parity, policies, rbac };
  for (const [name, { isCurrent }] of Object.entries(pages)) {
    const command = `npx tsx toolchain/docs/${name}.ts`;
    it(`has the documentation that the code gives; ${command} writes it`, () => {
      assert.ok(isCurrent(), `docs are stale: run ${command}`);
    });
  }
});
