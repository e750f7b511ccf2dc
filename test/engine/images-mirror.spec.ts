import assert from "node:assert/strict";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import Docker from "dockerode";
import { publishedRef, type PublishedImage } from "../../components/images";
import { UserError } from "../../toolchain/errors";
import { ensureImages } from "../../toolchain/images";
import { messagesOf } from "../../toolchain/images/messages";
import { pullImage } from "../../toolchain/images/pull";
import { registriesOf } from "../../toolchain/images/registries";
import { silent } from "../../toolchain/progress";
import { until } from "../support/until";

const run = promisify(execFile);
const docker = new Docker();
const never = new AbortController().signal;

/** A registry program: Debian's, unpacked and not installed, so that no service starts. */
async function registryProgram(folder: string): Promise<string> {
  await run("apt-get", ["update"]);
  await run("apt-get", ["download", "docker-registry"], { cwd: folder });
  const [archive] = (await readdir(folder)).filter((name) => name.endsWith(".deb"));
  await run("dpkg-deb", ["-x", archive ?? "docker-registry.deb", join(folder, "root")], { cwd: folder });
  const program = join(folder, "root", "usr", "bin", "docker-registry");
  await access(program);
  return program;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function ended(stream: NodeJS.ReadableStream): Promise<void> {
  for await (const message of messagesOf(stream)) assert.equal(message.error, undefined);
}

describe("images from a mirror", function () {
  this.timeout(180_000);
  let folder: string;
  let registry: ChildProcess | undefined;
  let mirror: string;
  let image: PublishedImage;
  const refs = new Set<string>();

  before(async function () {
    folder = await mkdtemp(join(tmpdir(), "images-mirror-"));
    let program: string;
    try {
      program = await registryProgram(folder);
    } catch (error) {
      console.log(
        `      skipped: no registry program to be had by apt-get (${String(error).split("\n")[0]})`,
      );
      this.skip();
    }
    const port = await freePort();
    mirror = `127.0.0.1:${port}/hub`;
    const config = join(folder, "config.json");
    // YAML is a superset of JSON.
    await writeFile(
      config,
      JSON.stringify({
        version: "0.1",
        log: { level: "error" },
        storage: { filesystem: { rootdirectory: join(folder, "data") } },
        http: { addr: `127.0.0.1:${port}` },
      }),
    );
    registry = spawn(program, ["serve", config], { stdio: "ignore" });
    await until(
      { what: "the registry", limitSeconds: 20 },
      async () => (await fetch(`http://127.0.0.1:${port}/v2/`)).ok,
    );
    image = await publish(`127.0.0.1:${port}`);
  });

  after(async () => {
    for (const ref of refs) await docker.getImage(ref).remove({ force: true });
    if (registry?.exitCode === null) {
      registry.kill();
      await once(registry, "exit");
    }
    await rm(folder, { recursive: true });
  });

  /** Pushes a tiny image of this test's own to the mirror, and removes it from the engine. */
  async function publish(host: string): Promise<PublishedImage> {
    const repo = `${host}/hub/library/sample`;
    const archive = spawn("tar", ["-C", folder, "-c", "config.json"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await ended(await docker.importImage(archive.stdout, { repo, tag: "1.0" }));
    const local = docker.getImage(`${repo}:1.0`);
    // The engine wants a login, and an open registry takes any.
    await ended(await local.push({ authconfig: { username: "any", password: "any", serveraddress: host } }));
    const [pushed] = (await local.inspect()).RepoDigests;
    const digest = /sha256:[0-9a-f]{64}$/.exec(pushed ?? "")?.[0];
    assert.ok(digest !== undefined);
    await local.remove();
    return {
      registry: "docker.io",
      repository: "library/sample",
      tag: "1.0",
      digest: digest as `sha256:${string}`,
    };
  }

  it("answers the engine, and the image comes by digest under the mirror's name", async () => {
    assert.equal(await registriesOf(docker, mirror).answersFor(image), true);
    const ref = publishedRef(image, mirror);
    await pullImage(docker, ref, () => undefined, never);
    refs.add(ref);
    const found = await docker.getImage(ref).inspect();
    assert.ok(found.RepoDigests.includes(`${mirror}/library/sample@${image.digest}`));
    // What the platform will do with the name.
    const container = await docker.createContainer({ Image: ref, Cmd: ["/none"] });
    await container.remove();
  });

  it("refuses a mirror that has something else under the tag", async () => {
    const other: PublishedImage = { ...image, digest: `sha256:${"0".repeat(64)}` };
    assert.equal(await registriesOf(docker, mirror).answersFor(other), true);
    await assert.rejects(
      pullImage(docker, publishedRef(other, mirror), () => undefined, never),
      (error) => error instanceof UserError && /could not be pulled/.test(error.message),
    );
  });

  it("with source pull: says within 3 s that a mirror is dead", async () => {
    const dead = `127.0.0.1:${await freePort()}`;
    const started = performance.now();
    await assert.rejects(
      ensureImages(["redis"], {
        mirror: dead,
        source: "pull",
        progress: silent,
        stateDir: join(folder, "state"),
        docker,
      }),
      (error) => error instanceof UserError && error.message.includes(dead),
    );
    assert.ok(performance.now() - started < 3_000);
  });

  it("waits no longer than its limit for a registry that takes the connection and says nothing", async () => {
    const mute = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(mute, "listening");
    const address = mute.address();
    assert.ok(typeof address === "object" && address !== null);
    const open = new Set<{ destroy(): void }>();
    mute.on("connection", (socket) => open.add(socket));
    const started = performance.now();
    assert.equal(await registriesOf(docker, `127.0.0.1:${address.port}`).answersFor(image), false);
    assert.ok(performance.now() - started < 3_000);
    for (const socket of open) socket.destroy();
    mute.close();
  });
});
