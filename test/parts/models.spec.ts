import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { extract } from "tar-stream";
import { SELF_TEST_MODEL } from "../../components/services/ollama/models";
import { LABEL, objectName } from "../../components/platforms/docker/names";
import { contentsOf, findStore, putFile } from "../../toolchain/commands/models/store";
import { imageHere } from "../support/bench";
import { docker, execute, executeOk, readAll } from "../support/engine";
import { ScratchStack } from "../support/scratch";
import { expectCode, root } from "../support/stack";
import { until } from "../support/until";

const NAME = "t-models";
const SUBNETS = "10.94.0.0/20";
const server = objectName(NAME, "ollama");
const volume = objectName(NAME, "ollama", "models");
const folder = mkdtempSync(join(tmpdir(), `${NAME}-`));
const gguf = join(folder, "tiny.gguf");

/** The server of a stack, as far as the command looks at it: its labels, its image, its volume. It is not started. */
async function makeServer(volumeOptions: Record<string, string> = {}): Promise<Docker.Container> {
  const Labels = { [LABEL.stack]: NAME, [LABEL.service]: "ollama" };
  await docker.createVolume({ Name: volume, Labels, DriverOpts: volumeOptions });
  return docker.createContainer({
    name: server,
    Image: await imageHere("ollama"),
    Entrypoint: ["ollama", "serve"],
    Cmd: [],
    User: "10007:10007",
    Env: ["OLLAMA_HOST=127.0.0.1:11435", "OLLAMA_NOPRUNE=1", "OLLAMA_NO_CLOUD=1"],
    Labels,
    HostConfig: {
      NetworkMode: "none",
      Init: true,
      Mounts: [{ Type: "volume", Source: volume, Target: "/models" }],
    },
  });
}

/** Removes the server and its volume, once what worked on it is gone. */
async function removeObjects(): Promise<void> {
  await docker
    .getContainer(server)
    .remove({ force: true, v: true })
    .catch(() => undefined);
  await until({ what: "the volume to be free", limitSeconds: 20, everySeconds: 0.2 }, async () => {
    await docker.getVolume(volume).remove();
    return true;
  });
}

/** Copies the model that lies in the image out of a container. */
async function copyModel(container: Docker.Container): Promise<void> {
  const archive = Readable.from(await container.getArchive({ path: SELF_TEST_MODEL.file }));
  for await (const entry of archive.pipe(extract())) writeFileSync(gguf, await readAll(entry));
}

describe("npm run models", function () {
  this.timeout(120_000);
  let stack: ScratchStack;
  let digest: string;

  const models = (...words: string[]) => stack.run("models", words);
  const listed = async (): Promise<string> => expectCode(0, await models()).stdout;
  const noted = (): string => readFileSync(join(root, `Pulumi.${NAME}.yaml`), "utf8");

  before(async () => {
    stack = await ScratchStack.create(NAME, SUBNETS);
    await stack.configure({ subnets: SUBNETS, profile: "full" });
    expectCode(0, await stack.pulumi(["stack", "init"]));
    await copyModel(await makeServer());
    digest = createHash("sha256").update(readFileSync(gguf)).digest("hex");
  });
  after(async () => {
    await docker
      .getVolume(volume)
      .inspect()
      .then(removeObjects, () => undefined);
    await stack?.discard();
    rmSync(folder, { recursive: true });
  });

  it("lists the built-in model as missing where the stack has not brought it yet", async () => {
    assert.match(await listed(), /^semblance-tiny +built in +missing: npm run up$/m);
  });

  it("brings a file into the volume and into the settings, and says what to do next", async () => {
    const { stdout } = expectCode(0, await models("add", "mine", gguf));
    assert.match(stdout, new RegExp(`^mine is stored \\(sha256 ${digest}\\) and noted in the settings`));
    assert.match(stdout, new RegExp(`^next: npm run up -- --stack ${NAME}$`, "m"));
    assert.match(noted(), new RegExp(`models: \\[{name: mine, sha256: ${digest}}\\]`));
    assert.match(await listed(), /^mine +file [0-9a-f]{12} +brought: npm run up makes it known to Ollama$/m);
  });

  it("lets Ollama make the model of that file, which answers", async () => {
    await docker.getContainer(server).start();
    await until({ what: "Ollama", limitSeconds: 30, everySeconds: 0.2 }, async () => {
      const { code } = await execute(server, ["ollama", "list"]);
      return code === 0;
    });
    const wish = { url: "http://127.0.0.1:11435", models: [{ name: "mine", sha256: digest }] };
    const bring = [
      "sh",
      "-c",
      `printf '%s' '${JSON.stringify(wish)}' > /tmp/x && ollama-models bring /tmp/x`,
    ];
    await executeOk(server, bring);
    assert.match(await executeOk(server, ["ollama", "run", "mine", "Who?"]), /self-test model of Semblance/);
    assert.match(await listed(), /^mine +file [0-9a-f]{12} +ready$/m);
  });

  it("does not note a model that could not be pulled", async () => {
    const before = noted();
    const { output } = expectCode(1, await models("pull", "semblance-no-such-model"));
    assert.match(output, /error: "semblance-no-such-model" could not be pulled: .+\n/);
    assert.match(
      output,
      /fix: where Ollama's library cannot be reached, bring a file: npm run models -- add/,
    );
    assert.equal(noted(), before);
  });

  it("leaves nothing of a file when it is interrupted", async () => {
    const big = join(folder, "big.gguf");
    writeFileSync(big, "GGUF");
    truncateSync(big, 8 * 1024 ** 3);
    const store = await findStore(docker, NAME, "npm run up");
    const controller = new AbortController();
    const say = (line: string): void => {
      if (/^(?!0 )\d+ MB/.test(line)) controller.abort(new Error("interrupted"));
    };
    await assert.rejects(putFile(store, big, 8, { say, signal: controller.signal }));
    assert.deepEqual((await executeOk(server, ["ls", "/models/blobs"])).match(/part/g), null);
    assert.ok((await contentsOf(store)).blobs.has(digest));
  });

  it("says that a volume is full", async () => {
    await removeObjects();
    await makeServer({ type: "tmpfs", device: "tmpfs", o: "size=128k,uid=10007,gid=10007" });
    const store = await findStore(docker, NAME, "npm run up");
    const { signal } = new AbortController();
    await assert.rejects(
      putFile(store, gguf, 1, { say: () => undefined, signal }),
      /could not be stored: .*no space left/,
    );
  });

  it("refuses a stack that is not up, or has no Ollama", async () => {
    await removeObjects();
    assert.match(
      expectCode(1, await models()).output,
      /"t-models" is not up on this engine\n {2}fix: npm run up -- --stack/,
    );
    await stack.configure({ subnets: SUBNETS, profile: "core" });
    assert.match(
      expectCode(1, await models("add", "mine", gguf)).output,
      /has profile core, which has no Ollama\n {2}fix: npm run up -- --stack t-models --profile full/,
    );
  });
});
