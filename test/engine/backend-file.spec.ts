import assert from "node:assert/strict";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { settle } from "../../toolchain/commands/healing/heal";
import { runPulumi } from "../../toolchain/commands/run/run";
import { type OpenStack, PROJECT, selectStack } from "../../toolchain/commands/stack/open";
import { silent } from "../../toolchain/progress";
import { family } from "../support/process-tree";
import { refusal, TinyProject } from "../support/tiny-project";
import { until } from "../support/until";

describe("a state in a folder", function () {
  this.timeout(120_000);
  let tiny: TinyProject;
  let stack: OpenStack;
  let locks: string;

  before(async () => {
    tiny = await TinyProject.create();
    await mkdir(join(tiny.folder, "state"));
    locks = join(tiny.folder, "state", ".pulumi", "locks", "organization", PROJECT, "tiny");
    const url = `file://${join(tiny.folder, "state")}`;
    stack = await tiny.stack("tiny", url, { PULUMI_CONFIG_PASSPHRASE: "of a test" });
    await selectStack(stack, tiny.folder, true);
  });
  after(() => tiny.discard());

  it("is freed after a run of this machine that was killed, without a question", async () => {
    const [hold, started] = [join(tiny.folder, "hold"), join(tiny.folder, "started")];
    await writeFile(hold, "");
    const cli = stack.cli.with({ HOLD: hold, STARTED: started });
    const ended = cli.follow(["up", "--yes", "--skip-preview", "--json"], () => undefined);
    const pid = await until({ what: "the program", limitSeconds: 60 }, async () => {
      assert.ok((await readdir(tiny.folder)).includes("started"));
      return Number(/\(process (\d+)/.exec(await refusal(stack.cli.capture(["stack", "init"])))?.[1]);
    });
    for (const one of family(pid)) process.kill(one.pid, "SIGKILL");
    await ended;
    await rm(hold);
    const notes: string[] = [];
    await settle(stack, { ...silent, note: (line) => void notes.push(line) });
    assert.deepEqual(notes, [`Released the lock of a run that was killed (process ${pid})`]);
    assert.deepEqual(await readdir(locks).catch(() => []), []);
    await runPulumi(stack, "up", ["up"], undefined, silent);
  });

  it("leaves another machine's lock to its people, without a wait", async () => {
    await mkdir(locks, { recursive: true });
    const lock = {
      pid: process.pid,
      username: "ci",
      hostname: "runner-7",
      timestamp: new Date().toISOString(),
    };
    await writeFile(join(locks, "0a.json"), JSON.stringify(lock));
    assert.match(
      await refusal(settle(stack, silent)),
      /^stack "tiny" is in use by ci@runner-7 [\s\S]*pulumi cancel --stack tiny --yes/,
    );
    assert.deepEqual(await readdir(locks), ["0a.json"]);
  });
});
