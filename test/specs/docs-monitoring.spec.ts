import assert from "node:assert/strict";
import { isCurrent } from "../../toolchain/docs/monitoring";

describe("the page about monitoring", () => {
  it("has the alerts and dashboards that there are; npx tsx toolchain/docs/monitoring.ts writes them", () => {
    assert.ok(isCurrent(), "docs/monitoring.md is stale: run npx tsx toolchain/docs/monitoring.ts");
  });
});
