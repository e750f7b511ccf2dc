import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureLauncher } from "../../toolchain/providers/build";
import { isRunning, until } from "./base-harness";
import { Workspace } from "./base-engine";

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
const { args, opts, fails } = JSON.parse(readFileSync("wish.json", "utf8"));
const provider = new pulumi.ProviderResource("fixture", "files", { directory: __dirname + "/files", retries: 3 }, { version: "1.2.3" });
class File extends pulumi.CustomResource {
  constructor(name: string, args: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    super("fixture:index:File", name, { length: undefined, ...args }, { ...opts, provider });
  }
}
if (args) new File("one", { ...args, content: pulumi.secret(args.content) }, opts ?? {});
`;

describe("provider base under the real CLI", function () {
  this.timeout(15 * 60_000);
  const workspace = new Workspace();
  const files = join(workspace.directory, "files");
  const wish = (args: object | undefined, opts?: object) =>
    workspace.write("wish.json", JSON.stringify({ args, opts }));
  const content = (name: string) => readFileSync(join(files, name), "utf8");
  const up = () => workspace.pulumi("up", "--yes", "--skip-preview", "--diff");

  before(async () => {
    await workspace.open(PROGRAM);
    mkdirSync(files);
    const folder = join(workspace.home, "plugins", "resource-fixture-v1.2.3");
    const path = join(folder, "pulumi-resource-fixture");
    await ensureLauncher({
      entry: join(__dirname, "base-fixture.ts"),
      folder,
      path,
      constants: { PROVIDER_VERSION: "1.2.3" },
    });
  });
  after(() => workspace.close());

  it("an automatic name stays what it was, and a secret stays out of sight", async () => {
    wish({ content: "first secret" });
    const preview = await workspace.pulumi("preview", "--diff");
    const up = await workspace.pulumi("up", "--yes", "--skip-preview", "--diff");
    assert.match(preview, /name\s*: "one-\d+"/);
    const name = /name\s*: "(one-\d+)"/.exec(up)?.[1] ?? "";
    assert.equal(content(name), "first secret");
    assert.ok(!`${preview}${up}${workspace.state()}`.includes("first secret"));
    await workspace.pulumi("up", "--yes", "--expect-no-changes");
  });

  it("a detailed diff: an update by path; replaceOnChanges makes it a replacement, old one first; ignoreChanges hides it", async () => {
    wish({ name: "f", content: "a", labels: { colour: "red" } });
    assert.match(await up(), /\+-fixture:index:File: \(replace\)/);
    wish({ name: "f", content: "a", labels: { colour: "blue" } });
    assert.match(
      await workspace.pulumi("preview", "--diff"),
      /~ fixture:index:File: \(update\)[^]*~ colour: "red" => "blue"/,
    );
    wish({ name: "f", content: "a", labels: { colour: "blue" } }, { replaceOnChanges: ["labels.colour"] });
    assert.match(await workspace.pulumi("preview", "--diff"), /\(replace\)/);
    wish({ name: "f", content: "a", labels: { colour: "blue" } }, { ignoreChanges: ["labels.colour"] });
    await workspace.pulumi("preview", "--expect-no-changes");
    wish({ name: "f", content: "b", labels: { colour: "red" } });
    await up();
    assert.equal(content("f"), "b");
  });

  it("a refresh finds that it was removed by hand, and up makes it again", async () => {
    rmSync(join(files, "f"));
    assert.match(await workspace.pulumi("refresh", "--yes"), /- 1 deleted/);
    await up();
    assert.equal(content("f"), "b");
  });

  it("a refused property stops before anything is made, in one message without values", async () => {
    wish({ name: "g", content: "hunter2", colour: "hunter3" });
    const { code, output } = await workspace.attempt("up", "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(output, /colour: this provider does not implement it/);
    assert.doesNotMatch(output, /hunter[23]/);
    assert.equal(existsSync(join(files, "g")), false);
  });

  it("a create that leaves something behind is recorded, and mended by the next up", async () => {
    wish({ name: "half", content: "hunter4", mode: "leak" });
    const { code, output } = await workspace.attempt("up", "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(output, /half of \[secret\]/);
    assert.ok(!output.includes("hunter4"));
    assert.match(workspace.state(), /"id":\s*"half"/);
    wish({ name: "half", content: "hunter4" });
    await up();
    await workspace.pulumi("up", "--yes", "--expect-no-changes");
  });

  it("SIGINT in the middle: the create cleans up, the state is whole, no process stays", async () => {
    wish({ name: "slow", content: "x", mode: "hang" });
    const { child, ended } = workspace.start("up", "--yes", "--skip-preview");
    await until("the create began", () => existsSync(join(files, "slow")), 60_000);
    child.kill("SIGINT");
    const { code, output } = await ended;
    assert.notEqual(code, 0);
    assert.match(output, /cancelled/);
    assert.equal(existsSync(join(files, "slow")), false);
    await until("every process ended", () => workspace.processes().length === 0);
    wish({ name: "slow", content: "x" });
    await up();
  });

  it("SIGKILL of the CLI in the middle: the plugin cleans up and ends; the next up converges", async () => {
    wish({ name: "killed", content: "x", mode: "hang" });
    const { child, ended } = workspace.start("up", "--yes", "--skip-preview");
    await until("the create began", () => existsSync(join(files, "killed")), 60_000);
    const before = workspace.processes().length;
    assert.ok(before >= 2, "a plugin and a program run");
    child.kill("SIGKILL");
    await ended;
    await until("every process ended", () => workspace.processes().length === 0, 15_000);
    assert.equal(existsSync(join(files, "killed")), false);
    assert.equal(isRunning(child.pid ?? 0), false);
    wish({ name: "killed", content: "x" });
    await workspace.pulumi("cancel", "--yes");
    await up();
    assert.equal(content("killed"), "x");
  });

  it("import by id, and destroy", async () => {
    wish(undefined);
    await workspace.pulumi("state", "unprotect", "--all", "--yes");
    await up();
    assert.equal(existsSync(join(files, "killed")), false);
    mkdirSync(files, { recursive: true });
    workspace.write("files/found", "there before");
    wish({ name: "found", content: "there before" }, { import: "found" });
    assert.match(await up(), /= fixture:index:File: \(import\)/);
    assert.ok(!workspace.state().includes("there before"));
    wish({ name: "found", content: "there before" });
    await workspace.pulumi("up", "--yes", "--expect-no-changes");
    await workspace.pulumi("destroy", "--yes", "--skip-preview");
    assert.equal(existsSync(join(files, "found")), false);
  });
});
