import assert from "node:assert/strict";
import {
  deadList,
  obituaryOf,
  obituaryText,
  parseDeadList,
} from "../../../../policies/rules/supply-chain/dead-list";

/** The day on which the list was last read through. */
const REVIEWED = "2026-11-23";

describe("policies: the list of dead images", () => {
  it("has 25 entries and more, each once", () => {
    assert.ok(deadList.length >= 25);
    const names = deadList.map(({ kind, match }) => `${kind} ${match}`);
    assert.deepEqual(names, [...new Set(names)]);
  });

  it("names images with their registry, so that a name cannot match by its beginning", () => {
    for (const { kind, match } of deadList)
      if (kind === "image") assert.match(match, /^[a-z0-9-]+(\.[a-z0-9-]+)+\/.*[^*]$|\/\*$/, match);
  });

  it("names a successor that is not dead itself", () => {
    for (const { kind, match, successor } of deadList) {
      const image = /^(docker\.io|quay\.io|ghcr\.io)\/\S+?(?=[,;\s]|$)/.exec(successor)?.[0];
      if (kind !== "image" || image === undefined) continue;
      assert.equal(obituaryOf("image", image, undefined), undefined, match);
    }
  });

  it("holds nothing that ends later than in two months", () => {
    const dates = deadList.flatMap(({ date, versions = {} }) => [
      ...(date === undefined ? [] : [date]),
      ...Object.values(versions),
    ]);
    const latest = new Date(Date.parse(REVIEWED) + 62 * 86_400_000).toISOString().slice(0, 10);
    assert.deepEqual(
      dates.filter((date) => date > latest),
      [],
    );
  });

  it("is found by name, by the start of a name and by version, with the successor in the message", () => {
    const found = obituaryOf("image", "docker.io/library/postgres", "13.4-alpine");
    assert.ok(found !== undefined);
    assert.match(obituaryText(found), /^gets no patches after 2025-11-13; use version 17 or newer \(https:/);
    assert.ok(obituaryOf("image", "docker.io/bitnami/redis", undefined) !== undefined);
    assert.equal(obituaryOf("image", "docker.io/library/postgres", "17"), undefined);
    assert.equal(obituaryOf("image", "docker.io/library/python", "3.13"), undefined);
    assert.equal(obituaryOf("image", "docker.io/library/postgres", undefined), undefined);
  });

  it("is refused with a misspelt key, without a source, or with both kinds of date", () => {
    const good = {
      kind: "image",
      match: "a.example/b",
      state: "gone",
      date: "2026-01-01",
      successor: "c",
      source: "https://a.example",
    };
    assert.equal(parseDeadList([good]).length, 1);
    for (const change of [
      { sucessor: "c" },
      { source: undefined },
      { source: "http://a.example" },
      { date: "soon" },
      { versions: { 1: "2026-01-01" } },
      { date: undefined },
    ])
      assert.throws(() => parseDeadList([{ ...good, ...change }]));
  });
});
