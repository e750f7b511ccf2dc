import assert from "node:assert/strict";
import { lineFor, parseAcknowledgements } from "../../toolchain/review/acknowledgements";

const TODAY = "2026-11-23";
const LINE = {
  stack: "dev",
  resource: "postgres-data",
  change: "replace",
  reason: "the data was copied, and the copy was read back",
  expires: TODAY,
} as const;

describe("the file of acknowledgements", () => {
  const parse = (...lines: readonly object[]) => parseAcknowledgements(JSON.stringify(lines));

  it("takes a whole line", () => assert.deepEqual(parse(LINE), [LINE]));

  it("refuses the line as it was proposed: the reason is for a person to write", () => {
    const proposed: unknown = JSON.parse(lineFor(LINE, TODAY));
    assert.throws(
      () => parseAcknowledgements(JSON.stringify([proposed])),
      /the reason is still to be written/,
    );
  });

  const wrong: readonly (readonly [what: string, line: object])[] = [
    ["a reason that says nothing", { ...LINE, reason: "ok" }],
    ["a day that is none", { ...LINE, expires: "soon" }],
    ["a change that is none", { ...LINE, change: "create" }],
    ["a key that is misspelt", { ...LINE, expire: TODAY }],
  ];
  for (const [what, line] of wrong) {
    it(`refuses ${what}, and shows what a line looks like`, () =>
      assert.throws(() => parse(line), /policies\/acknowledgements\.json[^]*fix: a list/));
  }
  it("refuses what is no JSON", () => assert.throws(() => parseAcknowledgements("[,]"), /policies\/ack/));
});
