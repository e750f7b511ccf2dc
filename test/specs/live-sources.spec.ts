import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FILES } from "../../components/core/workload";
import { serverArgs } from "../../components/platforms/docker/container";
import { mountPoints, requireLocalEngine } from "../../components/platforms/docker/sources";
import { recordedProgram, type Workload } from "../support/recorded-program";
import { serverSpec } from "../support/samples";

const PROJECT = join(__dirname, "..", "..");

describe("sources in development mode", () => {
  let live: readonly Workload[];
  let usual: ReadonlyMap<string, Workload>;
  before(async () => {
    const choice = { profile: "full", development: true } as const;
    live = (await recordedProgram(choice, { mountsSources: true })).workloads.filter(
      ({ server }) => server?.sources !== undefined,
    );
    usual = new Map((await recordedProgram(choice)).workloads.map((workload) => [workload.name, workload]));
  });

  it("are those of our own programs and pages", () => {
    assert.deepEqual(live.map(({ name }) => name).sort(), [
      "gateway",
      "jupyter",
      "label-studio",
      "label-studio-exporter",
      "label-studio-worker",
      "mlflow",
    ]);
  });

  it("are in no workload otherwise", () => {
    for (const { name, server } of usual.values()) assert.equal(server?.sources, undefined, name);
  });

  it("are folders of the project, among the files and hiding none", () => {
    for (const { name, server, files } of live) {
      for (const [path, folder] of Object.entries(server?.sources ?? {})) {
        assert.ok(folder.startsWith(`${PROJECT}/components/services/`), folder);
        assert.ok(path.startsWith(`${FILES}/`), path);
        for (const file of files.keys())
          assert.ok(!file.startsWith(`${path}/`), `${name}: ${path} hides ${file}`);
      }
    }
  });

  it("have every file that the workload has otherwise, which it then does not bring along", () => {
    for (const { name, server, files } of live) {
      const brought = usual.get(name)?.files ?? assert.fail(name);
      const folders = Object.entries(server?.sources ?? {});
      const gone = [...brought.keys()].filter((path) => !files.has(path));
      assert.ok(gone.length > 0, name);
      for (const path of gone) {
        const file = path.split("/").at(-1) ?? "";
        assert.ok(
          folders.some(([, folder]) => existsSync(join(folder, file))),
          `${name}: ${path}`,
        );
      }
      // No text of a source is left among the files: an edit of one would be a new container.
      for (const [, folder] of folders) {
        for (const file of readdirSync(folder))
          assert.ok(![...files.keys()].some((path) => path.endsWith(`/app/${file}`)));
      }
    }
  });

  it("have every file that its commands name", () => {
    for (const { name, spec, server, files } of live) {
      const said = JSON.stringify([spec.command, server?.ready.command]);
      for (const [named] of said.matchAll(/\/etc\/semblance(\/[\w.-]+)+/g)) {
        const mounted = Object.entries(server?.sources ?? {}).some(
          ([path, folder]) =>
            named === path ||
            (named.startsWith(`${path}/`) && existsSync(join(folder, named.slice(path.length)))),
        );
        assert.ok(mounted || files.has(named as `${typeof FILES}/${string}`), `${name}: ${named}`);
      }
    }
  });

  it("reload, each program in its way", () => {
    for (const { name, spec, env } of live) {
      const watches = env.has("SEMBLANCE_RELOAD") || spec.command[0]?.endsWith("/watchfiles");
      assert.equal(
        watches,
        name !== "gateway",
        `${name}: Caddy reads a file at each request, Python does not`,
      );
    }
  });
});

describe("sources on Docker", () => {
  const folder = mkdtempSync(join(tmpdir(), "t-sources-"));
  const sources = { [`${FILES}/app` as const]: folder };
  before(() => chmodSync(folder, 0o755));
  after(() => rmSync(folder, { recursive: true }));

  it("are mounted to be read only, after the files that they stand among", () => {
    const place = {
      stack: "dev",
      containerName: "dev-x",
      service: "redis",
      imageId: "sha256:1",
      memberships: [],
      filesVolume: "dev-files",
      memoryMiB: 64,
      engineFolder: "/var/lib/docker",
    };
    const { volumes } = serverArgs({ ...serverSpec, sources }, place, {});
    assert.deepEqual(volumes, [
      { volumeName: "dev-files", containerPath: FILES, readOnly: true },
      { hostPath: folder, containerPath: `${FILES}/app`, readOnly: true },
    ]);
  });

  it("have a folder among the files to be mounted at, whose text no edit changes", () => {
    const before = mountPoints("x", sources, true);
    writeFileSync(join(folder, "a.py"), "1", { mode: 0o644 });
    assert.deepEqual(Object.keys(before), [`${FILES}/app/mounted`]);
    assert.deepEqual(mountPoints("x", sources, true), before);
    assert.deepEqual(mountPoints("x", undefined, false), {});
  });

  it("are refused outside of development mode", () => {
    assert.throws(
      () => mountPoints("mlflow", sources, false),
      /^UnsupportedError: mlflow: sources is not supported/,
    );
  });

  it("are refused where a container's user could not read them", () => {
    mkdirSync(join(folder, "inner"), { mode: 0o755 });
    writeFileSync(join(folder, "inner", "b.py"), "1");
    chmodSync(join(folder, "inner", "b.py"), 0o600);
    assert.throws(
      () => mountPoints("x", sources, true),
      new RegExp(
        `^ConfigError: ${folder}/inner/b.py cannot be read by everybody.*; fix: chmod -R o\\+rX ${folder}$`,
      ),
    );
    chmodSync(join(folder, "inner", "b.py"), 0o644);
    chmodSync(join(folder, "inner"), 0o750);
    assert.throws(() => mountPoints("x", sources, true), /inner cannot be read/);
  });

  it("need the engine of this machine", () => {
    for (const host of [undefined, "", "unix:///var/run/docker.sock", "npipe:////./pipe/docker_engine"])
      requireLocalEngine(host);
    for (const host of ["tcp://10.0.0.5:2376", "ssh://me@lab", "http://127.0.0.1:2375"])
      assert.throws(
        () => requireLocalEngine(host),
        new RegExp(`^ConfigError: .*DOCKER_HOST is ${host}; allowed`),
      );
  });
});
