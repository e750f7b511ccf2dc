import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { jobName, type Model, SELF_TEST_MODEL } from "../../components/services/ollama/models";
import {
  type Allowed,
  clientRights,
  scrapeRights,
  setupRights,
} from "../../components/services/ollama/rights";
import { ollamaSetupJob, ollamaSpec } from "../../components/services/ollama/spec";
import { Ollama, OLLAMA_STATE } from "../../components/services/ollama";
import { Secrets } from "../../components/secrets";
import { Authority } from "../../components/tls";
import { membersOf } from "../../components/topology";
import { CANARY, recordProgram } from "../support/mocks";
import { RecordingPlatform } from "../support/recording-platform";
import { connection, fileOf, leaf, login, open, secretText, textsOf, trust } from "../support/samples";

const args = {
  leaf,
  trust,
  listen: ["10.89.0.2", "10.89.0.10", "10.89.0.18"],
  clients: [login("jupyter")],
  setup: login("ollama-setup"),
  scrape: login("prometheus"),
  memoryMiB: 2048,
};
const spec = ollamaSpec(args);

interface Door {
  readonly child: { readonly command: readonly string[]; readonly environment: Record<string, string> };
  readonly fronts: readonly {
    readonly name: string;
    readonly listen: readonly string[];
    readonly certificate: string;
    readonly key: string;
    readonly upstream: string;
    readonly ready: string;
    readonly clients: readonly {
      name: string;
      scheme: string;
      hashFile: string;
      allow: readonly Allowed[];
    }[];
    readonly metrics: { readonly path: string; readonly kind: string };
  }[];
}
const door = async (): Promise<Door> => JSON.parse(await fileOf(spec, "/etc/semblance/door.json")) as Door;

/** Everything that rights allow, as "METHOD path". */
const allowed = (rights: readonly Allowed[]): string[] =>
  rights.flatMap(({ methods, paths }) =>
    methods.flatMap((method) => paths.map((path) => `${method} ${path}`)),
  );

describe("Ollama", () => {
  it("shows itself by the door alone, on every address where it is dialled", async () => {
    const { child, fronts } = await door();
    assert.equal(fronts.length, 1);
    const [front] = fronts;
    assert.deepEqual(
      front?.listen,
      args.listen.map((address) => `${address}:11434`),
    );
    assert.equal(front?.upstream, `http://${child.environment["OLLAMA_HOST"]}`);
    assert.match(front?.upstream ?? "", /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.deepEqual(spec.ports, { https: { number: 11434 } });
    for (const file of [front?.certificate, front?.key]) assert.ok(file && file in (spec.files ?? {}), file);
  });

  it("knows each client by the hash of its own token, which is secret all the same", async () => {
    const [front] = (await door()).fronts;
    assert.deepEqual(
      front?.clients.map(({ name, scheme }) => [name, scheme]),
      [
        ["jupyter", "bearer"],
        ["ollama-setup", "bearer"],
        ["prometheus", "bearer"],
      ],
    );
    for (const { name, hashFile } of front?.clients ?? []) {
      const { text, secret } = await open(spec.files?.[hashFile as `/etc/semblance/${string}`] ?? "");
      assert.equal(text, createHash("sha256").update(secretText(name)).digest("hex"));
      assert.ok(secret);
    }
    const texts = [...(await textsOf(spec.files)).entries()].filter(([path]) => !path.endsWith("server.key"));
    for (const [path, { text }] of texts) assert.ok(!text.includes(CANARY), path);
  });

  it("gives each client the rights of its kind", async () => {
    const [front] = (await door()).fronts;
    assert.deepEqual(
      front?.clients.map(({ allow }) => allow),
      [clientRights, setupRights, scrapeRights],
    );
    assert.deepEqual(front?.metrics, { path: "/metrics", kind: "ollama" });
  });

  it("lets who asks models change none, and who brings models ask none", () => {
    const changes = /create|pull|push|delete|copy|blobs|\/\*$|^\* /;
    for (const right of allowed(clientRights).filter((one) => one !== "GET /v1/models/*"))
      assert.doesNotMatch(right, changes);
    assert.ok(allowed(clientRights).includes("POST /api/generate"));
    for (const right of allowed(setupRights))
      assert.doesNotMatch(right, /generate|chat|embed|completions|metrics/);
    assert.deepEqual(allowed(scrapeRights), ["GET /metrics"]);
  });

  it("keeps models through a restart, brought and not yet used ones too", async () => {
    const { environment } = (await door()).child;
    assert.deepEqual(spec.volumes, { models: { mountPath: "/models", onDown: "keep", sizeGiB: 100 } });
    assert.equal(spec.env?.["OLLAMA_MODELS"], "/models");
    assert.equal(environment["OLLAMA_NOPRUNE"], "1");
  });

  it("speaks to nobody else's machines", async () => {
    assert.equal((await door()).child.environment["OLLAMA_NO_CLOUD"], "1");
  });

  it("is ready when the door and the server behind it are", async () => {
    assert.deepEqual(spec.ready.command, ["door", "check", "/etc/semblance/door.json"]);
    assert.equal((await door()).fronts[0]?.ready, "/api/version");
  });

  it("computes on GPUs where it is told to, or does not start", () => {
    const withGpus = ollamaSpec({ ...args, gpu: { count: 2 } });
    assert.equal(withGpus.resources.gpus, 2);
    assert.equal(withGpus.image, "ollama-gpu");
    assert.deepEqual(withGpus.command, ["ollama-models", "gpus", "2", ...spec.command]);
    assert.equal(withGpus.env?.["OLLAMA_VULKAN"], "1");
    const capabilities = String(withGpus.env?.["NVIDIA_DRIVER_CAPABILITIES"]).split(",");
    assert.ok(capabilities.includes("graphics") && !capabilities.includes("all"));
  });

  it("leaves it to the platform which GPUs it sees", async () => {
    const withGpus = ollamaSpec({ ...args, gpu: { count: 2 } });
    const { child } = JSON.parse(await fileOf(withGpus, "/etc/semblance/door.json")) as Door;
    for (const name of Object.keys({ ...withGpus.env, ...child.environment }))
      assert.doesNotMatch(name, /VISIBLE_DEVICES/);
  });

  it("has nothing of GPUs where nobody asks for one", () => {
    assert.ok(!("gpus" in spec.resources));
    assert.equal(spec.image, "ollama");
    assert.deepEqual(spec.command, ["door", "/etc/semblance/door.json"]);
    assert.deepEqual(spec.env, { HOME: "/models", OLLAMA_MODELS: "/models" });
  });

  it("counts as up when Ollama answers its door, and not only the door us", () => {
    assert.deepEqual(OLLAMA_STATE, {
      service: "ollama",
      expression: 'door_upstream_up{job="ollama",front="https"}',
    });
  });
});

describe("the job that brings a model", () => {
  const server = { ...connection("ollama", "https", 11434), token: login("ollama-setup").password };
  const jobOf = (model: Model) => ollamaSetupJob({ server, model });
  const configured = async (model: Model) =>
    JSON.parse(await fileOf(jobOf(model), "/etc/semblance/models.json")) as Record<string, unknown>;

  it("asks over verified TLS, with a token out of a file", async () => {
    const job = jobOf(SELF_TEST_MODEL);
    const { models, ...rest } = await configured(SELF_TEST_MODEL);
    assert.deepEqual(rest, {
      url: "https://ollama:11434",
      tokenFile: "/etc/semblance/secrets/token",
      caFile: "/etc/semblance/tls/ca.crt",
    });
    assert.deepEqual(models, [SELF_TEST_MODEL]);
    assert.equal(await fileOf(job, "/etc/semblance/secrets/token"), secretText("ollama-setup"));
    assert.ok((await open(job.files?.["/etc/semblance/secrets/token"] ?? "")).secret);
    assert.equal(await fileOf(job, "/etc/semblance/tls/ca.crt"), "the authority");
    assert.deepEqual(job.uses, [server]);
  });

  it("tells a file by its digest, and a model of the library by its name alone", async () => {
    const file = { name: "mine", sha256: "0".repeat(64), parameters: { num_ctx: 8192 } };
    assert.deepEqual((await configured(file))["models"], [file]);
    assert.deepEqual((await configured({ name: "llama3.2:1b" }))["models"], [{ name: "llama3.2:1b" }]);
  });

  it("has a name that containers can have", () => {
    assert.equal(jobName({ name: "llama3.2:1b" }), "ollama-setup-llama3-2-1b");
    assert.equal(jobName({ name: "Org/Model_Q4" }), "ollama-setup-org-model-q4");
  });
});

describe("the component of Ollama", () => {
  const models = [SELF_TEST_MODEL, { name: "llama3.2:1b" }];
  const made = async (more: { readonly gpu?: { readonly count: number } } = {}) => {
    const platform = new RecordingPlatform(membersOf({ profile: "full", development: false }));
    const { result: ollama } = await recordProgram(() => {
      const certificates = new Authority("authority", { commonName: "test" }, {});
      const secrets = new Secrets("secrets", {});
      return new Ollama(
        "ollama",
        { platform, certificates, secrets },
        { clients: ["jupyter"], models, ...more },
        {},
      );
    });
    return { ollama, platform };
  };

  it("runs the server, and one job per model as the member that the topology has for it", async () => {
    const { platform } = await made();
    assert.deepEqual([...platform.servers.keys()], ["ollama"]);
    assert.deepEqual(
      platform.jobs.map(({ member, name }) => [member, name]),
      [
        ["ollama-setup", "ollama-setup-semblance-tiny"],
        ["ollama-setup", "ollama-setup-llama3-2-1b"],
      ],
    );
  });

  it("gives each client, and Prometheus, a token that is nobody else's", async () => {
    const { ollama, platform } = await made();
    const files = platform.servers.get("ollama")?.files ?? {};
    const known = async (name: string) =>
      (await open(files[`/etc/semblance/secrets/${name}.sha256`] ?? "")).text;
    const hashOf = async (token: Parameters<typeof open>[0]) =>
      createHash("sha256")
        .update((await open(token)).text)
        .digest("hex");
    const { credential } = ollama.target;
    assert.ok(credential.kind === "bearer");
    assert.equal(await hashOf(ollama.connection("jupyter").token), await known("jupyter"));
    assert.equal(await hashOf(credential.token), await known("prometheus"));
    assert.notEqual(await known("jupyter"), await known("prometheus"));
  });

  it("runs the server and its jobs in one image, with GPUs and without", async () => {
    for (const [gpu, image] of [
      [{}, "ollama"],
      [{ gpu: { count: 1 } }, "ollama-gpu"],
    ] as const) {
      const { platform } = await made(gpu);
      assert.equal(platform.servers.get("ollama")?.image, image);
      assert.equal(platform.servers.get("ollama")?.resources.gpus, "gpu" in gpu ? 1 : undefined);
      assert.deepEqual(
        platform.jobs.map(({ spec: job }) => [job.image, job.resources.gpus]),
        models.map(() => [image, undefined]),
      );
    }
  });
});
