import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureLanguageHost, ensurePlugins, onlyPreviews } from "../../toolchain/pulumi/plugins";
import { PULUMI_VERSION } from "../../toolchain/pulumi/home";
import { ensureLauncher, isOurs } from "../../toolchain/providers/build";
import type { Progress } from "../../toolchain/progress";

describe("launchers: TypeScript that Pulumi can start", () => {
  const scratch = mkdtempSync(join(tmpdir(), "launcher's-"));
  after(() => rmSync(scratch, { recursive: true }));

  const source = join(scratch, "main.ts");
  const launcher = { entry: source, path: join(scratch, "out", "hello"), folder: join(scratch, "out") };

  it("is built once, again after an edit of anything that went in, and leaves no old bundle", async () => {
    writeFileSync(join(scratch, "part.ts"), "export const who: string = 'world';");
    writeFileSync(
      source,
      "import { who } from './part'; console.log('hello', who, ...process.argv.slice(2));",
    );
    assert.equal(await ensureLauncher(launcher), "built");
    assert.equal(execFileSync(launcher.path, ["a b"], { encoding: "utf8" }), "hello world a b\n");
    const started = performance.now();
    assert.equal(await ensureLauncher(launcher), "unchanged");
    assert.ok(performance.now() - started < 150);
    writeFileSync(join(scratch, "part.ts"), "export const who: string = 'moon';");
    assert.equal(await ensureLauncher(launcher), "built");
    assert.equal(execFileSync(launcher.path, { encoding: "utf8" }), "hello moon\n");
    assert.equal(readdirSync(launcher.folder).filter((name) => name.endsWith(".js")).length, 1);
    assert.deepEqual(
      readdirSync(launcher.folder).filter((name) => name.endsWith(".tmp")),
      [],
    );
  });

  for (const part of ["bundle", "marker", "launcher"] as const) {
    it(`is built again when its ${part} is missing or broken`, async () => {
      await ensureLauncher(launcher);
      const bundle = readdirSync(launcher.folder).find((name) => name.endsWith(".js")) ?? "";
      if (part === "bundle") rmSync(join(launcher.folder, bundle));
      if (part === "marker") writeFileSync(join(launcher.folder, "semblance.json"), "{");
      if (part === "launcher") writeFileSync(launcher.path, "#!/bin/sh\n");
      assert.equal(await ensureLauncher(launcher), "built");
      assert.match(execFileSync(launcher.path, { encoding: "utf8" }), /hello/);
    });
  }

  it("says where a source does not compile, and keeps the launcher that works", async () => {
    writeFileSync(source, "import './nowhere';");
    await assert.rejects(ensureLauncher(launcher), /main\.ts:1:7.*nowhere/s);
    assert.match(execFileSync(launcher.path, { encoding: "utf8" }), /hello/);
  });
});

describe("provider plugins: whose", () => {
  let home: string;
  let notes: string[];
  const saved = { ...process.env };
  const progress: Progress = {
    step: (_title, work) => work(() => undefined),
    note: (line) => void notes.push(line),
  };

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "pulumi-home-"));
    notes = [];
    process.env["PULUMI_HOME"] = home;
  });
  afterEach(() => {
    rmSync(home, { recursive: true });
    for (const name of ["PULUMI_HOME", "SEMBLANCE_PLUGINS"]) {
      if (saved[name] === undefined) delete process.env[name];
      else process.env[name] = saved[name];
    }
  });

  function official(name: string): string {
    const manifest = JSON.parse(readFileSync(require.resolve(`@pulumi/${name}/package.json`), "utf8")) as {
      version: string;
    };
    const folder = join(home, "plugins", `resource-${name}-v${manifest.version}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `pulumi-resource-${name}`), "official");
    chmodSync(join(folder, `pulumi-resource-${name}`), 0o755);
    return folder;
  }

  it("official ones that are all there are used, without a look at the network", async () => {
    ["docker", "random", "tls"].forEach(official);
    assert.equal(await ensurePlugins(progress), "official");
    assert.deepEqual(notes, []);
  });

  it("ours fill in on a closed network and leave an official one alone; asked again, there is nothing to do", async () => {
    process.env["SEMBLANCE_PLUGINS"] = "closed-network";
    const docker = official("docker");
    assert.equal(await ensurePlugins(progress), "closed-network");
    assert.equal(readFileSync(join(docker, "pulumi-resource-docker"), "utf8"), "official");
    assert.deepEqual(
      notes.map((note) => note.split(" ")[1]),
      ["random", "tls"],
    );
    notes = [];
    const started = performance.now();
    // "auto" from here on: what is in use stays in use.
    delete process.env["SEMBLANCE_PLUGINS"];
    assert.equal(await ensurePlugins(progress), "closed-network");
    assert.ok(performance.now() - started < 150);
    assert.deepEqual(notes, []);
  });

  it("a stack on Kubernetes or AWS needs more, and ours for AWS only previews", async () => {
    process.env["SEMBLANCE_PLUGINS"] = "closed-network";
    await ensurePlugins(progress, "aws");
    const there = readdirSync(join(home, "plugins")).filter((name) => name.startsWith("resource-"));
    assert.deepEqual(there.map((name) => name.split("-")[1]).sort(), [
      "aws",
      "docker",
      "kubernetes",
      "random",
      "tls",
    ]);
    assert.deepEqual((["docker", "kubernetes", "aws"] as const).map(onlyPreviews), [false, false, true]);
    process.env["SEMBLANCE_PLUGINS"] = "official";
    await ensurePlugins(progress, "aws");
    assert.equal(onlyPreviews("aws"), false);
  });

  it("SEMBLANCE_PLUGINS=official takes ours away, so that Pulumi fetches its own", async () => {
    process.env["SEMBLANCE_PLUGINS"] = "closed-network";
    ["docker", "tls"].forEach(official);
    await ensurePlugins(progress);
    const random = readdirSync(join(home, "plugins")).find((name) => name.startsWith("resource-random-"));
    assert.ok(random !== undefined && isOurs({ folder: join(home, "plugins", random) }));
    process.env["SEMBLANCE_PLUGINS"] = "official";
    assert.equal(await ensurePlugins(progress), "official");
    assert.equal(existsSync(join(home, "plugins", random)), false);
  });

  it("refuses another value of SEMBLANCE_PLUGINS", async () => {
    process.env["SEMBLANCE_PLUGINS"] = "offical";
    await assert.rejects(ensurePlugins(progress), /"offical"; allowed: auto, official, closed-network/);
  });

  it("puts our language host beside a CLI that has none, and never over an official one", async () => {
    const folder = join(home, "versions", PULUMI_VERSION, "bin");
    mkdirSync(folder, { recursive: true });
    const host = join(folder, "pulumi-language-nodejs");
    await ensureLanguageHost(progress, join(folder, "pulumi"));
    assert.match(readFileSync(host, "utf8"), /semblance-language-host\/bundle-/);
    rmSync(join(folder, "..", "semblance-language-host"), { recursive: true });
    writeFileSync(host, "official");
    await ensureLanguageHost(progress, join(folder, "pulumi"));
    assert.equal(readFileSync(host, "utf8"), "official");
    await ensureLanguageHost(progress, "/usr/bin/pulumi");
    assert.equal(existsSync("/usr/bin/pulumi-language-nodejs"), false);
  });
});
