import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { actionlint, zizmor, type Finding } from "../../toolchain/ci/lint";
import { ensureActionlint, ensureZizmor } from "../../toolchain/ci/lint/tools";
import { UserError } from "../../toolchain/errors";
import { silent } from "../../toolchain/progress";

const root = join(__dirname, "..", "..");

/** What each linter must find, so that its silence means something: a change of one workflow. */
const mistakes: Readonly<Record<Finding["tool"], readonly (readonly [string, string, RegExp])[]>> = {
  actionlint: [
    ["vars.SEMBLANCE_AWS_REGION", "matrix.region", /property "region" is not defined/],
    ["timeout-minutes: 30", "timeout: 30", /unexpected key "timeout"/],
    ["contents: read", "contents: reads", /"reads" is invalid/],
  ],
  zizmor: [
    ["persist-credentials: false", "lfs: false", /artipacked/],
    ["permissions: {}", "permissions: write-all", /excessive-permissions/],
    ['--stack "$STACK" --out review', "--stack ${{ github.head_ref }}", /template-injection/],
    [/@[0-9a-f]{40} # v7\.0\.1/.source, "@v7", /unpinned-uses/],
    ["on:\n  pull_request:", "on:\n  pull_request_target:", /dangerous-triggers/],
  ],
};

for (const [tool, check, ensure] of [
  ["actionlint", actionlint, ensureActionlint],
  ["zizmor", zizmor, ensureZizmor],
] as const) {
  describe(`workflows, by ${tool}`, function () {
    this.timeout(300_000);

    before(async function () {
      try {
        await ensure(silent);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        console.log(`      skipped: ${tool} cannot be had (${error.message.split("\n")[0]})`);
        this.skip();
      }
    });

    it("have nothing that it objects to", async () => {
      const finding = await check(root, silent);
      assert.equal(finding, undefined, finding?.text);
    });

    for (const [found, replaced, says] of mistakes[tool])
      it(`would be refused with ${JSON.stringify(replaced)}`, async () => {
        const copy = mkdtempSync(join(tmpdir(), "workflows-"));
        try {
          cpSync(join(root, ".github"), join(copy, ".github"), { recursive: true });
          const file = join(copy, ".github", "workflows", "review.yml");
          const text = readFileSync(file, "utf8");
          const changed = text.includes(found)
            ? text.replace(found, replaced)
            : text.replace(new RegExp(found), replaced);
          assert.notEqual(changed, text, "the workflow has no such text any more");
          writeFileSync(file, changed);
          assert.match((await check(copy, silent))?.text ?? "", says);
        } finally {
          rmSync(copy, { recursive: true });
        }
      });
  });
}
