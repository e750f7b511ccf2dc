import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { compare } from "bcryptjs";
import { buildPlugin, Engine, secret, startPlugin, UNKNOWN, type Bag } from "./base-harness";

const PASSWORD = "random:index/randomPassword:RandomPassword";
const DEFAULTS = {
  ...{ lower: true, upper: true, numeric: true, special: true },
  ...{ minLower: 0, minUpper: 0, minNumeric: 0, minSpecial: 0 },
};

describe("provider random: the resource types of @pulumi/random", () => {
  let child: ChildProcess;
  let engine: Engine;

  before(async () => {
    const entry = join(__dirname, "..", "..", "toolchain", "providers", "random", "main.ts");
    const started = await startPlugin(await buildPlugin("random", entry));
    child = started.child;
    engine = new Engine(started.port, PASSWORD);
    await engine.configure({});
  });
  after(() => child.kill("SIGKILL"));

  /** Check, then Create: what the engine does. */
  async function make(token: string, news: Bag): Promise<{ id: string; state: Bag; inputs: Bag }> {
    const { inputs, failures } = await engine.of(token).check(news);
    assert.deepEqual(failures, {});
    return { ...(await engine.of(token).create(inputs)), inputs };
  }
  const revealed = (value: unknown): string => {
    assert.ok(typeof value === "object" && value !== null && "value" in value, "should be a secret");
    return String(value.value);
  };

  it("makes a password of the classes and least counts asked for, secret, with a hash that fits", async () => {
    const { id, state, inputs } = await make(PASSWORD, { length: 40, special: false, minNumeric: 30 });
    assert.deepEqual(inputs, { ...DEFAULTS, length: 40, special: false, minNumeric: 30 });
    const password = revealed(state["result"]);
    assert.match(password, /^[A-Za-z0-9]{40}$/);
    assert.ok(password.replace(/\D/g, "").length >= 30);
    assert.ok(await compare(password, revealed(state["bcryptHash"])));
    assert.equal(id, "none");
  });

  it("takes special characters from overrideSpecial, and never makes the same twice", async () => {
    const made = await Promise.all(
      Array.from({ length: 8 }, () =>
        make(PASSWORD, {
          length: 24,
          overrideSpecial: "~",
          lower: false,
          upper: false,
          numeric: false,
          minUpper: 20,
        }),
      ),
    );
    const passwords = made.map(({ state }) => revealed(state["result"]));
    for (const password of passwords) assert.match(password, /^[A-Z~]{24}$/);
    assert.equal(new Set(passwords).size, 8);
  });

  it("uses its whole alphabet", async () => {
    const { state } = await make(PASSWORD, { length: 4000 });
    assert.equal(new Set(revealed(state["result"])).size, 26 + 26 + 10 + 21);
  });

  it("refuses impossible lengths and empty alphabets, and properties of later versions", async () => {
    const failuresOf = async (news: Bag) => Object.keys((await engine.check(news)).failures);
    assert.deepEqual(await failuresOf({ length: 3, minLower: 2, minUpper: 2 }), ["length"]);
    assert.deepEqual(await failuresOf({ length: 0 }), ["length"]);
    assert.deepEqual(await failuresOf({}), ["length"]);
    const none = { lower: false, upper: false, numeric: false, special: false };
    assert.deepEqual(await failuresOf({ length: 8, ...none }), ["lower"]);
    assert.deepEqual(await failuresOf({ length: 8, alphabet: "abc" }), ["alphabet"]);
    assert.deepEqual(await failuresOf({ length: UNKNOWN, minLower: 2 }), []);
  });

  it("replaces for every change, of keepers too, and for none without a change", async () => {
    const olds = { ...DEFAULTS, length: 8, keepers: { version: "1" } };
    assert.deepEqual((await engine.diff(olds, { ...olds, length: 9, keepers: { version: "2" } })).detail, {
      "keepers.version": "UPDATE_REPLACE",
      length: "UPDATE_REPLACE",
    });
    assert.equal((await engine.diff(olds, olds)).changed, false);
    // As the official plugin left it: it writes the former name of `numeric` too.
    const official = { ...olds, number: true, __defaults: ["lower"] };
    const { inputs } = await engine.check(olds, official);
    assert.equal((await engine.diff(official, inputs)).changed, false);
  });

  it("keeps what it has on refresh, and imports a password that was made elsewhere", async () => {
    const { id, state, inputs } = await make(PASSWORD, { length: 12 });
    assert.deepEqual((await engine.read(id, { inputs, state })).state, state);
    const imported = await engine.read("correct horse");
    assert.deepEqual(
      [imported.id, imported.inputs["length"], imported.state["result"]],
      ["none", 13, secret("correct horse")],
    );
  });

  it("RandomString is the same, in the open", async () => {
    const { id, state } = await make("random:index/randomString:RandomString", {
      length: 6,
      special: false,
      upper: false,
    });
    assert.match(id, /^[a-z0-9]{6}$/);
    assert.equal(state["result"], id);
  });

  it("RandomBytes: a secret key in two spellings; import by base64", async () => {
    const token = "random:index/randomBytes:RandomBytes";
    const { state } = await make(token, { length: 32 });
    const bytes = Buffer.from(revealed(state["base64"]), "base64");
    assert.equal(bytes.length, 32);
    assert.equal(bytes.toString("hex"), revealed(state["hex"]));
    const imported = await engine.of(token).read(Buffer.from("abc").toString("base64"));
    assert.deepEqual([imported.inputs, imported.state["hex"]], [{ length: 3 }, secret("616263")]);
  });

  it("RandomId: one number in four spellings, with its prefix; import by prefix and id", async () => {
    const token = "random:index/randomId:RandomId";
    const { id, state } = await make(token, { byteLength: 4, prefix: "web-" });
    const bytes = Buffer.from(id, "base64url");
    assert.deepEqual(state, {
      byteLength: 4,
      prefix: "web-",
      hex: `web-${bytes.toString("hex")}`,
      dec: `web-${bytes.readUInt32BE()}`,
      b64Std: `web-${bytes.toString("base64")}`,
      b64Url: `web-${id}`,
    });
    assert.deepEqual((await engine.of(token).read(`web-,${id}`)).state, state);
  });

  it("says in a preview what is not known yet", async () => {
    const { state } = await engine.create({ length: 8 }, { preview: true });
    assert.deepEqual(state, { length: 8, result: secret(UNKNOWN), bcryptHash: secret(UNKNOWN) });
  });
});
