import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { SELF_TEST_MODEL } from "../../components/services/ollama/models";
import { ollamaSetupJob, ollamaSpec } from "../../components/services/ollama/spec";
import { buildImage } from "../../toolchain/images/build";
import { networkArguments } from "../../toolchain/images/environment";
import { imageHere } from "../support/bench";
import { docker, executeOk, logsOf } from "../support/engine";
import { connection, login, secretText } from "../support/samples";
import { leafOf } from "../engine/gateway-bench";
import { get } from "../engine/gateway-client";
import { ThrowAwayAuthority } from "../engine/gateway-pki";
import { NetworkBench } from "./network-bench";
import { SUBNETS } from "./subnets";

const pki = new ThrowAwayAuthority();
const trust = { caCertificate: pki.ca };
const setup = login("ollama-setup");
const bench = new NetworkBench("t-ollama-gpu", SUBNETS.ollamaGpu);
const ADDRESS = bench.address(2);
const gpu = { count: 1 };
const spec = ollamaSpec({
  leaf: leafOf(pki.issue("ollama", "localhost")),
  trust,
  listen: [ADDRESS],
  clients: [login("jupyter")],
  setup,
  scrape: login("prometheus"),
  memoryMiB: 2048,
  gpu,
});

/** Asks as the client. */
async function ask(path: string, body?: object): Promise<Record<string, unknown>> {
  const reply = await get(
    { address: ADDRESS, port: 11434, ca: pki.ca },
    {
      host: "ollama",
      path,
      headers: { Authorization: `Bearer ${secretText("jupyter")}` },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    },
  );
  assert.equal(reply.status, 200, reply.body);
  return JSON.parse(reply.body) as Record<string, unknown>;
}

/** Mesa's Vulkan in software takes the part of a GPU: the code is that which runs on one, and so are the shaders. */
const SOFTWARE_GPU = "semblance-curation/t-ollama-gpu:software";
const SOFTWARE = {
  // It says that it is a processor, so that it is used only where it is named.
  GGML_VK_VISIBLE_DEVICES: "0",
  // Mesa 25.0 crashes while it translates the shader of flash attention; GPUs have translators of their own.
  OLLAMA_FLASH_ATTENTION: "0",
};

async function buildSoftwareGpu(image: string, folder: string): Promise<void> {
  const dockerfile = [
    `FROM ${image}`,
    "USER root",
    "RUN apt-get update && apt-get install -y --no-install-recommends mesa-vulkan-drivers",
    `USER ${spec.user.uid}:${spec.user.gid}`,
  ];
  await buildImage(docker, {
    name: "software GPU",
    tag: SOFTWARE_GPU,
    files: [{ path: "Dockerfile", content: Buffer.from(dockerfile.join("\n")), executable: false }],
    buildArguments: networkArguments(),
    log: join(folder, "build.log"),
    say: () => undefined,
    signal: new AbortController().signal,
  });
}

describe("Ollama on GPUs", function () {
  this.timeout(600_000);
  const folder = mkdtempSync(join(tmpdir(), "t-ollama-gpu-"));
  let container: Docker.Container | undefined;
  before(async function () {
    const image = await imageHere("ollama-gpu").catch(() => undefined);
    if (image === undefined) {
      console.log(
        "      skipped: the image ollama-gpu is not here; npm run up with ollama.gpu nvidia builds it",
      );
      this.skip();
    }
    await bench.open();
    await buildSoftwareGpu(image, folder);
  });
  after(async () => {
    await bench.close();
    await docker
      .getImage(SOFTWARE_GPU)
      .remove()
      .catch(() => undefined);
    rmSync(folder, { recursive: true });
  });

  it("does not start where it finds none, and says what to do", async () => {
    const { code, said } = await bench.job("none", spec);
    assert.equal(code, 1);
    assert.match(said, /"msg":"a GPU is missing"/);
    assert.match(
      said,
      /is to compute on 1 GPU\(s\) and finds 0\\n {2}fix: .*Vulkan.*settings\.ollama\.gpu to none/,
    );
  });

  it("starts where it finds one, and says which", async () => {
    const env = { ...spec.env, ...SOFTWARE };
    container = await bench.start("ollama", 2, { ...spec, env }, { options: { Image: SOFTWARE_GPU } });
    assert.match(await logsOf(container.id), /"asked":1,"found":\["llvmpipe .* by Vulkan"\]/);
    const server = { ...connection("ollama", "https", 11434), trust, token: setup.password };
    const { code, said } = await bench.job("bring", ollamaSetupJob({ server, model: SELF_TEST_MODEL, gpu }));
    assert.equal(code, 0, said);
  });

  it("answers with every layer of the model on it", async () => {
    const { name: model } = SELF_TEST_MODEL;
    const answer = await ask("/api/generate", { model, prompt: "Who?", stream: false });
    assert.match(String(answer["response"]), /^This is the self-test model of Semblance/);
    const [loaded] = (await ask("/api/ps"))["models"] as {
      readonly size: number;
      readonly size_vram: number;
    }[];
    assert.ok(loaded !== undefined && loaded.size_vram > 0);
    assert.equal(loaded.size_vram, loaded.size);
    assert.match(await logsOf(container?.id ?? ""), /offloaded (\d+)\/\1 layers to GPU/);
  });

  it("has what NVIDIA's driver loads beside it, and no library of a driver itself", async () => {
    const inside = container?.id ?? "";
    const there = await executeOk(inside, ["ls", "/usr/local/lib/ollama/vulkan"]);
    for (const library of [
      "libvulkan.so.1",
      "libEGL.so.1",
      "libGLdispatch.so.0",
      "libX11.so.6",
      "libXext.so.6",
    ])
      assert.ok(there.split("\n").includes(library), library);
    assert.doesNotMatch(there, /nvidia|mesa/i);
    for (const file of ["/etc/vulkan/icd.d/nvidia_icd.json", "/usr/share/glvnd/egl_vendor.d/10_nvidia.json"])
      assert.match(await executeOk(inside, ["cat", file]), /"library_path": "lib(GLX|EGL)_nvidia\.so\.0"/);
  });
});
