import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { buildPlugin, call, ended, Engine, isRunning, portOf, startPlugin, until } from "./base-harness";

const TOKEN = "fixture:index:File";

describe("provider base: its process", () => {
  let plugin: string;
  const directory = mkdtempSync(join(tmpdir(), "fixture-"));
  const started: ChildProcess[] = [];
  const onDisk = (name: string) => existsSync(join(directory, name));

  before(async () => {
    plugin = await buildPlugin("fixture", join(__dirname, "base-fixture.ts"));
  });
  afterEach(() => {
    for (const child of started.splice(0)) child.kill("SIGKILL");
  });
  after(() => rmSync(directory, { recursive: true }));

  async function start(): Promise<{ child: ChildProcess; engine: Engine }> {
    const { child, port } = await startPlugin(plugin);
    started.push(child);
    const engine = new Engine(port, TOKEN);
    await engine.configure({ directory });
    return { child, engine };
  }

  it("cancel in the middle of a create: it cleans up, and nothing new begins", async () => {
    const { engine } = await start();
    const creating = engine.create({ name: "cancelled", content: "x", mode: "hang" });
    const rejected = assert.rejects(creating, /: cancelled$/);
    await until("the create began", () => onDisk("cancelled"));
    await call((done) => engine.client.cancel(new Empty(), done));
    await rejected;
    assert.equal(onDisk("cancelled"), false);
    await assert.rejects(engine.create({ name: "late", content: "x" }), /cancelled before it began/);
    assert.equal(onDisk("late"), false);
  });

  it("cancel of a create that cannot clean up: the engine hears of what is left", async () => {
    const { engine } = await start();
    const creating = engine.create({ name: "dirty", content: "x", mode: "hang-dirty" });
    const rejected = assert.rejects(creating, (error: { metadata: { get(key: string): unknown[] } }) => {
      assert.equal(error.metadata.get("grpc-status-details-bin").length, 1);
      assert.match(String(error), /cancelled; left behind/);
      return true;
    });
    await until("the create began", () => onDisk("dirty"));
    await call((done) => engine.client.cancel(new Empty(), done));
    await rejected;
  });

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`${signal} in the middle of a create: the engine gets the answer, the outside is clean, the process ends`, async () => {
      const { child, engine } = await start();
      const creating = engine.create({ name: signal, content: "x", mode: "hang" });
      const rejected = assert.rejects(creating, /cancelled/);
      await until("the create began", () => onDisk(signal));
      child.kill(signal);
      await rejected;
      assert.equal(await ended(child), 0);
      assert.equal(onDisk(signal), false);
    });
  }

  it("ends, cleaned up, when its standard input ends", async () => {
    const { child, engine } = await start();
    const creating = engine.create({ name: "stdin", content: "x", mode: "hang" }).catch(() => undefined);
    await until("the create began", () => onDisk("stdin"));
    child.stdin?.end();
    assert.equal(await ended(child), 1);
    await creating;
    assert.equal(onDisk("stdin"), false);
  });

  for (const [how, stdin] of [
    ["a pipe for standard input", "pipe"],
    ["no pipe", "ignore"],
  ] as const) {
    it(`leaves no orphan when its parent is killed outright (${how})`, async () => {
      const pidFile = join(directory, `pid-${stdin}`);
      // A parent that starts the plugin as the engine does, and tells us who it is.
      const source = `
        const child = require("node:child_process").spawn(${JSON.stringify(plugin)}, [], { stdio: [${JSON.stringify(stdin)}, "inherit", "inherit"] });
        require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
      `;
      const parent = spawn(process.execPath, ["-e", source], { stdio: ["ignore", "pipe", "inherit"] });
      started.push(parent);
      await portOf(parent);
      const pid = Number(readFileSync(pidFile, "utf8"));
      assert.ok(isRunning(pid));
      parent.kill("SIGKILL");
      await until("the plugin ends", () => !isRunning(pid));
    });
  }
});
