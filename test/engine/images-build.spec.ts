import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Docker from "dockerode";
import { UserError } from "../../toolchain/errors";
import { ensureImages, imagesMissing, readBuilt } from "../../toolchain/images";
import type { Progress } from "../../toolchain/progress";
import { until } from "../support/until";

const ROOT = join(__dirname, "..", "..");
const docker = new Docker();
const marker = `fixture-${process.pid}`;

/** Remembers which steps were run. */
class Recorder implements Progress {
  readonly steps: string[] = [];
  step<T>(title: string, work: (say: (line: string) => void) => Promise<T>): Promise<T> {
    this.steps.push(title);
    return work(() => undefined);
  }
  note(): void {}
}

describe("images built by the toolchain", function () {
  this.timeout(300_000);
  let folder: string;
  let imagesFolder: string;
  let stateDir: string;
  const tags = new Set<string>();

  const ensure = (progress: Progress): Promise<Record<"redis", string>> =>
    ensureImages(["redis"], { source: "build", progress, stateDir, imagesFolder, docker });
  const dockerfile = (...lines: string[]): Promise<void> =>
    writeFile(
      join(imagesFolder, "redis", "Dockerfile"),
      ["ARG BASE", "FROM ${BASE}", ...lines, ""].join("\n"),
    );
  /** Names under which the engine has this test's image. */
  const built = async (): Promise<string[]> => {
    const all = await docker.listImages({ filters: { label: [`test.marker=${marker}`] } });
    return all.flatMap((image) => image.RepoTags ?? []).filter((tag) => !tag.startsWith("<none>"));
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "images-engine-"));
    imagesFolder = join(folder, "images");
    stateDir = join(folder, "state");
    await mkdir(join(imagesFolder, "redis"), { recursive: true });
    // The real base, so that a machine that has it makes no other.
    await cp(join(ROOT, "images", "base"), join(imagesFolder, "base"), { recursive: true });
  });
  after(async () => {
    for (const tag of tags) await docker.getImage(tag).remove({ force: true });
    await rm(folder, { recursive: true });
  });

  it("builds once; the second run does nothing, and two runs at a time build once", async () => {
    await dockerfile(`LABEL test.marker=${marker}`, "RUN test ! -e /ca.crt", "USER 999:999");
    assert.deepEqual(await imagesMissing(["redis"], { source: "build", imagesFolder, docker }), ["redis"]);
    const first = new Recorder();
    const second = new Recorder();
    const [{ redis }, other] = await Promise.all([ensure(first), ensure(second)]);
    tags.add(redis);
    assert.match(redis, /^semblance-curation\/redis:8\.0-[0-9a-f]{12}$/);
    assert.equal(other.redis, redis);
    const builds = [...first.steps, ...second.steps].filter((title) => title.startsWith("Image redis"));
    assert.equal(builds.length, 1);
    assert.deepEqual(await readBuilt(stateDir), { redis });
    assert.deepEqual(await built(), [redis]);

    const third = new Recorder();
    assert.deepEqual(await ensure(third), { redis });
    assert.deepEqual(third.steps, []);
    assert.deepEqual(await imagesMissing(["redis"], { source: "build", imagesFolder, docker }), []);
  });

  it("builds anew when a file of the folder changes", async () => {
    const before = (await readBuilt(stateDir)).redis;
    await writeFile(join(imagesFolder, "redis", "extra.txt"), "changed");
    const { redis } = await ensure(new Recorder());
    tags.add(redis);
    assert.notEqual(redis, before);
    assert.equal((await docker.getImage(redis).inspect()).Config.User, "999:999");
  });

  it("names the image, the last lines and the log when a build fails, and leaves no lock", async () => {
    await dockerfile(`LABEL test.marker=${marker}`, "RUN echo the reason is here >&2; exit 3");
    await assert.rejects(ensure(new Recorder()), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /image "redis" could not be built/);
      assert.match(error.message, /the reason is here/);
      assert.ok(error.message.includes(join(stateDir, "logs", "image-redis.log")));
      return true;
    });
    assert.match(await readFile(join(stateDir, "logs", "image-redis.log"), "utf8"), /the reason is here/);
    assert.deepEqual((await readdir(stateDir)).sort(), ["images.json", "logs"]);
  });

  it("stops on Ctrl-C: no image, no container, no lock; the next run goes on", async () => {
    await dockerfile(
      `LABEL test.marker=${marker}-slow`,
      "RUN echo once > /once",
      "RUN echo waiting && sleep 600",
    );
    const script = `
      const { ensureImages } = require("./toolchain/images");
      const progress = { step: (title, work) => work((line) => console.log(line)), note: () => undefined };
      ensureImages(["redis"], { source: "build", progress, stateDir: process.env.STATE, imagesFolder: process.env.IMAGES })
        .catch((error) => { console.log("ended: " + error.message); process.exitCode = 7; });`;
    const child = spawn(process.execPath, ["--require", "tsx/cjs", "--eval", script], {
      cwd: ROOT,
      env: { ...process.env, STATE: stateDir, IMAGES: imagesFolder },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line.endsWith(": waiting")) child.kill("SIGINT");
    }
    if (child.exitCode === null) await once(child, "exit");
    assert.equal(child.exitCode, 7);
    assert.match(lines.at(-2) ?? "", /interrupted/);
    await assert.rejects(access(join(stateDir, "images.lock")));
    const slow = { label: [`test.marker=${marker}-slow`] };
    await until({ what: "the interrupted step to be gone", limitSeconds: 30 }, async () => {
      return (await docker.listContainers({ filters: slow })).length === 0;
    });
    assert.ok(
      (await docker.listImages({ filters: slow })).every((image) =>
        (image.RepoTags ?? []).every((tag) => tag.startsWith("<none>")),
      ),
    );

    await dockerfile(`LABEL test.marker=${marker}-slow`, "RUN echo once > /once");
    const { redis } = await ensure(new Recorder());
    tags.add(redis);
  });
});
