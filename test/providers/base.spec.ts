import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { buildPlugin, call, Engine, secret, startPlugin, UNKNOWN, type Bag } from "./base-harness";

const TOKEN = "fixture:index:File";

describe("provider base: the protocol, against a real plugin process", () => {
  let plugin: string;
  let child: ChildProcess;
  let engine: Engine;
  const directory = mkdtempSync(join(tmpdir(), "fixture-"));

  before(async () => {
    plugin = await buildPlugin("fixture", join(__dirname, "base-fixture.ts"));
    const started = await startPlugin(plugin);
    child = started.child;
    engine = new Engine(started.port, TOKEN);
    await engine.configure({ directory });
  });
  after(() => {
    child.kill("SIGKILL");
    rmSync(directory, { recursive: true });
  });

  const onDisk = (name: string) => existsSync(join(directory, name));
  const rejects = (work: Promise<unknown>, pattern: RegExp) => assert.rejects(work, pattern);

  it("says its version and that it takes secrets", async () => {
    const info = await call<{ getVersion(): string }>((done) =>
      engine.client.getPluginInfo(new Empty(), done),
    );
    assert.equal(info.getVersion(), "1.2.3");
    assert.equal((await engine.configure({ directory })).getAcceptsecrets(), true);
  });

  describe("Check", () => {
    it("fills in defaults and an automatic name from the engine's seed", async () => {
      const { inputs, failures } = await engine.check({ content: "x", size: null });
      assert.deepEqual(failures, {});
      assert.deepEqual(inputs, { content: secret("x"), mode: "keep", name: "thing-7" });
    });

    it("refuses what it does not know, by name and path, and quotes no value", async () => {
      const { failures } = await engine.check({
        content: "x",
        colour: "hunter2",
        parts: [{ path: "a" }, { path: "b", owner: "hunter2" }],
      });
      assert.deepEqual(Object.keys(failures).sort(), ["colour", "parts[1].owner"]);
      assert.match(failures["colour"] ?? "", /does not implement it; it knows content, labels/);
      assert.ok(!JSON.stringify(failures).includes("hunter2"));
    });

    it("refuses wrong types, values out of range and missing properties, all at once", async () => {
      const { failures } = await engine.check({ size: 0.5, labels: ["a"], mode: "hunter2", names: ["a", 1] });
      assert.deepEqual(Object.keys(failures).sort(), ["content", "labels", "mode", "names[1]", "size"]);
      assert.ok(!JSON.stringify(failures).includes("hunter2"));
    });

    it("takes unknown values of any type, and keeps what was secret secret", async () => {
      const { inputs, failures } = await engine.check({
        content: UNKNOWN,
        size: "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        labels: { a: secret("s"), b: "plain" },
        parts: [{ text: secret("s") }, { text: "t" }],
      });
      assert.deepEqual(failures, {});
      assert.deepEqual(inputs["labels"], { a: secret("s"), b: "plain" });
      assert.deepEqual(inputs["parts"], secret([{ text: "s" }, { text: "t" }]));
      assert.deepEqual(inputs["content"], secret(UNKNOWN));
      assert.equal(inputs["size"], UNKNOWN);
    });

    it("unwraps output values and refuses assets and resource references", async () => {
      const signed = (signature: string, more: Bag) => ({
        "4dabf18193072939515e22adb298388d": signature,
        ...more,
      });
      const output = signed("d0e6a833031e9bbcd3f4e8bde6ca49a4", { value: "v", secret: true });
      assert.deepEqual((await engine.check({ content: "x", labels: { a: output } })).inputs["labels"], {
        a: secret("v"),
      });
      const reference = signed("5cf8f73096256a8f31e491e813e4eb8e", { urn: "urn" });
      await rejects(
        engine.check({ content: "x", labels: { a: reference } }),
        /labels\.a is a resource reference/,
      );
      const asset = signed("c44067f5952c0a294b673a41bacd8c17", { text: "t" });
      await rejects(engine.check({ content: asset }), /content is an asset/);
    });
  });

  describe("Diff", () => {
    const olds = { name: "n", content: secret("a"), mode: "keep" };

    it("finds nothing where nothing differs, whatever a set's order, null or the engine's own keys say", async () => {
      const { changed, detail } = await engine.diff(
        { ...olds, names: ["a", "b"], size: null, __defaults: [] },
        { ...olds, names: ["b", "a"] },
      );
      assert.deepEqual([changed, detail], [false, {}]);
    });

    it("tells update from replacement, with a kind per path", async () => {
      const { detail, replaces, deleteFirst } = await engine.diff(
        { ...olds, labels: { a: "1", b: "2" }, parts: [{ path: "p", text: "t" }], size: 1 },
        {
          ...olds,
          content: "b",
          labels: { a: "1", c: "3" },
          parts: [{ path: "q", text: "t" }, { text: "u" }],
        },
      );
      assert.deepEqual(detail, {
        content: "UPDATE",
        "labels.b": "DELETE",
        "labels.c": "ADD",
        "parts[0].path": "UPDATE_REPLACE",
        "parts[1]": "ADD",
        size: "DELETE",
      });
      assert.deepEqual([replaces, deleteFirst], [["parts"], true]);
    });

    it("takes a value that is not known yet for a difference", async () => {
      const { detail } = await engine.diff(olds, { ...olds, name: UNKNOWN });
      assert.deepEqual(detail, { name: "UPDATE_REPLACE" });
    });

    it("leaves out what ignoreChanges covers", async () => {
      const news = { ...olds, name: "m", labels: { a: "1", "x.y": "2" } };
      const { detail } = await engine.diff({ ...olds, labels: { a: "0", "x.y": "0" } }, news, {
        ignoreChanges: ["name", 'labels["x.y"]'],
      });
      assert.deepEqual(detail, { "labels.a": "UPDATE" });
      const all = await engine.diff(
        { ...olds, labels: { a: "0" } },
        { ...olds, labels: { a: "1" } },
        { ignoreChanges: ["labels[*]"] },
      );
      assert.equal(all.changed, false);
    });

    it("replaces for every change of a type without an update", async () => {
      const { replaces } = await engine.of("fixture:index:Immutable").diff(olds, { ...olds, content: "b" });
      assert.deepEqual(replaces, ["content"]);
    });
  });

  describe("operations", () => {
    it("touches nothing in a preview, and says which outputs are unknown", async () => {
      const { id, state } = await engine.create(
        { name: "preview", content: "x", size: UNKNOWN },
        { preview: true },
      );
      assert.deepEqual([id, onDisk("preview")], ["", false]);
      assert.deepEqual(state, { name: "preview", content: secret("x"), size: UNKNOWN, length: UNKNOWN });
      const olds = {
        inputs: { name: "preview", content: "x" },
        state: { name: "preview", content: "x", length: 1 },
      };
      const updated = await engine.update("preview", olds, { name: "preview", content: "xy" }, true);
      assert.deepEqual([updated["length"], onDisk("preview")], [UNKNOWN, false]);
    });

    it("creates, reads, updates and deletes; secrets stay marked", async () => {
      const inputs = { name: "real", content: "one", labels: { a: secret("s") } };
      const { id, state } = await engine.create(inputs);
      assert.deepEqual(state, { ...inputs, content: secret("one"), length: 3 });
      const read = await engine.read(id, { inputs, state });
      assert.deepEqual(
        [read.id, read.state["labels"], read.inputs["content"]],
        ["real", { a: secret("s") }, secret("one")],
      );
      const updated = await engine.update(id, { inputs, state }, { ...inputs, content: "three" });
      assert.deepEqual([updated["length"], readFileSync(join(directory, id), "utf8")], [5, "three"]);
      await engine.delete(id, { inputs, state });
      assert.equal(onDisk(id), false);
    });

    it("answers a refresh of something gone with no id, and imports by id alone", async () => {
      const inputs = { name: "gone", content: "abc" };
      const { id, state } = await engine.create(inputs);
      const imported = await engine.read(id);
      assert.deepEqual(imported.inputs, { mode: "keep", name: "gone", content: secret("abc") });
      rmSync(join(directory, id));
      assert.equal((await engine.read(id, { inputs, state })).id, "");
    });

    it("reports a create that left something behind with its id, inputs and state", async () => {
      const error = await engine.create({ name: "half", content: "hunter22", mode: "leak" }).then(
        () => assert.fail("should fail"),
        (e: { metadata: { get(key: string): Buffer[] }; details: string }) => e,
      );
      const status = Status.deserializeBinary(
        error.metadata.get("grpc-status-details-bin")[0] ?? Buffer.alloc(0),
      );
      const packed = status.getDetailsList()[0];
      assert.equal(packed?.getTypeName(), "pulumirpc.ErrorResourceInitFailed");
      const failure = proto.ErrorResourceInitFailed.deserializeBinary(
        packed?.getValue_asU8() ?? new Uint8Array(),
      );
      assert.deepEqual([failure.getId(), failure.getReasonsList()], ["half", ["half of [secret]"]]);
      assert.deepEqual(failure.getProperties()?.toJavaScript()["content"], secret("hunter22"));
      assert.equal(failure.getInputs()?.toJavaScript()["name"], "half");
    });

    it("lets no secret into an error, whether the schema or the program calls it one", async () => {
      await rejects(
        engine.create({ name: "f", content: "hunter33", mode: "fail" }),
        /said no to \[secret\]$/,
      );
      const error = await engine.configure({ directory, token: "hunter44" }).catch((e: Error) => e);
      assert.match(String(error), /cannot log in with \[secret\]/);
    });

    it("ends an operation at its time limit, after it cleaned up", async () => {
      await rejects(
        engine.create({ name: "slow", content: "x", mode: "hang" }, { timeout: 0.2 }),
        /timed out after 0\.2 s/,
      );
      assert.equal(onDisk("slow"), false);
    });
  });

  it("refuses functions, types and configuration that it does not have", async () => {
    const invoke = new proto.InvokeRequest();
    invoke.setTok("fixture:index:getFile");
    await rejects(
      call((done) => engine.client.invoke(invoke, done)),
      /function fixture:index:getFile is not implemented/,
    );
    await rejects(
      engine.of("fixture:index:Nope").check({}),
      /fixture:index:Nope is not implemented.*which has fixture:index:File/,
    );
    assert.deepEqual(Object.keys(await engine.checkConfig({ directory, colour: "x", version: "1.0.0" })), [
      "colour",
    ]);
    assert.deepEqual(await engine.checkConfig({ directory, retries: "3" }), {});
    assert.deepEqual(Object.keys(await engine.checkConfig({ directory, retries: "many" })), ["retries"]);
  });
});
