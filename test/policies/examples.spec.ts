import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { groups } from "../../policies/core/rule";
import { rules } from "../../policies/rules";
import { fillSection } from "../../toolchain/docs/sections";
import { table } from "../../toolchain/docs/tables";
import { root } from "../support/stack";
import { chart } from "./examples/chart";
import { compose } from "./examples/compose";
import { gpuCluster } from "./examples/gpu-cluster";
import { asResources, findings } from "./mutate";

const examples = {
  "the first compose file of Semblance Curation": compose,
  "Label Studio's chart, all defaults": chart,
  "a GPU cluster as in tutorials": gpuCluster,
};
const file = join(root, "docs", "policies.md");

describe("policies: what they say about what others write", () => {
  const found = Object.values(examples).map((example) => findings(rules, {}, asResources(example)).refused);
  const titles = Object.keys(examples);

  it("finds the worst of each", () => {
    const broken = found.map(
      (list) => new Set(list.map(({ rule }) => rule.split("-").slice(0, 2).join("-"))),
    );
    const worst = [
      ["net-11", "sec-01", "sc-01", "sc-09", "wl-03", "wl-11", "wl-12"],
      ["eit-02", "net-01", "wl-03", "sc-09", "sc-01", "wl-11"],
      [
        "rb-11",
        "net-06",
        "net-07",
        "ear-05",
        "ear-06",
        "wl-01",
        "wl-14",
        "sec-09",
        "gpu-02",
        "gpu-03",
        "op-02",
      ],
    ];
    worst.forEach((wanted, index) => {
      const missed = wanted.filter((rule) => broken[index]?.has(rule) !== true);
      assert.deepEqual(missed, [], `${titles[index]}: ${[...(broken[index] ?? [])].join(" ")}`);
    });
  });

  it("is told in docs/policies.md; UPDATE=1 writes it", () => {
    const named = groups.flatMap((group) =>
      rules
        .filter(
          (rule) => rule.group === group && found.some((list) => list.some((one) => one.rule === rule.name)),
        )
        .map((rule) => [
          `[${rule.name}](policies/${rule.name}.md)`,
          rule.summary,
          ...found.map((list) => String(list.filter((one) => one.rule === rule.name).length || "")),
        ]),
    );
    const total = ["all", "", ...found.map((list) => String(list.length))];
    const text = table([["Rule", "What should hold", ...titles], ...named, total]);
    const page = fillSection(file, readFileSync(file, "utf8"), "examples", text);
    if (process.env["UPDATE"] !== undefined) writeFileSync(file, page);
    assert.equal(readFileSync(file, "utf8"), page);
  });
});
