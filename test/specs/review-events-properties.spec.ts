import assert from "node:assert/strict";
import type { Properties } from "../../toolchain/review/model";
import { propertyChanges, type Sides } from "../../toolchain/review/properties";

const changed = (before: Properties, after: Properties, detailed: Sides["detailed"] = {}) =>
  propertyChanges({ inputs: { before, after }, outputs: {}, detailed, keys: [] }).map(
    ({ path, kind, before: old, after: now }) => [path, kind, old, now],
  );

describe("the properties that change", () => {
  it("compares what has a name by its name", () => {
    const whole = (name: string) => ({ [name]: { diffKind: "update", inputDiff: true } });
    assert.deepEqual(
      changed({ envs: ["A=1", "B=2", "C=3"] }, { envs: ["C=3", "A=1", "B=4"] }, whole("envs")),
      [["envs[B]", "update", "B=2", "B=4"]],
    );
    const containers = (...pairs: readonly (readonly [string, string])[]) => ({
      containers: pairs.map(([name, image]) => ({ name, image })),
    });
    assert.deepEqual(
      changed(
        containers(["a", "1"], ["b", "1"]),
        containers(["new", "1"], ["b", "2"], ["a", "1"]),
        whole("containers"),
      ),
      [
        ["containers[b].image", "update", "1", "2"],
        ["containers[new]", "add", undefined, { name: "new", image: "1" }],
      ],
    );
    const labels = (...names: readonly string[]) => ({
      labels: names.map((label) => ({ label, value: "x" })),
    });
    assert.deepEqual(changed(labels("a", "b"), labels("b"), whole("labels")), [
      ["labels[a]", "delete", { label: "a", value: "x" }, undefined],
    ]);
  });

  it("shows a list without names by what has come and gone, and a command line by its places", () => {
    const whole = (name: string) => ({ [name]: { diffKind: "update", inputDiff: true } });
    assert.deepEqual(changed({ ids: ["a", "b"] }, { ids: ["b", "c", "d"] }, whole("ids")), [
      ["ids[]", "add", undefined, "c"],
      ["ids[]", "add", undefined, "d"],
      ["ids[]", "delete", "a", undefined],
    ]);
    assert.deepEqual(changed({ command: ["sh", "old"] }, { command: ["sh", "new"] }, whole("command")), [
      ["command[1]", "update", "old", "new"],
    ]);
    // Only put in another order: nothing deeper can be said, and something must be.
    assert.deepEqual(changed({ ids: ["a", "b"] }, { ids: ["b", "a"] }, whole("ids")), [
      ["ids", "update", ["a", "b"], ["b", "a"]],
    ]);
  });

  it("finds the difference itself where the provider says nothing", () => {
    assert.deepEqual(changed({ a: 1, b: { "c.d/e": "x" } }, { a: 1, b: { "c.d/e": "y" }, f: true }), [
      ['b["c.d/e"]', "update", "x", "y"],
      ["f", "add", undefined, true],
    ]);
  });

  it("says which of them replace, in either way in which a provider can say so", () => {
    const sides = { inputs: { before: { a: 1, b: 1 }, after: { a: 2, b: 2 } }, outputs: {} };
    const replacing = (more: Pick<Sides, "detailed" | "keys">) =>
      propertyChanges({ ...sides, ...more }).flatMap(({ path, replaces }) => (replaces ? [path] : []));
    assert.deepEqual(replacing({ detailed: {}, keys: ["b"] }), ["b"]);
    const detailed = { a: { diffKind: "update-replace" }, b: { diffKind: "update" } };
    assert.deepEqual(replacing({ detailed, keys: [] }), ["a"]);
  });

  it("shows what a property was known to be where the program does not set it", () => {
    const [change] = propertyChanges({
      inputs: { before: {}, after: { size: 2 } },
      outputs: { size: 1 },
      detailed: { size: { diffKind: "update", inputDiff: false } },
      keys: [],
    });
    assert.equal(change?.before, 1);
  });
});
