import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../toolchain/errors";
import { contentHash, readContext } from "../../toolchain/images/content";
import { credentialsFor } from "../../toolchain/images/credentials";
import { inParallel } from "../../toolchain/images/interrupt";
import { withLock } from "../../toolchain/images/lock";
import { readBuilt, writeBuilt } from "../../toolchain/images/record";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "images-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("build context", () => {
  const image = (): string => join(folder, "server");
  beforeEach(async () => {
    await mkdir(join(folder, "shared", "deep"), { recursive: true });
    await mkdir(image());
    await writeFile(join(image(), "Dockerfile"), "FROM x");
    await writeFile(join(folder, "shared", "deep", "main.go"), "package main");
    await writeFile(join(folder, "shared", "run.sh"), "true", { mode: 0o755 });
  });

  it("holds the files behind links to sources that images share, as if they were there", async () => {
    await symlink("../shared", join(image(), "door"));
    await symlink("../shared/run.sh", join(image(), "start.sh"));
    const files = await readContext(image());
    assert.deepEqual(
      files.map(({ path, content, executable }) => [path, content.toString(), executable]),
      [
        ["Dockerfile", "FROM x", false],
        ["door/deep/main.go", "package main", false],
        ["door/run.sh", "true", true],
        ["start.sh", "true", true],
      ],
    );
  });

  it("changes its hash with the shared sources", async () => {
    await symlink("../shared", join(image(), "door"));
    const before = contentHash(await readContext(image()), []);
    await writeFile(join(folder, "shared", "deep", "main.go"), "package other");
    assert.notEqual(contentHash(await readContext(image()), []), before);
  });

  for (const [title, target] of [
    ["out of the images", "/etc"],
    ["up to the folder that holds it", "."],
    ["up to all images", ".."],
  ] as const) {
    it(`refuses a link ${title}`, async () => {
      await symlink(target, join(image(), "door"));
      await assert.rejects(
        readContext(image()),
        (error) => error instanceof UserError && error.message.includes(join(image(), "door")),
      );
    });
  }

  it("says so when a link leads nowhere", async () => {
    await symlink("../gone", join(image(), "door"));
    await assert.rejects(readContext(image()), /ENOENT.*door/);
  });
});

describe("lock between runs", () => {
  const lock = (): string => join(folder, "lock");

  it("lets one run work at a time, and leaves nothing", async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all([1, 2, 3].map(() => withLock(lock(), work)));
    assert.equal(most, 1);
    assert.deepEqual(await readdir(folder), []);
  });

  it("is given back after a failure", async () => {
    await assert.rejects(
      withLock(lock(), () => Promise.reject(new Error("x"))),
      /x/,
    );
    await assert.rejects(access(lock()));
  });

  it("is taken over from a holder that is gone, and from a number that another process has now", async () => {
    const child = spawn("true");
    await once(child, "exit");
    for (const holder of [`${child.pid} 1`, `${process.pid} 1`, "garbage"]) {
      await writeFile(lock(), holder);
      assert.equal(await withLock(lock(), () => Promise.resolve("done")), "done");
    }
  });

  it("names the holder that is alive, and gives up at the limit", async () => {
    const waits: string[] = [];
    await withLock(lock(), async () => {
      const second = withLock(lock(), () => Promise.resolve(), {
        limitMs: 0,
        onWait: (holder) => waits.push(holder),
      });
      await assert.rejects(
        second,
        (error) => error instanceof UserError && error.message.includes(`${process.pid}`),
      );
    });
    assert.equal(waits.length, 1);
  });
});

describe("record of built images", () => {
  it("replaces the entries of this run and keeps the others", async () => {
    await writeBuilt(folder, ["redis", "minio"], { redis: "r:1", minio: "m:1" });
    await writeBuilt(folder, ["redis", "caddy"], { caddy: "c:1" });
    assert.deepEqual(await readBuilt(folder), { caddy: "c:1", minio: "m:1" });
    assert.deepEqual(await readdir(folder), ["images.json"]);
  });

  it("is empty where nothing was built", async () => {
    assert.deepEqual(await readBuilt(folder), {});
  });
});

describe("work in parallel", () => {
  const none = new AbortController().signal;

  it("keeps to the limit and does everything", async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await inParallel([1, 2, 3, 4, 5], 2, none, async (item) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      done.push(item);
    });
    assert.equal(most, 2);
    assert.deepEqual(done.sort(), [1, 2, 3, 4, 5]);
  });

  it("after a failure aborts what runs, starts nothing more, and throws the cause", async () => {
    const started: number[] = [];
    const all = inParallel([1, 2, 3], 2, none, async (item, signal) => {
      started.push(item);
      if (item === 1) throw new Error("first");
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
    });
    await assert.rejects(all, /first/);
    assert.deepEqual(started, [1, 2]);
  });
});

describe("registry logins", () => {
  it("come from docker's own file, for the registry of the image only", async () => {
    const auth = Buffer.from("ann:pa:ss").toString("base64");
    await writeFile(
      join(folder, "config.json"),
      JSON.stringify({ auths: { "registry.lab:5000": { auth } } }),
    );
    assert.deepEqual(await credentialsFor("registry.lab:5000/library/redis:8@sha256:0", folder), {
      username: "ann",
      password: "pa:ss",
      serveraddress: "registry.lab:5000",
    });
    assert.equal(await credentialsFor("docker.io/library/redis:8@sha256:0", folder), undefined);
    assert.equal(await credentialsFor("docker.io/library/redis:8@sha256:0", join(folder, "none")), undefined);
    assert.ok((await readFile(join(folder, "config.json"), "utf8")).includes(auth));
  });
});
