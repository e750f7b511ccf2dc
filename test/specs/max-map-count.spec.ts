import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { maxMapCount, maxMapCountFindings } from "../../toolchain/preflight/max-map-count";

describe("preflight: mapped areas", () => {
  const folder = mkdtempSync(join(tmpdir(), "max-map-count-"));
  after(() => rmSync(folder, { recursive: true }));
  const read = (text: string) => {
    const file = join(folder, "max_map_count");
    writeFileSync(file, text);
    return maxMapCount(file);
  };

  it("reads the kernel's limit, and nothing where there is none", async () => {
    assert.equal(await read("65530\n"), 65530);
    assert.equal(await read("what?\n"), undefined);
    assert.equal(await maxMapCount(join(folder, "absent")), undefined);
  });

  it("says nothing where the limit is high enough, or unknown", () => {
    assert.deepEqual(maxMapCountFindings(262_144), []);
    assert.deepEqual(maxMapCountFindings(1_048_576), []);
    assert.deepEqual(maxMapCountFindings(undefined), []);
  });

  it("warns of the limit that most systems come with, with the command that raises it", () => {
    const [finding, ...more] = maxMapCountFindings(262_143);
    assert.deepEqual(more, []);
    assert.equal(finding?.severity, "warning", "it starts all the same");
    assert.equal(finding.found, "262143");
    assert.match(finding.fix, /sysctl -w vm\.max_map_count=262144 /);
  });
});
