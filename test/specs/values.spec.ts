import assert from "node:assert/strict";
import { format, inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { Sensitive, type TextValue, unwrap } from "../../components/core/values";
import { CANARY } from "../support/mocks";
import { open } from "../support/samples";

const sensitive = Sensitive.of(`${CANARY}-text`);

/** Ways in which a value ends up in a log or a message by mistake. */
const prints: Readonly<Record<string, (value: Sensitive) => string>> = {
  "String()": (value) => String(value),
  "concatenation with +": (value) => ["secret: ", value].join(""),
  "JSON.stringify": (value) => JSON.stringify({ value }) ?? "",
  "util.inspect": (value) => inspect(value, { depth: 20, showHidden: true }),
  "util.inspect of what holds it": (value) => inspect({ deep: [{ value }] }, { depth: 20 }),
  "util.format": (value) => format("%s %o %j", value, value, value),
  "an error's message": (value) => new Error(String(value)).message,
  "its properties": (value) => Object.entries(value).map(String).join(),
};

describe("Sensitive", () => {
  before(async () => {
    await open(sensitive);
  });

  for (const [way, print] of Object.entries(prints)) {
    it(`shows nothing by ${way}`, () => assert.doesNotMatch(print(sensitive), new RegExp(CANARY)));
  }

  it("is a secret Output, and so is all that is made out of it", async () => {
    const mapped = sensitive.map((text) => text.toLowerCase());
    const both = Sensitive.format((...parts) => parts.join("+"), sensitive, Sensitive.of("b"));
    assert.deepEqual(await open(sensitive), { text: `${CANARY}-text`, secret: true });
    assert.deepEqual(await open(mapped), { text: `${CANARY.toLowerCase()}-text`, secret: true });
    assert.deepEqual(await open(both), { text: `${CANARY}-text+b`, secret: true });
  });

  it("stays a secret through unwrap, while a plain text stays plain", async () => {
    const values: readonly TextValue[] = [sensitive, "plain", pulumi.output("plain")];
    const secret = await Promise.all(values.map((value) => pulumi.isSecret(unwrap(value))));
    assert.deepEqual(secret, [true, false, false]);
  });

  it("cannot be made by hand, nor be taken for a text", () => {
    // @ts-expect-error its constructor is private
    assert.ok(new Sensitive(pulumi.output("text")));
    // @ts-expect-error a plain text is no secret
    const wrong: Sensitive = "text";
    assert.equal(wrong, "text");
  });
});
