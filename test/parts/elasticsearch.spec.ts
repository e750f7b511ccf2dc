import assert from "node:assert/strict";
import type Docker from "dockerode";
import type { GeneratedLogin } from "../../components/core/foundation";
import { elasticsearchExporterSpec } from "../../components/services/elasticsearch/exporter";
import { opensearchSpec } from "../../components/services/elasticsearch/opensearch";
import { type SearchUser, setupJob } from "../../components/services/elasticsearch/setup";
import { ready } from "../support/bench";
import { docker, execute, executeOk, logsOf } from "../support/engine";
import { open } from "../support/samples";
import { until } from "../support/until";
import { leafOf, login } from "../engine/gateway-bench";
import { ThrowAwayAuthority } from "../engine/gateway-pki";
import { clientCertificate } from "./elasticsearch-pki";
import { NetworkBench } from "./network-bench";
import { SUBNETS } from "./subnets";

const pki = new ThrowAwayAuthority();
const trust = { caCertificate: pki.ca };
const operator = clientCertificate("elasticsearch-setup");
const bench = new NetworkBench("t-elasticsearch", SUBNETS.elasticsearch);
const ADDRESS = bench.address(2);
const jupyter = login("jupyter", "jupyterPassword1");
const other = login("other", "otherPassword1");
const exporter = login("elasticsearch-exporter", "exporterPassword1");

const spec = opensearchSpec({
  leaf: leafOf(pki.issue("elasticsearch", "localhost")),
  trust,
  listen: [ADDRESS],
  memoryMiB: 1024,
  clientTrust: { caCertificate: operator.ca },
  adminName: "elasticsearch-setup",
});
const connection = {
  server: "elasticsearch",
  port: "https",
  address: { host: "elasticsearch", port: 9200 },
  trust,
  readyWhen: [],
} as const;
const usersWith = (asJupyter: GeneratedLogin): SearchUser[] => [
  { login: asJupyter, rights: { patterns: ["datasets-*", "annotations-*"] } },
  { login: other, rights: { patterns: ["other-*"] } },
  { login: exporter, rights: "statistics" },
];
const job = (users: readonly SearchUser[]) =>
  setupJob({ ...connection, engine: "opensearch", identity: leafOf(operator) }, users);

describe("OpenSearch in Elasticsearch's place", function () {
  this.timeout(300_000);
  let server: Docker.Container;

  /** What the server says to a client, which dials it by its name. */
  async function ask(as: GeneratedLogin | undefined, path: string, request?: [method: string, body: object]) {
    const user = as === undefined ? [] : ["--user", `${as.username}:${(await open(as.password)).text}`];
    const [method, body] = request ?? ["GET"];
    const said = await executeOk(server.id, [
      ...["curl", "--silent", "--show-error", "--cacert", "/etc/semblance/tls/ca.crt", "--request", method],
      ...["--write-out", "\n%{http_code}", ...user],
      ...(body === undefined ? [] : ["--header", "Content-Type: application/json"]),
      ...(body === undefined ? [] : ["--data-binary", JSON.stringify(body)]),
      `https://elasticsearch:9200${path}`,
    ]);
    const end = said.lastIndexOf("\n");
    return { status: Number(said.slice(end + 1)), text: said.slice(0, end) };
  }
  const statusOf = async (...asked: Parameters<typeof ask>): Promise<number> => (await ask(...asked)).status;
  const curl = (...args: string[]) => execute(server.id, ["curl", "--silent", "--max-time", "10", ...args]);

  before(async () => {
    await bench.open();
    server = await bench.start("elasticsearch", 2, spec, { limitSeconds: 240 });
    const { code, said } = await bench.job("setup", job(usersWith(jupyter)));
    assert.equal(code, 0, said);
  });
  after(() => bench.close());

  it("speaks TLS 1.2 and newer, under its own name, and nothing else", async () => {
    const ca = ["--cacert", "/etc/semblance/tls/ca.crt"];
    assert.equal((await curl(...ca, "https://elasticsearch:9200/")).code, 0);
    assert.equal((await curl(...ca, "--tls-max", "1.2", "https://elasticsearch:9200/")).code, 0);
    assert.equal((await curl(...ca, "--tls-max", "1.1", "https://elasticsearch:9200/")).code, 35);
    assert.equal((await curl(...ca, `https://${ADDRESS}:9200/`)).code, 60, "not by its address");
    assert.notEqual((await curl("http://elasticsearch:9200/")).code, 0, "not in clear");
  });

  it("listens where it is told to, and to other nodes on the loopback address only", async () => {
    const tables = await executeOk(server.id, ["cat", "/proc/net/tcp", "/proc/net/tcp6"]);
    const listening = [...tables.matchAll(/^ *\d+: (\w+:\w+) \w+:0000 0A (?:\S+ ){3} *10011 /gm)].map(
      ([, at]) => at,
    );
    const address = ADDRESS.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
    const outside = `${address.reverse().join("").toUpperCase()}:23F0`;
    assert.deepEqual(listening.sort(), ["0100007F:23F0", "0100007F:2454", outside].sort());
  });

  it("lets in who knows a password, and nobody else", async () => {
    assert.equal(await statusOf(jupyter, "/"), 200);
    assert.equal(await statusOf(undefined, "/"), 401);
    assert.equal(await statusOf(undefined, "/datasets-x/_search"), 401);
    assert.equal(await statusOf(login("jupyter", "otherPassword1"), "/"), 401);
    assert.equal(await statusOf(login("admin", "admin"), "/"), 401, "no user that everybody knows");
    assert.equal(await statusOf(login("elasticsearch-setup", ""), "/"), 401);
  });

  it("finds what its client indexed, in the shape that the template gives it", async () => {
    const dataset = { name: "cats and dogs", version: "1", items: 12, created_at: "2026-01-01" };
    assert.equal(await statusOf(jupyter, "/datasets-main/_doc/1?refresh=true", ["PUT", dataset]), 201);
    const found = await ask(jupyter, "/datasets-main/_search?q=name.text:dogs");
    assert.match(found.text, /"total":\{"value":1,/);
    const mapping = await ask(jupyter, "/datasets-main/_mapping");
    assert.match(mapping.text, /"version":\{"type":"keyword"/);
    assert.match(mapping.text, /"created_at":\{"type":"date"/);
    const settings = await ask(jupyter, "/datasets-main/_settings");
    assert.match(settings.text, /"number_of_replicas":"0"/);
    const bad = { items: "a dozen" };
    assert.equal(await statusOf(jupyter, "/datasets-main/_doc", ["POST", bad]), 400);
  });

  it("changes and deletes by query, with a script", async () => {
    const annotation = { labels: ["cat"], result: [{ value: { x: 1 } }] };
    assert.equal(await statusOf(jupyter, "/annotations-a/_doc/1?refresh=true", ["PUT", annotation]), 201);
    const script = { script: { source: "ctx._source.score = 0.5" } };
    const updated = await ask(jupyter, "/annotations-a/_update_by_query?refresh=true", ["POST", script]);
    assert.match(updated.text, /"updated":1,/);
    const query = { query: { term: { labels: "cat" } } };
    const deleted = await ask(jupyter, "/annotations-a/_delete_by_query", ["POST", query]);
    assert.match(deleted.text, /"deleted":1,/);
    assert.doesNotMatch(await logsOf(server.id), /Failed to clear scroll/);
  });

  it("keeps a client out of what belongs to another", async () => {
    const alone = { settings: { number_of_replicas: 0 } };
    assert.equal(await statusOf(other, "/other-1", ["PUT", alone]), 200);
    assert.equal(await statusOf(other, "/other-1/_doc/1?refresh=true", ["PUT", { a: 1 }]), 201);
    assert.equal(await statusOf(jupyter, "/other-1/_search"), 403);
    assert.equal(await statusOf(jupyter, "/other-1/_doc", ["POST", { a: 2 }]), 403);
    assert.equal(await statusOf(jupyter, "/other-1", ["DELETE", {}]), 403);
    assert.equal(await statusOf(other, "/datasets-main/_doc/1"), 403);
    const everything = await ask(other, "/*/_search");
    assert.equal(everything.status, 200);
    assert.doesNotMatch(everything.text, /dogs/);
  });

  it("keeps clients out of users, templates and settings", async () => {
    const role = { cluster_permissions: ["*"] };
    assert.equal(await statusOf(jupyter, "/_plugins/_security/api/roles/jupyter", ["PUT", role]), 403);
    assert.equal(await statusOf(jupyter, "/_plugins/_security/api/internalusers"), 403);
    assert.equal(await statusOf(jupyter, "/.opendistro_security/_search"), 403);
    assert.equal(await statusOf(jupyter, "/_index_template/datasets", ["DELETE", {}]), 403);
    const setting = { persistent: { "action.destructive_requires_name": false } };
    assert.equal(await statusOf(jupyter, "/_cluster/settings", ["PUT", setting]), 403);
  });

  it("shows the exporter statistics and no document", async () => {
    assert.match((await ask(exporter, "/_cluster/health")).text, /"status":"green"/);
    assert.equal(await statusOf(exporter, "/_nodes/stats"), 200);
    assert.equal(await statusOf(exporter, "/datasets-main/_search"), 403);
  });

  it("takes a new password when it is set up again, and forgets the old one", async () => {
    const renewed = login("jupyter", "jupyterPassword2");
    const { code, said } = await bench.job("setup", job(usersWith(renewed)));
    assert.equal(code, 0, said);
    assert.equal(await statusOf(renewed, "/"), 200);
    assert.equal(await statusOf(jupyter, "/"), 401);
    assert.equal((await bench.job("setup", job(usersWith(jupyter)))).code, 0);
    assert.equal(await statusOf(jupyter, "/"), 200);
  });

  it("is set up by nobody without the certificate: a job that is refused says so and fails", async () => {
    const stranger = leafOf(clientCertificate("elasticsearch-setup"));
    const admin = { ...connection, engine: "opensearch", identity: stranger } as const;
    const { code } = await bench.job("setup", setupJob(admin, usersWith(jupyter)));
    assert.notEqual(code, 0);
  });

  it("tells Prometheus of its health through the exporter, over TLS and to who knows a password", async () => {
    const scrape = login("prometheus", "scrapePassword1");
    const exporterSpec = elasticsearchExporterSpec({
      leaf: leafOf(pki.issue("elasticsearch-exporter")),
      listen: [bench.address(3)],
      scrape,
      elasticsearch: { ...connection, login: exporter, engine: "opensearch", patterns: [] },
    });
    const container = await bench.start("elasticsearch-exporter", 3, exporterSpec);
    const url = "https://elasticsearch-exporter:9114/metrics";
    const ca = ["--cacert", "/etc/semblance/tls/ca.crt"];
    const metrics = await until({ what: "the health of the cluster", limitSeconds: 30 }, async () => {
      const { stdout } = await curl(...ca, "--user", "prometheus:scrapePassword1", url);
      return stdout.includes('elasticsearch_cluster_health_status{cluster="semblance"') && stdout;
    });
    assert.match(metrics, /^elasticsearch_cluster_health_status\{cluster="semblance",color="green"\} 1$/m);
    assert.match(metrics, /^elasticsearch_jvm_memory_used_bytes\{.*area="heap".*\} /m);
    assert.match(metrics, /^elasticsearch_indices_docs_primary\{.*index="datasets-main".*\} 1$/m);
    const status = ["--output", "/dev/null", "--write-out", "%{http_code}"];
    assert.equal((await curl(...ca, ...status, url)).stdout, "401");
    assert.doesNotMatch(await logsOf(container.id), /exporterPassword1|scrapePassword1/);
  });

  it("writes its log as JSON, line by line, without a password", async () => {
    const lines = (await logsOf(server.id)).split("\n").filter((line) => line.startsWith("{"));
    assert.ok(lines.length > 20);
    for (const line of lines) {
      assert.deepEqual(Object.keys(JSON.parse(line) as object).slice(0, 3), ["time", "level", "node"], line);
    }
    assert.ok(!lines.some((line) => /Password1|Password2/.test(line)));
  });

  it("stays within its memory", async () => {
    const stats = (await docker.getContainer(server.id).stats({ stream: false })) as unknown;
    const { usage } = (stats as { memory_stats: { usage: number } }).memory_stats;
    assert.ok(usage < spec.resources.memoryMiB * 2 ** 20 * 0.9, `${Math.round(usage / 2 ** 20)} MiB`);
  });

  it("stops when it is asked to, and has its data and its users when it starts again", async () => {
    await server.stop({ t: spec.stopGraceSeconds ?? 30 });
    assert.notEqual((await server.inspect()).State.ExitCode, 137, "killed");
    await server.start();
    await ready(server, spec, 240);
    await until({ what: "the document", limitSeconds: 60 }, async () =>
      (await ask(jupyter, "/datasets-main/_doc/1")).text.includes("cats and dogs"),
    );
  });
});
