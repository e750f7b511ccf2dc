import assert from "node:assert/strict";
import { permissionsOf } from "../../components/services/weaviate/rights";
import { weaviateSpec } from "../../components/services/weaviate/server";
import { weaviateSetupJob } from "../../components/services/weaviate/setup";
import { ask } from "../support/ask";
import { logsOf } from "../support/engine";
import { connection, secretText } from "../support/samples";
import { leafOf, login, opens } from "../engine/gateway-bench";
import { ThrowAwayAuthority } from "../engine/gateway-pki";
import { Bench } from "./server-bench";
import { SUBNETS } from "./subnets";
import { call, nearestTo } from "./weaviate-grpc";

const SUBNET = {
  https: SUBNETS.weaviateHttps,
  grpc: SUBNETS.weaviateGrpc,
  metrics: SUBNETS.weaviateMetrics,
} as const;
const PORT = { https: 8443, grpc: 50051, metrics: 2113 } as const;
/** Every port that Weaviate opens by itself: REST, gRPC, metrics, gossip, data, Raft, Raft's RPC, profiling. */
const INSIDE = [8080, 50052, 2112, 7946, 7947, 8300, 8301, 6060];

const keyOf = secretText;
const known = (name: string) => login(name, keyOf(name));
const pki = new ThrowAwayAuthority();
const trust = { caCertificate: pki.ca };

const spec = weaviateSpec({
  leaf: leafOf(pki.issue("weaviate")),
  trust,
  listen: { https: [`${SUBNET.https}.2`], grpc: [`${SUBNET.grpc}.2`], metrics: [`${SUBNET.metrics}.2`] },
  root: known("weaviate-setup"),
  clients: [known("jupyter"), known("curator")],
  scrape: known("prometheus"),
});
const admin = {
  ...connection("weaviate", "https", PORT.https),
  trust,
  token: known("weaviate-setup").password,
};
const clients = {
  jupyter: { writes: ["DatasetEmbedding"], owns: ["Notebook*"] },
  curator: { reads: ["DatasetEmbedding"] },
};

const rest = (as: string | undefined, path: string, more: { json?: unknown; method?: string } = {}) =>
  ask({
    url: `https://${SUBNET.https}.2:${PORT.https}/v1${path}`,
    name: "weaviate",
    ca: pki.ca,
    ...(as === undefined ? {} : { headers: { authorization: `Bearer ${as}` } }),
    ...more,
  });
const restAs = (who: string, path: string, more = {}) => rest(keyOf(who), path, more);

const ids = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"] as const;
const item = (i: 0 | 1) => ({
  class: "DatasetEmbedding",
  id: ids[i],
  properties: { project: "cats", task_id: i, text: `item ${i}`, created_at: "2026-01-02T03:04:05Z" },
  vector: i === 0 ? [1, 0.1, 0] : [0, 0.1, 1],
});

/** Looks by gRPC, as the client libraries do. GraphQL is for those who may read the schema of every collection. */
const nearest = (token?: string) =>
  call(
    `https://${SUBNET.grpc}.2:${PORT.grpc}`,
    "/weaviate.v1.Weaviate/Search",
    nearestTo("DatasetEmbedding", [0, 0, 1]),
    { ca: pki.ca, ...(token === undefined ? {} : { token }) },
  );

async function assertFinds(who: string): Promise<void> {
  const { status, message } = await nearest(keyOf(who));
  assert.equal(status, 0, message.toString());
  assert.ok(message.includes(ids[1]) && !message.includes(ids[0]), message.toString());
}

describe("Weaviate on the real server", function () {
  this.timeout(60_000);
  const bench = new Bench("t-weaviate", [SUBNET.https, SUBNET.grpc, SUBNET.metrics]);
  const setUp = (rights: Parameters<typeof weaviateSetupJob>[0]["clients"] = clients) =>
    bench.job("setup", weaviateSetupJob({ admin, clients: rights }), {
      weaviate: `${SUBNET.https}.2`,
    });

  before(async () => {
    await bench.open();
    await bench.start(spec);
    const { code, said } = await setUp();
    assert.equal(code, 0, said);
    assert.match(said, /"created collection"/);
    for (const i of [0, 1] as const) {
      const { status, body } = await restAs("jupyter", "/objects", { json: item(i) });
      assert.equal(status, 200, body);
    }
  });
  after(() => bench.close());

  it("is open on the addresses of its arrows, and nowhere else", async () => {
    const open: string[] = [];
    for (const [name, subnet] of Object.entries(SUBNET)) {
      for (const port of [...Object.values(PORT), ...INSIDE]) {
        if (await opens(`${subnet}.2`, port)) open.push(`${name}:${port}`);
      }
    }
    assert.deepEqual(open, ["https:8443", "grpc:50051", "metrics:2113"]);
  });

  it("refuses who has no key, or a wrong one", async () => {
    assert.equal((await rest(undefined, "/schema")).status, 401);
    assert.equal((await rest("guess", "/schema")).status, 401);
    assert.equal((await rest("guess", "/objects", { json: item(0) })).status, 401);
    assert.equal((await rest(undefined, "/.well-known/ready")).status, 200, "which is no secret");
  });

  it("finds the object whose vector is nearest, for who may read and nobody else", async () => {
    await assertFinds("jupyter");
    await assertFinds("curator");
    for (const token of [undefined, "guess"]) {
      const refused = await nearest(token);
      assert.notEqual(refused.status, 0);
      assert.equal(refused.message.length, 0);
    }
  });

  it("lets a client make collections of its own, and touch none of others", async () => {
    const own = { class: "NotebookTry", vectorizer: "none" };
    assert.equal((await restAs("jupyter", "/schema", { json: own })).status, 200);
    assert.equal((await restAs("jupyter", "/schema/NotebookTry", { method: "DELETE" })).status, 200);
    const other = { class: "Secret", vectorizer: "none" };
    assert.equal((await restAs("jupyter", "/schema", { json: other })).status, 403);
    assert.equal((await restAs("weaviate-setup", "/schema", { json: other })).status, 200);
    const object = { class: "Secret", properties: {}, vector: [1, 0, 0] };
    assert.equal((await restAs("jupyter", "/objects", { json: object })).status, 403);
    assert.equal((await restAs("jupyter", "/schema/Secret")).status, 403);
    assert.equal((await restAs("jupyter", "/schema/DatasetEmbedding", { method: "DELETE" })).status, 403);
  });

  it("lets a reader read and not write", async () => {
    assert.equal((await restAs("curator", "/objects", { json: item(0) })).status, 403);
    const gone = await restAs("curator", `/objects/DatasetEmbedding/${ids[0]}`, { method: "DELETE" });
    assert.equal(gone.status, 403);
  });

  it("lets no client change roles", async () => {
    const permissions = permissionsOf({ owns: ["Secret"] });
    const attempts = [
      ["/authz/roles", { name: "mine", permissions }],
      ["/authz/roles/jupyter/add-permissions", { name: "jupyter", permissions }],
      ["/authz/users/jupyter/assign", { roles: ["root"], userType: "db" }],
    ] as const;
    for (const [path, json] of attempts) {
      assert.equal((await restAs("jupyter", path, { json })).status, 403, path);
    }
  });

  it("shows its metrics to Prometheus over TLS, and nothing else there", async () => {
    const metrics = (path: string, password: string) =>
      ask({
        url: `https://${SUBNET.metrics}.2:${PORT.metrics}${path}`,
        name: "weaviate",
        ca: pki.ca,
        login: `prometheus:${password}`,
      });
    const { status, body } = await metrics("/metrics", keyOf("prometheus"));
    assert.equal(status, 200);
    assert.match(body, /^go_memstats_alloc_bytes /m);
    assert.match(body, /^object_count\{/m);
    assert.equal((await metrics("/metrics", "guess")).status, 401);
    assert.equal((await metrics("/tenant-activity", keyOf("prometheus"))).status, 403);
  });

  it("is set up a second time without a change, and brought back to what was said", async () => {
    const again = await setUp();
    assert.equal(again.code, 0, again.said);
    assert.deepEqual(again.said.trim().split("\n").length, 1, again.said);
    const less = await setUp({ ...clients, curator: { reads: ["Nothing"] } });
    assert.match(less.said, /"changed role", "role": "curator", "added": 2, "removed": 2/);
    assert.notEqual((await nearest(keyOf("curator"))).status, 0);
    assert.equal((await setUp()).code, 0);
    await assertFinds("curator");
  });

  it("has its data and its roles after a kill", async () => {
    await bench.killAndStart();
    await assertFinds("jupyter");
    assert.equal((await restAs("jupyter", "/schema/Secret")).status, 403);
  });

  it("logs JSON without a key in it", async () => {
    const lines = (await logsOf(bench.container.id)).trim().split("\n");
    for (const line of lines) {
      assert.doesNotThrow(() => void JSON.parse(line), line);
      for (const who of ["weaviate-setup", "jupyter", "curator", "prometheus"]) {
        assert.ok(!line.includes(keyOf(who)), line);
      }
    }
  });
});
