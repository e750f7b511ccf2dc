import assert from "node:assert/strict";
import { lokiSpec } from "../../components/services/loki";
import type { WorkloadSpec } from "../../components/core/workload";
import { type Answer, ask } from "../support/ask";
import { execute, executeOk, logsOf } from "../support/engine";
import { fileOf } from "../support/samples";
import { until } from "../support/until";
import { leafOf } from "../engine/gateway-bench";
import { ThrowAwayAuthority } from "../engine/gateway-pki";
import { Bench } from "./server-bench";
import { SUBNETS } from "./subnets";

const SUBNET = SUBNETS.loki;
const CONFIGURATION = "/etc/semblance/loki.yaml";
const DAY_MS = 24 * 3600 * 1000;

const servers = new ThrowAwayAuthority();
const clients = new ThrowAwayAuthority();
const grafana = clients.issue("grafana");
const clientOfAnother = new ThrowAwayAuthority().issue("grafana");

const spec = lokiSpec({
  leaf: leafOf(servers.issue("loki")),
  trust: { caCertificate: servers.ca },
  clientsTrust: { caCertificate: clients.ca },
  retentionDays: 1,
});

const from = (path: string, as = grafana, json?: unknown, subnet = SUBNET): Promise<Answer> =>
  ask({ url: `https://${subnet}.2:3100${path}`, name: "loki", ca: servers.ca, as, json });

/** One line, as the collector sends it. */
interface Line {
  readonly service: string;
  readonly text: string;
  readonly traceId: string;
  readonly at: number;
}

const attribute = (key: string, text: string) => ({ key, value: { stringValue: text } });

function write({ service, text, traceId, at }: Line): Promise<Answer> {
  const record = {
    timeUnixNano: `${at}000000`,
    severityText: "ERROR",
    severityNumber: 17,
    traceId,
    spanId: "00f067aa0ba902b7",
    body: { stringValue: text },
    attributes: [attribute("level", "error"), attribute("http.route", "/api/tasks")],
  };
  const resource = {
    attributes: [
      attribute("service.name", service),
      attribute("stack", "dev"),
      attribute("container.id", "0123456789ab"),
    ],
  };
  const json = { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] };
  return from("/otlp/v1/logs", grafana, json);
}

interface Stream {
  readonly stream: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [string, string])[];
}

/** The streams that a query finds in the last days. */
async function query(logQl: string, days = 1): Promise<readonly Stream[]> {
  const start = `${Date.now() - days * DAY_MS}000000`;
  const asked = new URLSearchParams({ query: logQl, start, end: `${Date.now() + 60_000}000000` });
  const { status, body } = await from(`/loki/api/v1/query_range?${asked.toString()}`);
  assert.equal(status, 200, body);
  return (JSON.parse(body) as { data: { result: Stream[] } }).data.result;
}

const found = (logQl: string, days?: number): Promise<readonly Stream[]> =>
  until({ what: `lines of ${logQl}`, limitSeconds: 20 }, async () => {
    const streams = await query(logQl, days);
    return streams.length > 0 ? streams : undefined;
  });

/**
 * What is an error to Loki and none to us: one part of it that is up before another beside it (a distributor before the ingester,
 * the loader of cache generations before the compactor that it asks, which is Loki's own loopback port), and a line that is refused.
 */
const EXPECTED =
  /"err":"empty ring"|gennumber_loader.*127\.0\.0\.1:9095: connect: connection refused|timestamp too old/;

const errors = async (): Promise<string[]> =>
  (await logsOf(bench.container.id))
    .split("\n")
    .filter((line) => /"level":"(error|panic|fatal)"/.test(line) && !EXPECTED.test(line));

const bench = new Bench("t-loki", [SUBNET]);

describe("Loki on the real image", function () {
  this.timeout(120_000);
  before(async () => {
    await bench.open();
    await bench.start(spec);
  });
  after(() => bench.close());

  it("finds its configuration good", async () => {
    const verified = await execute(bench.container.id, [...spec.command, "-verify-config=true"]);
    assert.equal(verified.code, 0, verified.stderr);
  });

  it("listens on its one port, and on the loopback address only besides", async () => {
    const table = await executeOk(bench.container.id, ["cat", "/proc/net/tcp", "/proc/net/tcp6"]);
    const listening = [...table.matchAll(/^ *\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:0000 0A /gm)];
    // 0100007F is 127.0.0.1, and 0B00007F is 127.0.0.11: the engine's own name server.
    const open = listening.filter(([, address]) => !/^0[0-9A-F]00007F$/.test(address ?? ""));
    assert.deepEqual([...new Set(open.map(([, , port]) => parseInt(port ?? "", 16)))], [3100]);
  });

  it("answers who shows a certificate of its clients", async () => {
    const { status, body } = await from("/loki/api/v1/status/buildinfo");
    assert.equal(status, 200);
    assert.equal((JSON.parse(body) as { version: string }).version, "3.7.8");
  });

  it("refuses who shows none, one of another server's clients, or a server's", async () => {
    const url = `https://${SUBNET}.2:3100/ready`;
    await assert.rejects(ask({ url, name: "loki", ca: servers.ca }), /certificate required/);
    for (const as of [clientOfAnother, servers.issue("grafana")])
      await assert.rejects(ask({ url, name: "loki", ca: servers.ca, as }), /unknown ca|bad certificate/);
  });

  it("takes a line by OTLP, and finds it by its labels and by its trace id", async () => {
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const line = { service: "label-studio", text: "no such task", traceId, at: Date.now() };
    assert.equal((await write(line)).status, 204);
    const [byLabel] = await found('{service_name="label-studio",stack="dev",level="error"}');
    assert.equal(byLabel?.values[0]?.[1], line.text);
    const [byTrace] = await found(`{service_name=~".+"} | trace_id="${traceId}"`);
    assert.equal(byTrace?.values[0]?.[1], line.text);
    assert.equal(byTrace.stream["http_route"], "/api/tasks");
  });

  it("makes labels of what we named and of nothing else", async () => {
    await write({ service: "labels", text: "a line", traceId: "0".repeat(31) + "1", at: Date.now() });
    await found('{service_name="labels"}');
    const asked = new URLSearchParams({ query: '{service_name="labels"}' });
    const { body } = await from(`/loki/api/v1/labels?${asked.toString()}`);
    const { data } = JSON.parse(body) as { data: string[] };
    assert.deepEqual(data.sort(), ["level", "service_name", "stack"]);
  });

  it("refuses what the retention would delete at once", async () => {
    const line = { service: "late", text: "late", traceId: "0".repeat(32), at: Date.now() - 2 * DAY_MS };
    assert.match((await write(line)).body, /timestamp too old/);
  });

  it("tells Prometheus what goes wrong with lines, and how full it is", async () => {
    const { body } = await from("/metrics");
    for (const name of [
      "loki_distributor_lines_received_total",
      "loki_request_duration_seconds_count",
      "loki_compactor_apply_retention_last_successful_run_timestamp_seconds",
      "loki_ingester_wal_disk_full_failures_total",
    ])
      assert.match(body, new RegExp(`^${name}[{ ]`, "m"), name);
    assert.match(body, /^loki_discarded_samples_total\{.*reason="greater_than_max_sample_age".*\} 1$/m);
  });

  it("still has the line after a kill", async () => {
    const line = { service: "kill", text: "before the kill", traceId: "1".repeat(32), at: Date.now() };
    await write(line);
    await found('{service_name="kill"}');
    await bench.killAndStart();
    const [stream] = await found('{service_name="kill"}');
    assert.equal(stream?.values[0]?.[1], line.text);
  });

  it("logs in JSON, and nothing as an error", async () => {
    const lines = (await logsOf(bench.container.id)).trim().split("\n");
    // Go's own HTTP server says in its own way whom it refused.
    const ofLoki = lines.filter((line) => !line.includes("http: TLS handshake error"));
    for (const line of ofLoki) assert.doesNotThrow(() => JSON.parse(line) as unknown, line);
    assert.deepEqual(await errors(), []);
  });
});

describe("Loki's retention", function () {
  this.timeout(120_000);
  const retention = new Bench("t-loki-retention", [SUBNETS.lokiRetention]);

  /** The spec with a compactor that does not wait, and that lets a line in although it is too old to keep. */
  async function impatient(): Promise<WorkloadSpec> {
    const configuration = JSON.parse(await fileOf(spec, CONFIGURATION)) as Record<string, object>;
    const changed = {
      ...configuration,
      compactor: {
        ...configuration["compactor"],
        compaction_interval: "2s",
        apply_retention_interval: "2s",
        retention_delete_delay: "1s",
      },
      limits_config: { ...configuration["limits_config"], reject_old_samples: false },
    };
    return { ...spec, files: { ...spec.files, [CONFIGURATION]: JSON.stringify(changed) } };
  }

  const chunks = async (): Promise<string[]> => {
    const listed = await executeOk(retention.container.id, ["find", "/loki/chunks/fake", "-type", "f"]);
    return listed.trim().split("\n").filter(Boolean);
  };

  const to = (path: string, json?: unknown): Promise<Answer> =>
    from(path, grafana, json, SUBNETS.lokiRetention);

  const line = (service: string, at: number) => ({
    resourceLogs: [
      {
        resource: { attributes: [attribute("service.name", service)] },
        scopeLogs: [{ logRecords: [{ timeUnixNano: `${at}000000`, body: { stringValue: service } }] }],
      },
    ],
  });

  before(async () => {
    await retention.open();
    await retention.start(await impatient());
    for (const [service, days] of Object.entries({ old: 3, new: 0 }))
      assert.equal((await to("/otlp/v1/logs", line(service, Date.now() - days * DAY_MS))).status, 204);
    await to("/flush", {});
    await until({ what: "two chunks", limitSeconds: 20 }, async () => (await chunks()).length === 2);
    // The index of what was flushed is shipped at a start at once, and every quarter of an hour otherwise.
    await retention.killAndStart();
  });
  after(() => retention.close());

  it("deletes the chunks of lines that are older", async () => {
    // The deleting part of the compactor looks for work once a minute.
    await until({ what: "one chunk to go", limitSeconds: 75 }, async () => (await chunks()).length === 1);
  });

  it("keeps the others", async () => {
    const asked = new URLSearchParams({ query: '{service_name="new"}' });
    const { body } = await to(`/loki/api/v1/query_range?${asked.toString()}`);
    const { data } = JSON.parse(body) as { data: { result: Stream[] } };
    assert.equal(data.result[0]?.values[0]?.[1], "new");
    assert.match((await chunks()).join(), /^\/loki\/chunks\/fake\//);
  });
});
