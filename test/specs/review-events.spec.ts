import assert from "node:assert/strict";
import { buildPreview } from "../../toolchain/review/events";
import type { Json, Preview } from "../../toolchain/review/model";

const STACK = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev";
const SERVICE = "urn:pulumi:dev::p::semblance:service:Postgres::postgres";
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
const CONTAINER = "docker:index/container:Container";

type Inputs = Readonly<Record<string, unknown>>;
const urnOf = (type: string, name: string): string => `urn:pulumi:dev::p::${type}::${name}`;
const side = (type: string, name: string, inputs: Inputs | undefined) =>
  inputs === undefined
    ? null
    : { urn: urnOf(type, name), type, custom: true, id: "", parent: SERVICE, inputs };

/** A line as Pulumi prints it for one step. */
function step(
  op: string,
  [type, name]: readonly [type: string, name: string],
  old: Inputs | undefined,
  now: Inputs | undefined,
  more: object = {},
): string {
  const metadata = {
    op,
    urn: urnOf(type, name),
    type,
    old: side(type, name, old),
    new: side(type, name, now),
    ...more,
  };
  return JSON.stringify({ resourcePreEvent: { metadata, planning: true } });
}
const component = (urn: string): string => {
  const type = urn.split("::")[2];
  const both = { urn, type, parent: urn === STACK ? "" : STACK, inputs: {} };
  return JSON.stringify({ resourcePreEvent: { metadata: { op: "same", urn, type, old: both, new: both } } });
};
const told = (message: string, severity = "error", urn?: string): string =>
  JSON.stringify({ diagnosticEvent: { message, severity, ...(urn === undefined ? {} : { urn }) } });

const read = (...lines: readonly string[]): Preview =>
  buildPreview([component(STACK), component(SERVICE), ...lines], {
    stack: "dev",
    against: "state",
    seconds: 1,
  });
const changed = (before: Inputs, after: Inputs, detailedDiff?: object) => {
  const { changes } = read(
    step("update", [CONTAINER, "it"], before, after, { detailedDiff: detailedDiff ?? null }),
  );
  return (changes[0]?.properties ?? []).map(({ path, kind, before: old, after: now }) => [
    path,
    kind,
    old,
    now,
  ]);
};

describe("a preview out of the engine's events", () => {
  const volume = ["docker:index/volume:Volume", "data"] as const;

  it("takes the steps of a replacement as one, in whatever order they come", () => {
    const steps = [
      step(
        "create-replacement",
        volume,
        { name: "a" },
        { name: "b" },
        { detailedDiff: { name: { diffKind: "update-replace", inputDiff: true } } },
      ),
      step("replace", volume, { name: "a" }, { name: "b" }),
      step("delete-replaced", volume, { name: "a" }, undefined),
    ];
    for (const order of [steps, [...steps].reverse()]) {
      const { changes, before, after } = read(...order);
      assert.equal(changes.length, 1);
      assert.equal(changes[0]?.operation, "replace");
      assert.deepEqual(changes[0].properties, [
        { path: "name", kind: "update", before: "a", after: "b", replaces: true },
      ]);
      assert.equal(changes[0].group, "postgres");
      const names = [before, after].map((all) => all.find(({ name }) => name === "data")?.inputs["name"]);
      assert.deepEqual(names, ["a", "b"]);
    }
  });

  it("takes what an earlier replacement has left behind for what is replaced", () => {
    const leftover = step("delete", volume, { name: "old" }, undefined);
    for (const beside of [
      step("same", volume, { name: "a" }, { name: "a" }),
      step("create", volume, undefined, { name: "a" }),
    ]) {
      for (const order of [
        [leftover, beside],
        [beside, leftover],
      ]) {
        const { changes, after } = read(...order);
        assert.deepEqual(
          changes.map(({ operation }) => operation),
          ["replace"],
        );
        assert.equal(after.find(({ name }) => name === "data")?.inputs["name"], "a");
      }
    }
  });

  it("keeps what stays, counts it, and ignores what only looks", () => {
    const { before, after, changes, same } = read(
      step("same", volume, { name: "a" }, { name: "a" }),
      step("read", [CONTAINER, "other"], { name: "b" }, { name: "b" }),
    );
    assert.equal(changes.length, 0);
    assert.equal(same, 2);
    assert.equal(before.length, 4);
    assert.equal(after.length, 4);
  });

  it("says the worst first, and the same in whatever order the engine works", () => {
    const lines = [
      step("create", [CONTAINER, "b"], undefined, {}),
      step("update", [CONTAINER, "a"], { x: 1 }, { x: 2 }),
      step("delete", [CONTAINER, "z"], {}, undefined),
      step("create", [CONTAINER, "a2"], undefined, {}),
      told("second", "warning"),
      told("first", "warning"),
    ];
    const [one, other] = [read(...lines), read(...[...lines].reverse())];
    assert.deepEqual(one, other);
    assert.deepEqual(
      one.changes.map(({ resource }) => resource.name),
      ["z", "a", "a2", "b"],
    );
    assert.equal(
      one.after.some(({ name }) => name === "z"),
      false,
    );
  });

  it("masks secrets in whatever form they come", () => {
    const { after } = read(
      step("create", [CONTAINER, "it"], undefined, { password: SECRET, list: [{ deep: SECRET }] }),
    );
    const inputs = after.find(({ name }) => name === "it")?.inputs;
    assert.deepEqual(inputs, { password: "[secret]", list: [{ deep: "[secret]" }] });
    // A secret that changes looks as before, and is told because the provider says so.
    const before = { envs: "[secret]" };
    assert.deepEqual(changed(before, before, { envs: { diffKind: "update", inputDiff: true } }), [
      ["envs", "update", "[secret]", "[secret]"],
    ]);
  });

  it("says that AWS would replace what the stand-in for its plugin only updates", () => {
    const bucket = ["aws:s3/bucket:Bucket", "objects"] as const;
    const { changes } = read(
      step("update", bucket, { bucket: "a", tags: {} }, { bucket: "b", tags: { x: "y" } }),
    );
    assert.equal(changes[0]?.operation, "replace");
    assert.deepEqual(
      changes[0].properties.map(({ path, replaces }) => [path, replaces]),
      [
        ["bucket", true],
        ["tags.x", false],
      ],
    );
    const { changes: tagged } = read(step("update", bucket, { tags: {} }, { tags: { x: "y" } }));
    assert.equal(tagged[0]?.operation, "update");
  });

  it("tells errors without stacks, colours, places of this machine, or what adds nothing", () => {
    const { messages, outputs } = read(
      told(
        `<{%fg 1%}>Running program '/home/me/index.ts' failed with an unhandled exception:\nError: boom\n    at f (/x.ts:1:2)\n    at g (/y.ts:1)\n<{%reset%}>`,
      ),
      told(
        "Running program '/x' failed with an unhandled exception:\nConfigError: configuration: 1 problem\n  - a: b\n    at f (/x)",
      ),
      told("no such image", "error", urnOf(CONTAINER, "it")),
      told("preview failed\n"),
      told("of no interest", "info"),
    );
    assert.deepEqual(messages, [
      { severity: "error", text: "configuration: 1 problem\n  - a: b" },
      { severity: "error", text: "it: no such image" },
      { severity: "error", text: "the program fails: Error: boom" },
    ]);
    assert.equal(outputs.after, undefined);
  });

  it("reads the stack's outputs, the last that were told", () => {
    const out = (op: string, before: Json, after: Json): string => {
      const one = (outputs: Json) => ({ urn: STACK, type: "pulumi:pulumi:Stack", inputs: {}, outputs });
      return JSON.stringify({
        resOutputsEvent: {
          metadata: { op, urn: STACK, old: op === "create" ? null : one(before), new: one(after) },
        },
      });
    };
    assert.deepEqual(read(out("create", null, {}), out("create", null, { url: "x" })).outputs, {
      before: undefined,
      after: { url: "x" },
    });
    assert.deepEqual(read(out("same", { url: "x" }, { url: "y" })).outputs, {
      before: { url: "x" },
      after: { url: "y" },
    });
    assert.deepEqual(read(out("same", { url: "x" }, { url: "y" }), told("no")).outputs, {
      before: { url: "x" },
      after: undefined,
    });
  });

  it("skips what is no event", () => {
    assert.equal(read("", "panic: no", "{}", told("x", "debug")).messages.length, 0);
  });
});
