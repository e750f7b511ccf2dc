import assert from "node:assert/strict";
import { createServer } from "node:https";
import type { OtlpConnection } from "../../components/core/telemetry";
import { jaegerSpec } from "../../components/services/jaeger";
import type { WorkloadSpec } from "../../components/core/workload";
import { type Answer, ask } from "../support/ask";
import { execute, executeOk, logsOf, readAll } from "../support/engine";
import { connection, fileOf } from "../support/samples";
import { until } from "../support/until";
import { leafOf, login, opens } from "../engine/gateway-bench";
import { ThrowAwayAuthority } from "../engine/gateway-pki";
import { Bench } from "./server-bench";
import { SUBNETS } from "./subnets";

const WRITE = SUBNETS.jaegerWrite;
const READ = SUBNETS.jaegerRead;
const CONFIGURATION = "/etc/semblance/jaeger.yaml";

const servers = new ThrowAwayAuthority();
const writers = new ThrowAwayAuthority();
const readers = new ThrowAwayAuthority();
const collector = writers.issue("otel-collector");
const grafana = readers.issue("grafana");
const leaf = leafOf(servers.issue("jaeger"));
const trust = { caCertificate: servers.ca };

const specOn = (write: string, read: string, otlp?: OtlpConnection): WorkloadSpec =>
  jaegerSpec({
    otlp,
    leaf,
    trust,
    clientsTrust: { otlp: { caCertificate: writers.ca }, query: { caCertificate: readers.ca } },
    listen: { otlp: [`${write}.2`], query: [`${read}.2`] },
    retentionDays: 7,
  });

const to = (url: string, as = grafana, json?: unknown): Promise<Answer> =>
  ask({ url, name: "jaeger", ca: servers.ca, as, json });

/** Writes one span, as the collector does. */
async function write(subnet: string, service: string, traceId: string): Promise<void> {
  const at = Date.now();
  const span = {
    traceId,
    spanId: "00f067aa0ba902b7",
    name: "GET /api/tasks",
    kind: 2,
    startTimeUnixNano: `${at}000000`,
    endTimeUnixNano: `${at + 12}000000`,
    attributes: [{ key: "http.route", value: { stringValue: "/api/tasks" } }],
  };
  const resource = { attributes: [{ key: "service.name", value: { stringValue: service } }] };
  const json = { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] };
  const { status, body } = await to(`https://${subnet}.2:4318/v1/traces`, collector, json);
  assert.equal(status, 200, body);
}

interface Trace {
  readonly traceID: string;
  readonly spans: readonly { readonly operationName: string }[];
}

/** The traces of an answer of the API; none where it says that there is none. */
async function traces(url: string): Promise<readonly Trace[]> {
  const { status, body } = await to(url);
  if (status === 404) return [];
  assert.equal(status, 200, body);
  return (JSON.parse(body) as { data: Trace[] }).data;
}

const byId = (id: string, subnet = READ): Promise<readonly Trace[]> =>
  traces(`https://${subnet}.2:16686/api/traces/${id}`);

describe("Jaeger on the real image", function () {
  this.timeout(120_000);
  const bench = new Bench("t-jaeger", [WRITE, READ]);
  before(async () => {
    await bench.open();
    await bench.start(specOn(WRITE, READ));
  });
  after(() => bench.close());

  it("finds its configuration good", async () => {
    const [program = ""] = specOn(WRITE, READ).command;
    const verified = await execute(bench.container.id, [program, "validate", `--config=${CONFIGURATION}`]);
    assert.equal(verified.code, 0, verified.stderr);
  });

  it("listens for writers where they are and for readers where they are, and nowhere else", async () => {
    const table = await executeOk(bench.container.id, ["cat", "/proc/net/tcp", "/proc/net/tcp6"]);
    const listening = [...table.matchAll(/^ *\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:0000 0A /gm)];
    // 0100007F is 127.0.0.1, and 0B00007F is 127.0.0.11: the engine's own name server.
    const open = listening.filter(([, address]) => !/^0[0-9A-F]00007F$/.test(address ?? ""));
    assert.deepEqual(open.map(([, , port]) => parseInt(port ?? "", 16)).sort(), [16686, 4318]);
    assert.ok(await opens(`${WRITE}.2`, 4318));
    assert.ok(await opens(`${READ}.2`, 16686));
    assert.ok(!(await opens(`${READ}.2`, 4318)));
    assert.ok(!(await opens(`${WRITE}.2`, 16686)));
  });

  it("refuses who shows no certificate, and a reader's where a writer's is wanted and the other way round", async () => {
    for (const [url, wrong] of [
      [`https://${WRITE}.2:4318/v1/traces`, grafana],
      [`https://${READ}.2:16686/api/services`, collector],
    ] as const) {
      await assert.rejects(ask({ url, name: "jaeger", ca: servers.ca }), /certificate required/);
      await assert.rejects(to(url, wrong), /unknown ca|bad certificate/);
      await assert.rejects(to(url, servers.issue("grafana")), /unknown ca|bad certificate/);
    }
  });

  it("takes a span by OTLP, and finds its trace by its id, its service and its tag", async () => {
    const id = "4bf92f3577b34da6a3ce929d0e0e4736";
    await write(WRITE, "label-studio", id);
    const [trace] = await until({ what: "the trace", limitSeconds: 20 }, async () => {
      const found = await byId(id);
      return found.length > 0 ? found : undefined;
    });
    assert.equal(trace?.spans[0]?.operationName, "GET /api/tasks");
    const asked = new URLSearchParams({ service: "label-studio", tags: '{"http.route":"/api/tasks"}' });
    const [found] = await traces(`https://${READ}.2:16686/api/traces?${asked.toString()}`);
    assert.equal(found?.traceID, id);
    const { body } = await to(`https://${READ}.2:16686/api/services`);
    assert.deepEqual((JSON.parse(body) as { data: string[] }).data, ["label-studio"]);
  });

  it("still has what it said it had after a kill", async () => {
    const ids = Array.from({ length: 5 }, (_, i) => `${i + 1}`.repeat(32));
    for (const id of ids) await write(WRITE, "killed", id);
    await bench.killAndStart();
    for (const id of ids) assert.equal((await byId(id)).length, 1, id);
  });

  it("logs in JSON but for a few lines of what it is made of, and nothing as an error", async () => {
    const lines = (await logsOf(bench.container.id)).trim().split("\n");
    const others = lines.filter((line) => !line.startsWith("{"));
    const known = /^badger \S+ \S+ (INFO|DEBUG): | application version: | http: TLS handshake error /;
    for (const line of others) assert.match(line, known);
    const own = lines
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as { readonly level: string; readonly msg: string });
    assert.ok(own.length > 0);
    // Whom it refused is an error to Go's HTTP server.
    const bad = own.filter(
      ({ level, msg }) => !/^(info|warn)$/.test(level) && !/TLS handshake error /.test(msg),
    );
    assert.deepEqual(bad, []);
  });
});

describe("Jaeger's own metrics", function () {
  this.timeout(60_000);
  const SUBNET = SUBNETS.jaegerMetrics;
  const bench = new Bench("t-jaeger-metrics", [SUBNET]);
  const received: { readonly authorization: string; readonly body: string }[] = [];
  const pem = servers.issue("otel-collector");
  const standIn = createServer({ key: pem.key, cert: pem.certificate }, (request, response) => {
    const { authorization = "" } = request.headers;
    void readAll(request).then((body) => {
      if (request.url === "/v1/metrics") received.push({ authorization, body: body.toString("latin1") });
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
    });
  });

  before(async () => {
    await bench.open();
    const port = await new Promise<number>((resolve) => {
      standIn.listen(0, "0.0.0.0", () => {
        const address = standIn.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
    const spec = specOn(SUBNET, SUBNET, {
      ...connection("otel-collector", "otlp", port),
      trust,
      login: login("jaeger", "the password"),
    });
    const configuration = await fileOf(spec, CONFIGURATION);
    assert.match(configuration, /"interval": 30000/);
    const hasty = configuration.replace('"interval": 30000', '"interval": 1000');
    await bench.start({ ...spec, files: { ...spec.files, [CONFIGURATION]: hasty } }, ["otel-collector"]);
  });
  after(async () => {
    standIn.close();
    await bench.close();
  });

  it("come to the collector with Jaeger's own credential, over TLS with a verified name", async () => {
    await write(SUBNET, "label-studio", "4bf92f3577b34da6a3ce929d0e0e4736");
    await byId("4bf92f3577b34da6a3ce929d0e0e4736", SUBNET);
    const told = () => received.map(({ body }) => body).join("");
    for (const name of [
      "otelcol_receiver_accepted_spans",
      "otelcol_receiver_refused_spans",
      "otelcol_exporter_sent_spans",
      "otelcol_process_memory_rss",
      "jaeger_storage_requests",
      "badger_size_bytes_lsm",
    ])
      await until({ what: name, limitSeconds: 20 }, () => told().includes(name));
    const basic = Buffer.from("jaeger:the password").toString("base64");
    assert.deepEqual([...new Set(received.map((one) => one.authorization))], [`Basic ${basic}`]);
  });
});

describe("Jaeger's retention", function () {
  this.timeout(120_000);
  const [WRITE, READ] = [SUBNETS.jaegerRetentionWrite, SUBNETS.jaegerRetentionRead];
  const bench = new Bench("t-jaeger-retention", [WRITE, READ]);
  before(async () => {
    await bench.open();
    const spec = specOn(WRITE, READ);
    const configuration = await fileOf(spec, CONFIGURATION);
    assert.match(configuration, /"spans": "168h"/);
    const short = configuration.replace('"spans": "168h"', '"spans": "8s"');
    await bench.start({ ...spec, files: { ...spec.files, [CONFIGURATION]: short } });
  });
  after(() => bench.close());

  it("forgets a trace when its time is over", async () => {
    const id = "9".repeat(32);
    await write(WRITE, "short-lived", id);
    assert.equal((await byId(id, READ)).length, 1);
    await until({ what: "the trace to go", limitSeconds: 30 }, async () => {
      return (await byId(id, READ)).length === 0;
    });
  });
});
