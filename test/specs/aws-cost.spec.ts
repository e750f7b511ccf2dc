import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { costOf, costTable, HOURS, sumsOf } from "../../components/platforms/aws/cost";
import {
  BY_USE,
  CACHES,
  DATABASES,
  INSTANCES,
  PRICE_SOURCES,
  PRICES,
  PRICES_DATE,
  PRICES_REGION,
} from "../../components/platforms/aws/prices";
import { fillSection } from "../../toolchain/docs/sections";
import { awsWith } from "../support/aws-mocks";

const GUIDE = join(__dirname, "..", "..", "docs", "aws.md");
const GPU = { nodes: { gpu: [{ name: "gpu", zones: ["a"] }] } };
const MANAGED = { managed: { postgres: true, redis: true }, network: { nat: "per-zone" } };

/** The section of the guide about cost. */
function costSection(): string {
  const table = (settings: Readonly<Record<string, unknown>>) => costTable(costOf(awsWith(settings)));
  const byUse = Object.entries(BY_USE).map(
    ([what, { usd, unit, source }]) => `| ${what} | ${usd} per ${unit} | ${source} |`,
  );
  const sources = Object.entries(PRICE_SOURCES).map(([name, where]) => `- \`${name}\`: ${where}`);
  return [
    `Prices of ${PRICES_REGION}, on demand, without tax and discounts; list of ${PRICES_DATE}. A month has ${HOURS} hours.`,
    "",
    "The default settings, with one pool of `g6.xlarge` in one zone:",
    "",
    table(GPU),
    "",
    "The same with RDS, ElastiCache and a NAT gateway per zone:",
    "",
    table({ ...GPU, ...MANAGED }),
    "",
    "What depends on use comes on top:",
    "",
    "| what | USD | price |",
    "| --- | --- | --- |",
    ...byUse,
    "",
    "Where the prices were read:",
    "",
    ...sources,
  ].join("\n");
}

describe("AWS, cost", () => {
  it("is in the guide as the price list gives it: run with UPDATE=1 to write it anew", () => {
    const found = readFileSync(GUIDE, "utf8");
    const wanted = fillSection(GUIDE, found, "cost", costSection());
    if (process.env.UPDATE === "1") writeFileSync(GUIDE, wanted);
    else assert.equal(found, wanted);
  });

  it("counts a node group's least and most, and GPUs apart", () => {
    const rest = sumsOf(costOf(awsWith())).rest;
    const none = sumsOf(costOf(awsWith(GPU)));
    assert.equal(none.rest, rest, "a pool of zero nodes costs nothing");
    const gpu = 0.8048 + (208 * 0.08) / HOURS;
    assert.ok(Math.abs(none.fullWithGpu - none.full - gpu) < 1e-9);
  });

  it("follows from the settings", () => {
    const of = (settings: Readonly<Record<string, unknown>>) => sumsOf(costOf(awsWith(settings))).rest;
    const base = of({});
    assert.ok(Math.abs(of({ network: { nat: "per-zone" } }) - base - 2 * 0.05) < 1e-9);
    assert.ok(
      Math.abs(of({ network: { nat: "none", endpoints: "all" } }) - base - (30 * 0.01 - 0.05)) < 1e-9,
    );
    const rds = 2 * (0.168 + (50 * 0.115) / HOURS);
    assert.ok(Math.abs(of({ managed: { postgres: true } }) - base - rds) < 1e-9);
    assert.ok(
      of({ postgres: { multiAz: false }, managed: { postgres: true } }) < of({ managed: { postgres: true } }),
    );
  });

  it("is refused for a machine whose price is not in the list", () => {
    assert.throws(
      () => costOf(awsWith({ nodes: { general: { instanceTypes: ["x9.large"] } } })),
      /prices\.ts has no price of x9\.large/,
    );
  });

  it("has a source and a sensible sum for every price", () => {
    assert.match(PRICES_DATE, /^2026-\d\d-\d\d$/);
    for (const list of [INSTANCES, DATABASES, CACHES, PRICES, BY_USE])
      for (const [name, { usd, source }] of Object.entries(list)) {
        assert.ok(usd > 0 && usd < 200, name);
        assert.ok(source in PRICE_SOURCES, name);
      }
  });
});
