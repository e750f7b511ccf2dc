import assert from "node:assert/strict";
import type Docker from "dockerode";
import { type Model, SELF_TEST_MODEL } from "../../components/services/ollama/models";
import { ollamaSetupJob, ollamaSpec } from "../../components/services/ollama/spec";
import { ready } from "../support/bench";
import { executeOk, logsOf } from "../support/engine";
import { CANARY } from "../support/mocks";
import { connection, login, secretText } from "../support/samples";
import { until } from "../support/until";
import { leafOf, opens } from "../engine/gateway-bench";
import { get, type Reply } from "../engine/gateway-client";
import { ThrowAwayAuthority } from "../engine/gateway-pki";
import { NetworkBench } from "./network-bench";
import { SUBNETS } from "./subnets";

const pki = new ThrowAwayAuthority();
const trust = { caCertificate: pki.ca };
const setup = login("ollama-setup");
const server = { ...connection("ollama", "https", 11434), trust, token: setup.password };
const bench = new NetworkBench("t-ollama", SUBNETS.ollama);
const ADDRESS = bench.address(2);
const door = { address: ADDRESS, port: 11434, ca: pki.ca };

const bring = (name: string, model: Model) => bench.job(name, ollamaSetupJob({ server, model }));

/** Asks as a client, with its own token. */
const ask = (client: string, path: string, body?: object): Promise<Reply> =>
  askWith({ Authorization: `Bearer ${secretText(client)}` }, path, body);

const askWith = (headers: Readonly<Record<string, string>>, path: string, body?: object): Promise<Reply> =>
  get(door, {
    host: "ollama",
    path,
    headers,
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });

const lines = ({ body }: Reply): Record<string, unknown>[] =>
  body
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** The value of one series. */
async function metric(series: string): Promise<number> {
  const { status, body } = await ask("prometheus", "/metrics");
  assert.equal(status, 200);
  const line = body.split("\n").find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? NaN);
}

describe("Ollama behind its door", function () {
  this.timeout(120_000);
  const spec = ollamaSpec({
    leaf: leafOf(pki.issue("ollama", "localhost")),
    trust,
    listen: [ADDRESS],
    clients: [login("jupyter")],
    setup,
    scrape: login("prometheus"),
    memoryMiB: 2048,
  });
  let container: Docker.Container;
  before(async () => {
    await bench.open();
    const host = { RestartPolicy: { Name: "unless-stopped" } };
    container = await bench.start("ollama", 2, spec, { host });
    const { code, said } = await bring("bring-first", SELF_TEST_MODEL);
    assert.equal(code, 0, said);
  });
  after(() => bench.close());

  it("has the model that the job brought, which finds it there the next time", async () => {
    const { body } = await ask("jupyter", "/api/tags");
    assert.match(body, /"semblance-tiny:latest"/);
    const { code, said } = await bring("bring-again", SELF_TEST_MODEL);
    assert.equal(code, 0, said);
    assert.match(said, /"the model is there"/);
  });

  it("generates, piece by piece", async () => {
    const answer = lines(await ask("jupyter", "/api/generate", { model: "semblance-tiny", prompt: "Who?" }));
    assert.ok(answer.length > 10);
    assert.match(
      answer.map(({ response }) => response).join(""),
      /^This is the self-test model of Semblance/,
    );
    assert.equal(answer.at(-1)?.["done_reason"], "stop");
  });

  it("chats, in Ollama's words and in OpenAI's", async () => {
    const question = {
      model: "semblance-tiny",
      messages: [{ role: "user", content: "Who?" }],
      stream: false,
    };
    const [chat] = lines(await ask("jupyter", "/api/chat", question));
    assert.match(JSON.stringify(chat?.["message"]), /This is the self-test model/);
    const [completion] = lines(await ask("jupyter", "/v1/chat/completions", question));
    assert.match(JSON.stringify(completion?.["choices"]), /This is the self-test model/);
  });

  it("embeds: the same text to the same vector, another text to another", async () => {
    const [answer] = lines(
      await ask("jupyter", "/api/embed", { model: "semblance-tiny", input: ["a cat", "a cat", "two dogs"] }),
    );
    const [first, second, third] = answer?.["embeddings"] as number[][];
    assert.equal(first?.length, 64);
    assert.deepEqual(first, second);
    assert.notDeepEqual(first, third);
  });

  it("answers nobody without a token, with a wrong one, or with another's", async () => {
    const question = { model: "semblance-tiny", prompt: "Who?" };
    assert.equal((await askWith({}, "/api/generate", question)).status, 401);
    assert.equal((await askWith({ Authorization: "Bearer guess" }, "/api/tags")).status, 401);
    assert.equal((await ask("prometheus", "/api/generate", question)).status, 403);
    assert.equal((await ask("ollama-setup", "/api/generate", question)).status, 403);
    assert.equal((await ask("jupyter", "/metrics")).status, 403);
  });

  it("lets a client change no model", async () => {
    for (const path of ["/api/pull", "/api/create", "/api/copy", "/api/push", "/api/generate/../pull"]) {
      const { status } = await ask("jupyter", path, { model: "semblance-tiny" });
      assert.ok(status === 403 || status === 400, `${path}: ${status}`);
    }
    const headers = { Authorization: `Bearer ${secretText("jupyter")}` };
    const deletion = { host: "ollama", path: "/api/delete", method: "DELETE", headers };
    assert.equal((await get(door, { ...deletion, body: '{"model":"semblance-tiny"}' })).status, 403);
    assert.match((await ask("jupyter", "/api/tags")).body, /"semblance-tiny:latest"/);
  });

  it("is not to be reached around the door", async () => {
    assert.equal(await opens(ADDRESS, 11434), true);
    assert.equal(await opens(ADDRESS, 11435), false);
  });

  it("tells tokens and times per client and model", async () => {
    const labels = '{client="jupyter",model="semblance-tiny:latest"}';
    const before = await metric(`ollama_generated_tokens_total${labels}`);
    const [answer] = lines(
      await ask("jupyter", "/api/generate", { model: "semblance-tiny", prompt: "Who?", stream: false }),
    );
    const generated = answer?.["eval_count"];
    assert.ok(typeof generated === "number" && generated > 10);
    assert.equal((await metric(`ollama_generated_tokens_total${labels}`)) - before, generated);
    assert.ok((await metric(`ollama_prompt_tokens_total${labels}`)) > 0);
    assert.ok((await metric(`ollama_eval_seconds_total${labels}`)) > 0);
    const endpoint = 'client="jupyter",endpoint="/api/generate",model="semblance-tiny:latest"';
    assert.ok((await metric(`ollama_requests_total{${endpoint},outcome="ok"}`)) > 0);
    assert.ok((await metric(`ollama_time_to_first_token_seconds_count{${endpoint}}`)) > 0);
    assert.equal(await metric('door_upstream_up{front="https"}'), 1);
  });

  it("counts a model that is not there as an error, under no name that a client can make up", async () => {
    const { status } = await ask("jupyter", "/api/generate", { model: "made-up", prompt: "Who?" });
    assert.equal(status, 404);
    const series = 'client="jupyter",endpoint="/api/generate",model="unknown",outcome="error"';
    assert.ok((await metric(`ollama_requests_total{${series}}`)) > 0);
  });

  it("takes a file that was put among its blobs, and says what to do where there is none", async () => {
    const missing = await bring("bring-nothing", { name: "mine", sha256: "0".repeat(64) });
    assert.equal(missing.code, 1);
    assert.match(missing.said, /the server has no blob sha256:0{64}\\n {2}fix: .*ollama-models put/);
    const file = "/usr/local/share/semblance/semblance-tiny.gguf";
    const digest = await executeOk(container.id, ["sh", "-c", `ollama-models put < ${file}`]);
    const [, sha256 = ""] = digest.trim().split(":");
    const { code, said } = await bring("bring-file", { name: "mine:1b", sha256 });
    assert.equal(code, 0, said);
    assert.match((await ask("jupyter", "/api/tags")).body, /"mine:1b"/);
  });

  it("says what to do for a model of the library, which no internal network leads to", async () => {
    const { code, said } = await bring("bring-far", { name: "llama3.2:1b" });
    assert.equal(code, 1);
    assert.match(said, /fix: .*ollama-models pull llama3\.2:1b/);
  });

  it("logs JSON, and no token, prompt or answer", async () => {
    await ask("jupyter", "/api/generate", { model: "semblance-tiny", prompt: "an-unusual-prompt" });
    const logs = await logsOf(container.id);
    const entries = logs
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.ok(
      entries.some(
        ({ msg, client, path }) => msg === "request" && client === "jupyter" && path === "/api/generate",
      ),
    );
    assert.ok(entries.some(({ source }) => source === "ollama"));
    for (const secret of [CANARY, "an-unusual-prompt", "self-test model of"])
      assert.ok(!logs.includes(secret), secret);
  });

  it("ends with its child, comes back, and still has its models", async () => {
    const { State, RestartCount } = await container.inspect();
    const kill = `for p in /proc/[0-9]*; do [ "$(cat $p/comm)" = ollama ] && kill -9 "\${p#/proc/}"; done; true`;
    await executeOk(container.id, ["sh", "-c", kill]).catch(() => "the container ended first");
    await until({ what: "the restart", limitSeconds: 30 }, async () => {
      const now = await container.inspect();
      return now.RestartCount > RestartCount && now.State.StartedAt !== State.StartedAt;
    });
    await ready(container, spec);
    assert.match((await ask("jupyter", "/api/tags")).body, /"semblance-tiny:latest"/);
    assert.match(await logsOf(container.id), /the server behind the door has ended/);
  });

  it("ends by itself when it is asked to", async () => {
    await container.stop({ t: 30 });
    const { State } = await container.inspect();
    assert.equal(State.ExitCode, 0);
  });
});
