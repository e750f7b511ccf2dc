import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack } from "tar-stream";
import { containersOf, docker, label, logsOf, readAll } from "../support/engine";
import { authority, login, urls } from "../support/facts";
import { fetchFrom } from "../support/https";
import { ArgumentWatch, inFiles, inHistory, inInspect, inLayers, inText } from "../support/hunt";
import { Prometheus } from "../support/prometheus";
import { type Needles, pieces, secretsOf } from "../support/secrets";
import { expectCode, project, projectOk, root, stackName, start } from "../support/stack";

describe("canary: no generated secret where it does not belong", function () {
  this.timeout(600_000);
  let needles: Needles;
  let ca: string;
  let operator: { username: string; password: string };

  before(async () => {
    needles = await secretsOf();
    ca = await authority();
    operator = await login("operator");
  });

  it("the hunt knows the secrets: those that npm run password shows are among them", async () => {
    assert.ok(needles.size > 30, `only ${needles.size} pieces of secrets were found in the state`);
    for (const name of ["label-studio", "operator", "annotator"]) {
      const { password } = await login(name);
      assert.ok(
        [...needles.values()].some((needle) => needle.equals(Buffer.from(password))),
        `${name} is not hunted`,
      );
    }
  });

  it("not in the state, its backups and histories, nor in any other file of the project", async () => {
    const { stdout } = await projectOk("env", ["--stack", stackName]);
    const backend = /PULUMI_BACKEND_URL='?file:\/\/([^'\n]+)/.exec(stdout)?.[1];
    const folders = [join(root, ".semblance"), ...(backend === undefined ? [] : [backend])];
    for (const folder of new Set(folders)) {
      const { finds, files } = await inFiles(needles, folder);
      assert.ok(files > 2, `${folder} holds only ${files} files`);
      assert.deepEqual(finds, []);
    }
  });

  it("not in docker inspect of any container", async () => {
    const { finds, containers } = await inInspect(needles);
    assert.ok(containers >= 10);
    assert.deepEqual(finds, []);
  });

  it("not in process arguments, terminal output or logs, while jobs run again and people log in", async () => {
    const watch = new ArgumentWatch(needles);
    let shown = "";
    try {
      // Without their containers the jobs, which handle most passwords, run again.
      for (const container of await containersOf()) {
        if (container.Config.Labels[label.job] !== undefined)
          await docker.getContainer(container.Id).remove({ force: true });
      }
      shown = expectCode(0, await project("up", ["--stack", stackName], { limitSeconds: 300 })).output;
      shown += (await project("status", ["--stack", stackName])).output;
      await careless();
    } finally {
      const { finds, looks, commandLines } = watch.stop();
      assert.deepEqual(finds, []);
      assert.ok(looks > 100 && commandLines > 50, `looked ${looks} times, at ${commandLines} command lines`);
    }
    assert.deepEqual(inText(needles, "terminal output", shown), []);
    for (const { Id, Name } of await containersOf()) {
      assert.deepEqual(inText(needles, `log of ${Name}`, await logsOf(Id)), []);
    }
  });

  /** Does what people should not: passwords in links, wrong tokens, a login that fails. */
  async function careless(): Promise<void> {
    const url = await urls();
    const [home, labelStudio] = [url("home"), url("label-studio")];
    const { password } = operator;
    for (const base of [home, labelStudio]) {
      await fetchFrom(new URL(`/?token=${password}&password=${password}`, base), { ca, login: operator });
      await fetchFrom(new URL("/api/projects/", base), {
        ca,
        headers: { Authorization: `Token ${password}` },
      });
      await fetchFrom(new URL("/", base), {
        ca,
        headers: { Cookie: `sessionid=${password}`, Referer: `${home.href}?key=${password}` },
      });
    }
  }

  it("not in what Prometheus shows", async () => {
    const prometheus = new Prometheus((await urls())("prometheus"), ca, operator);
    for (const path of [
      "status/config",
      "status/flags",
      "status/runtimeinfo",
      "targets",
      "rules",
      "metadata",
    ]) {
      const text = await prometheus.text(`/api/v1/${path}`);
      assert.ok(text.length > 20);
      assert.deepEqual(inText(needles, `Prometheus' ${path}`, text), []);
    }
  });

  it("not in the history or the layers of the images", async () => {
    const images = [...new Set((await containersOf()).map(({ Image }) => Image))];
    assert.ok(images.length >= 6);
    for (const image of images) assert.deepEqual(await inHistory(needles, image), []);
    // Is in each image: when it is not found, layers are kept in a form that cannot be searched like this.
    const sign = Buffer.from("root:x:0:0:");
    const found = await inLayers(images, [sign, ...needles.values()]);
    assert.ok(found.delete(sign.toString()), "the layers cannot be searched");
    assert.deepEqual(
      [...needles].filter(([, needle]) => found.has(needle.toString())).map(([secret]) => secret),
      [],
    );
  });
});

describe("canary: the hunt finds what is planted", function () {
  this.timeout(60_000);
  const canary = `Canary0${randomBytes(16).toString("hex")}`;
  const needles: Needles = new Map([["planted", Buffer.from(canary)]]);
  const image = "t-live-canary:1";
  const name = "t-live-canary";
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "semblance-canary-"));
    const archive = pack();
    archive.entry({ name: "etc/secret" }, canary);
    archive.finalize();
    const tar = Readable.from([await readAll(archive)]);
    await readAll(
      await docker.importImage(tar, { repo: "t-live-canary", tag: "1", changes: `LABEL planted=${canary}` }),
    );
  });
  after(async () => {
    await docker.getContainer(name).remove({ force: true });
    await docker.getImage(image).remove();
    await rm(folder, { recursive: true });
  });

  it("in text, and in pieces of a longer text", () => {
    assert.deepEqual(inText(needles, "here", `{"a":"${canary}"}`), [{ where: "here", secret: "planted" }]);
    assert.deepEqual(inText(needles, "here", "nothing"), []);
    assert.deepEqual(pieces(`Basic ${canary}\nuser x`), [canary]);
  });

  it("in files", async () => {
    await writeFile(join(folder, "state.json"), `"${canary}"`);
    const { finds } = await inFiles(needles, folder);
    assert.deepEqual(finds, [{ where: join(folder, "state.json"), secret: "planted" }]);
  });

  it("in docker inspect, in the history and in the layers of an image", async () => {
    await docker.createContainer({ name, Image: image, Cmd: ["none"], Env: [`PASSWORD=${canary}`] });
    assert.deepEqual((await inInspect(needles)).finds, [
      { where: `docker inspect /${name}`, secret: "planted" },
    ]);
    assert.equal((await inHistory(needles, image)).length, 1);
    assert.deepEqual([...(await inLayers([image], [Buffer.from(canary)]))], [canary]);
    assert.deepEqual([...(await inLayers([image], [Buffer.from("Canary1")]))], []);
  });

  it("in the arguments of a process", async () => {
    const watch = new ArgumentWatch(needles);
    const child = spawn("sh", ["-c", "sleep 1; :", canary], { stdio: "ignore" });
    await new Promise((resolve) => child.once("close", resolve));
    assert.deepEqual(watch.stop().finds, [{ where: "arguments of sh", secret: "planted" }]);
  });

  it("in what a command says", async () => {
    const ended = await start("printf", ["%s", canary]).ended;
    assert.equal(inText(needles, "output", ended.output).length, 1);
  });
});
