import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { guardData } from "../../toolchain/commands/run/guard";
import { runPulumi } from "../../toolchain/commands/run/run";
import { type OpenStack, openStack } from "../../toolchain/commands/stack/open";
import { readState, resourcesOf } from "../../toolchain/commands/stack/state";
import { UserError } from "../../toolchain/errors";
import { type Progress, silent } from "../../toolchain/progress";
import { ensurePlugins } from "../../toolchain/pulumi/plugins";
import { today } from "../../toolchain/review/acknowledgements";
import { root } from "../support/stack";

const STACK = "guardtest";
const PREFIX = `t-guard-${process.pid}`;

/** What is worth keeping, what opens it, and what comes and goes every day. */
const PROGRAM = `
const docker = require("@pulumi/docker");
const random = require("@pulumi/random");
const { volume = "data", length = "24", day = "1", without = "" } = JSON.parse(process.env.GUARD_TEST ?? "{}");
const store = new docker.Volume("store", { name: "${PREFIX}-" + volume }, { protect: true });
new docker.Volume("scratch", {
  name: "${PREFIX}-scratch-" + day, labels: [{ label: "semblance.volume", value: "thing/scratch" }],
});
if (without !== "password") new random.RandomPassword("password", { length: Number(length) }, { protect: true });
new docker.Network("net", {
  name: "${PREFIX}-net", internal: true, ipamConfigs: [{ subnet: "10.213.91.0/29" }], labels: [{ label: "day", value: day }],
}, { deleteBeforeReplace: true });
exports.volume = store.name;
`;

describe("the guard of data, on the real engine", function () {
  this.timeout(300_000);
  const docker = new Docker();
  const variables = ["PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "GUARD_TEST"] as const;
  const found = variables.map((name) => [name, process.env[name]] as const);
  const notes: string[] = [];
  const progress: Progress = { ...silent, note: (line) => void notes.push(line) };
  let folder: string;

  /** `npm run up`, from where the images are there. */
  async function up(program: Readonly<Record<string, string>>): Promise<string> {
    process.env["GUARD_TEST"] = JSON.stringify(program);
    const stack = await open();
    await guardData(folder, stack, progress);
    return runPulumi(stack, "up", ["up"], docker, progress);
  }
  const open = (): Promise<OpenStack> => openStack(folder, STACK, progress);
  const refused = async (program: Readonly<Record<string, string>>): Promise<string> => {
    const error: unknown = await up(program).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof UserError, "the run is not refused");
    return error.message;
  };
  const acknowledge = (...lines: readonly object[]): Promise<void> =>
    writeFile(join(folder, "policies", "acknowledgements.json"), JSON.stringify(lines));
  const ours = async (): Promise<readonly string[]> =>
    (await docker.listVolumes({ filters: JSON.stringify({ name: [PREFIX] }) })).Volumes.map(({ Name }) =>
      Name.slice(PREFIX.length + 1),
    ).sort();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "semblance-guard-"));
    process.env["PULUMI_BACKEND_URL"] = `file://${join(folder, "state")}`;
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "of a test";
    await mkdir(join(folder, "state"));
    await mkdir(join(folder, "policies"));
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    await writeFile(join(folder, "package.json"), "{}");
    await writeFile(join(folder, "index.js"), PROGRAM);
    const runtime = "runtime: { name: nodejs, options: { typescript: false } }";
    await writeFile(join(folder, "Pulumi.yaml"), `name: guard\nmain: index.js\n${runtime}\n`);
    await ensurePlugins(progress);
    await (await open()).cli.capture(["stack", "init"]);
  });
  after(async () => {
    process.env["GUARD_TEST"] = "{}";
    await runPulumi(await open(), "down", ["destroy", "--ignore-protect"], docker, progress);
    assert.deepEqual(await ours(), []);
    await rm(folder, { recursive: true });
    for (const [name, value] of found) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it("lets the first up pass, and what changes every day", async () => {
    assert.match(await up({}), /created/);
    assert.match(await up({ day: "2" }), /2 replaced/);
    assert.deepEqual(await ours(), ["data", "scratch-2"]);
  });

  it("refuses to rename a volume, and nothing is changed, not even what would have passed", async () => {
    const message = await refused({ volume: "renamed", day: "3" });
    assert.match(message, /store \(docker:index\/volume:Volume\) would be replaced by an empty one/);
    assert.match(message, /It is replaced because of name\./);
    assert.match(message, /\{"stack":"guardtest","resource":"store","change":"replace","reason":"</);
    assert.match(message, /policies\/acknowledgements\.json/);
    assert.doesNotMatch(message, /password|scratch/);
    assert.deepEqual(await ours(), ["data", "scratch-2"]);
  });

  it("names every loss, those too that Pulumi would come to only after it has changed others", async () => {
    const message = await refused({ volume: "renamed", without: "password" });
    assert.match(message, /store .* would be replaced/);
    assert.match(message, /password .* would be deleted/);
  });

  const REASON = "the data was copied to the other volume, and the copy was read back";
  const line = { stack: STACK, resource: "store", change: "replace", reason: REASON };

  it("refuses what an expired line acknowledges, and says when it ended", async () => {
    await acknowledge({ ...line, expires: "2020-01-01" });
    assert.match(await refused({ volume: "renamed" }), /store may be lost \(replace\) ended on 2020-01-01/);
    assert.deepEqual(await ours(), ["data", "scratch-2"]);
  });

  it("lets the acknowledged loss pass, says so, and protects what is new", async () => {
    await acknowledge({ ...line, expires: today() });
    assert.match(await up({ volume: "renamed", day: "2" }), /1 replaced/);
    assert.ok(
      notes.some((note) => note.includes(REASON)),
      notes.join("\n"),
    );
    assert.deepEqual(await ours(), ["renamed", "scratch-2"]);
    const store = resourcesOf(await readState((await open()).cli)).find(({ urn }) => urn.endsWith("::store"));
    assert.equal(store?.protect, true);
  });

  it("tells a line that is not needed any more, and goes on", async () => {
    notes.length = 0;
    assert.match(await up({ volume: "renamed", day: "2" }), /no changes/);
    assert.ok(
      notes.some((note) => note.includes("store may be lost (replace) is not needed")),
      notes.join("\n"),
    );
  });
});
