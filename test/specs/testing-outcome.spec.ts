import assert from "node:assert/strict";
import { closing, failure, none, sum } from "../../toolchain/testing/tiers";

describe("the end of a test run", () => {
  it("is the counts alone where nothing failed", () => {
    assert.equal(closing({ ...none, passed: 2, skipped: 1 }), "2 passed, 0 failed, 1 skipped");
  });

  it("names each failed test with what it says, and counts them", () => {
    const outcome = sum(
      {
        passed: 1,
        skipped: 0,
        failures: [{ title: "a service answers", message: "found 500\n\nallowed 200" }],
      },
      failure("npm run lint"),
    );
    assert.deepEqual(closing(outcome).split("\n"), [
      "failed: a service answers",
      "    found 500",
      "    allowed 200",
      "failed: npm run lint",
      "1 passed, 2 failed, 0 skipped",
    ]);
  });

  it("cuts a long message", () => {
    const message = Array.from({ length: 500 }, (_, line) => `line ${line}`).join("\n");
    assert.ok(closing({ ...none, failures: [{ title: "long", message }] }).split("\n").length < 20);
  });
});
