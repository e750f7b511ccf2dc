import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

/** Checks that a POSIX shell can read the script, and asks shellcheck too on a machine that has it. */
export function checkScript(script: string): void {
  const read = spawnSync("sh", ["-n"], { input: script, encoding: "utf8" });
  assert.equal(read.status, 0, read.stderr);
  const checked = spawnSync("shellcheck", ["--shell=sh", "-"], { input: script, encoding: "utf8" });
  if (checked.error === undefined) assert.equal(checked.status, 0, checked.stdout);
}
