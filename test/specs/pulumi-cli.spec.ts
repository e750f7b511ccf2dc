import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cachedCli, cliOnPath, isAccepted } from "../../toolchain/pulumi/cli";
import { PULUMI_VERSION } from "../../toolchain/pulumi/home";
import { withLock } from "../../toolchain/pulumi/lock";

describe("Pulumi CLI: which one is used", () => {
  const scratch = mkdtempSync(join(tmpdir(), "pulumi-cli-"));
  const { PATH, PULUMI_HOME } = process.env;

  beforeEach(() => {
    process.env["PULUMI_HOME"] = join(scratch, "home");
  });
  afterEach(() => {
    process.env["PATH"] = PATH;
    if (PULUMI_HOME === undefined) delete process.env["PULUMI_HOME"];
    else process.env["PULUMI_HOME"] = PULUMI_HOME;
  });
  after(() => rmSync(scratch, { recursive: true }));

  function executable(path: string, says = ""): string {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\necho ${says}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  it("accepts the pinned version and later ones of the same major version", () => {
    for (const good of ["v3.256.0", "3.256.1", "v3.300.0", "v3.256.0-dev"]) assert.ok(isAccepted(good), good);
    for (const bad of ["v3.255.9", "v2.999.0", "v4.0.0", "", "pulumi"]) assert.ok(!isAccepted(bad), bad);
  });

  it("takes the first on PATH that is new enough and has its language host, and never npm's lazy installer", async () => {
    const old = executable(join(scratch, "old", "pulumi"), "v3.100.0");
    executable(join(dirname(old), "pulumi-language-nodejs"));
    const alone = executable(join(scratch, "alone", "pulumi"), `v${PULUMI_VERSION}`);
    const script = executable(join(scratch, "npm", "run.js"), `v${PULUMI_VERSION}`);
    symlinkSync(script, join(dirname(script), "pulumi"));
    executable(join(dirname(script), "pulumi-language-nodejs"));
    const good = executable(join(scratch, "good", "pulumi"), `v${PULUMI_VERSION}`);
    executable(join(dirname(good), "pulumi-language-nodejs"));
    const folders = [old, alone, script].map(dirname);
    process.env["PATH"] = [...folders, "/usr/bin", "/bin"].join(":");
    assert.equal(await cliOnPath(), undefined);
    process.env["PATH"] = [...folders, dirname(good), "/usr/bin", "/bin"].join(":");
    assert.deepEqual(await cliOnPath(), { binary: good, path: "on PATH" });
  });

  it("finds the one in the cache that npm's package uses, and tells a download from a build", () => {
    assert.equal(cachedCli(), undefined);
    const binary = executable(join(scratch, "home", "versions", PULUMI_VERSION, "bin", "pulumi"));
    assert.deepEqual(cachedCli(), { binary, path: "built" });
    executable(join(dirname(binary), "pulumi-language-nodejs"));
    assert.deepEqual(cachedCli(), { binary, path: "downloaded" });
    mkdirSync(join(dirname(binary), "..", "semblance-language-host"));
    assert.deepEqual(cachedCli(), { binary, path: "built" });
  });
});

describe("a lock between runs", () => {
  const scratch = mkdtempSync(join(tmpdir(), "lock-"));
  after(() => rmSync(scratch, { recursive: true }));

  it("lets one at a time in, says whom it waits for, and is gone afterwards, after an error too", async () => {
    const path = join(scratch, "one");
    let inside = 0;
    const waitedFor: number[] = [];
    const work = async () => {
      assert.equal(++inside, 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      inside--;
    };
    await Promise.all([1, 2, 3].map(() => withLock(path, (owner) => waitedFor.push(owner), work)));
    assert.deepEqual(waitedFor, [process.pid, process.pid]);
    await assert.rejects(
      withLock(
        path,
        () => undefined,
        () => Promise.reject(new Error("broken")),
      ),
      /broken/,
    );
    assert.equal(existsSync(path), false);
  });

  it("is taken over from a process that was killed", async () => {
    const path = join(scratch, "dead");
    const child = spawn(process.execPath, ["-e", ""]);
    await new Promise((resolve) => child.on("exit", resolve));
    mkdirSync(path);
    writeFileSync(join(path, "pid"), String(child.pid));
    assert.equal(
      await withLock(
        path,
        () => undefined,
        () => Promise.resolve("mine"),
      ),
      "mine",
    );
  });
});
