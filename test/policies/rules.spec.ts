import assert from "node:assert/strict";
import { rules } from "../../policies/rules";
import { CANARY, judge } from "./cases";
import { allCases } from "./groups";

const cases = new Map(allCases.map((one) => [one.rule, one]));

describe("policies: every rule has its six cases", () => {
  it("and no case is of a rule that does not exist", () => {
    assert.deepEqual([...cases.keys()].sort(), rules.map(({ name }) => name).sort());
    assert.equal(allCases.length, rules.length);
  });
});

for (const rule of rules) {
  const is = cases.get(rule.name);
  if (is === undefined) continue;
  describe(`policies: ${rule.name}`, () => {
    it("lets pass what is good", async () => {
      const { verdict, diagnostics } = await judge(rule, is.good);
      assert.equal(verdict, "fine", JSON.stringify(diagnostics));
    });
    it("refuses what is bad, with where, why and how to mend it", async () => {
      const { verdict, diagnostics } = await judge(rule, is.bad);
      assert.equal(verdict, "violation");
      const [first] = diagnostics.filter(({ policy }) => policy === rule.name);
      assert.ok(
        first?.mandatory === true && first.message.includes(rule.fix) && first.message.includes(rule.why),
      );
    });
    it(`says of what is not known: ${is.unknownIs}`, async () => {
      assert.equal((await judge(rule, is.unknown)).verdict, is.unknownIs);
    });
    it(`says of what is missing: ${is.missingIs}`, async () => {
      assert.equal((await judge(rule, is.missing)).verdict, is.missingIs);
    });
    it("refuses without repeating a value", async () => {
      const { verdict, diagnostics } = await judge(rule, is.canary);
      assert.ok(JSON.stringify(is.canary).includes(CANARY), "the case holds no canary");
      assert.equal(verdict, "violation");
      assert.ok(!JSON.stringify(diagnostics).includes(CANARY));
    });
    it("refuses it in a sibling type", async () => {
      assert.equal((await judge(rule, is.sibling)).verdict, "violation");
    });
    for (const { name, is: verdict, of } of is.more ?? [])
      it(`${name}: ${verdict}`, async () => assert.equal((await judge(rule, of)).verdict, verdict));
  });
}
