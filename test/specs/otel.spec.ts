import assert from "node:assert/strict";
import type { MutualTlsConnection } from "../../components/core/connection";
import type { ContainerLogs } from "../../components/core/platform";
import { LOGGED } from "../../components/platforms/docker/names";
import { otelAgentSpec } from "../../components/services/otel/agent";
import { otelCollectorSpec } from "../../components/services/otel/collector";
import { quote, quoteRaw } from "../../components/services/otel/ottl";
import { CREDENTIALS } from "../../components/services/otel/redaction";
import { CONTINUATION } from "../../components/services/otel/schema";
import { CANARY } from "../support/mocks";
import { connection, fileOf, leaf, login, secretText, textsOf, trust } from "../support/samples";

const CONFIG = "/etc/semblance/otel.yaml";

const store = (server: "loki" | "jaeger", port: string, number: number): MutualTlsConnection => ({
  ...connection(server, port, number),
  identity: leaf,
});
const loki = store("loki", "https", 3100);
const jaeger = store("jaeger", "otlp", 4318);
const collector = otelCollectorSpec({
  stack: "dev",
  leaf,
  trust,
  clients: [login("gateway"), login("otel-agent")],
  scrape: login("prometheus"),
  otlpListen: ["10.89.0.2", "10.89.0.10"],
  metricsListen: "10.89.0.18",
  loki,
  jaeger,
});
const door = { ...connection("otel-collector", "otlp", 4318), login: login("otel-agent") };
const logs: ContainerLogs = { format: "docker-json", labels: LOGGED };
const agent = otelAgentSpec({ stack: "dev", logs, collector: door });
const onNodes = otelAgentSpec({
  stack: "dev",
  logs: { format: "cri", namespaces: ["semblance-dev-work"], servers: ["postgres"] },
  nodeName: "NODE_NAME",
  collector: door,
});

interface Pipeline {
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}
type Part = Readonly<Record<string, never>>;
interface File {
  readonly extensions: Readonly<Record<string, Part>>;
  readonly receivers: Readonly<Record<string, { protocols?: { http: { endpoint: string } } }>>;
  readonly processors: Readonly<Record<string, Part>>;
  readonly exporters: Readonly<
    Record<
      string,
      {
        endpoint: string;
        tls: Readonly<Record<string, string>>;
        sending_queue?: { storage: string; block_on_overflow: boolean };
        retry_on_failure?: { max_elapsed_time: string };
      }
    >
  >;
  readonly connectors?: Readonly<Record<string, Part>>;
  readonly service: { extensions: readonly string[]; pipelines: Readonly<Record<string, Pipeline>> };
}
const fileIn = async (spec: Parameters<typeof fileOf>[0]): Promise<File> =>
  JSON.parse(await fileOf(spec, CONFIG)) as File;

for (const [name, spec] of [
  ["collector", collector],
  ["agent", agent],
  ["agent of a node", onNodes],
] as const) {
  describe(`The ${name}'s spec`, () => {
    it("names only parts that it has, in every pipeline", async () => {
      const file = await fileIn(spec);
      const joints = Object.keys(file.connectors ?? {});
      for (const one of file.service.extensions) assert.ok(one in file.extensions, one);
      for (const [title, { receivers, processors, exporters }] of Object.entries(file.service.pipelines)) {
        for (const one of receivers)
          assert.ok(one in file.receivers || joints.includes(one), `${title}: ${one}`);
        for (const one of processors) assert.ok(one in file.processors, `${title}: ${one}`);
        for (const one of exporters)
          assert.ok(one in file.exporters || joints.includes(one), `${title}: ${one}`);
        assert.equal(processors[0], "memory_limiter", `${title}: the first to refuse`);
      }
    });

    it("keeps what cannot be delivered on its volume, for as long as it takes", async () => {
      const { exporters, extensions } = await fileIn(spec);
      const [volume] = Object.values(spec.volumes ?? {});
      assert.equal((extensions["file_storage"] as { directory?: string })?.directory, volume?.mountPath);
      const sending = Object.values(exporters).filter(({ endpoint }) => endpoint.startsWith("https://"));
      assert.ok(sending.length > 0);
      for (const { sending_queue, retry_on_failure, tls } of sending) {
        assert.equal(sending_queue?.storage, "file_storage");
        assert.equal(retry_on_failure?.max_elapsed_time, "0s");
        assert.equal(tls["ca_file"], "/etc/semblance/tls/ca.crt");
        assert.ok(!("insecure" in tls) && !("insecure_skip_verify" in tls));
      }
    });

    it("has its secrets in files and nowhere else", async () => {
      for (const [variable, { text, secret }] of await textsOf(spec.env))
        assert.ok(!secret && !text.includes(CANARY), variable);
      assert.ok(!(await fileOf(spec, CONFIG)).includes(CANARY));
      assert.ok(!JSON.stringify(spec.command).includes(CANARY));
    });

    it("writes logs as JSON, and takes its own metrics on the loopback address", async () => {
      const file = JSON.parse(await fileOf(spec, CONFIG)) as {
        receivers: { "otlp/own": { protocols: { http: { endpoint: string } } } };
        service: { telemetry: { logs: { encoding: string } } };
      };
      assert.equal(file.service.telemetry.logs.encoding, "json");
      assert.match(file.receivers["otlp/own"].protocols.http.endpoint, /^127\.0\.0\.1:/);
    });
  });
}

describe("The collector's doors in its file", () => {
  it("are one per address, with TLS and a login each", async () => {
    const { receivers } = await fileIn(collector);
    const doors = Object.entries(receivers).filter(([name]) => name !== "otlp/own");
    assert.deepEqual(
      doors.map(([, { protocols }]) => protocols?.http),
      ["10.89.0.2:4318", "10.89.0.10:4318"].map((endpoint) => ({
        endpoint,
        tls: {
          cert_file: "/etc/semblance/tls/server.crt",
          key_file: "/etc/semblance/tls/server.key",
          min_version: "1.2",
        },
        auth: { authenticator: "basicauth/clients" },
      })),
    );
  });

  it("know senders and Prometheus from two files of hashes, one line each", async () => {
    const clients = await fileOf(collector, "/etc/semblance/secrets/clients.htpasswd");
    assert.match(clients, /^gateway:\$2a\$10\$\S+\notel-agent:\$2a\$10\$\S+\n$/);
    const scrape = await fileOf(collector, "/etc/semblance/secrets/scrape.htpasswd");
    assert.match(scrape, /^prometheus:\$2a\$10\$\S+\n$/);
  });

  it("lead to Loki and Jaeger, with a certificate for each", async () => {
    const { exporters } = await fileIn(collector);
    assert.equal(exporters["otlp_http/loki"]?.endpoint, "https://loki:3100/otlp");
    assert.equal(exporters["otlp_http/jaeger"]?.endpoint, "https://jaeger:4318");
    assert.equal(exporters["otlp_http/loki"].tls["key_file"], "/etc/semblance/tls/loki.client.key");
    assert.equal(exporters["otlp_http/jaeger"].tls["key_file"], "/etc/semblance/tls/jaeger.client.key");
    assert.deepEqual(collector.uses, [loki, jaeger]);
  });

  it("refuse when a queue is full, so that clients keep what they have", async () => {
    const { exporters } = await fileIn(collector);
    assert.equal(exporters["otlp_http/loki"]?.sending_queue?.block_on_overflow, false);
    assert.equal((await fileIn(agent)).exporters["otlp_http"]?.sending_queue?.block_on_overflow, true);
  });
});

describe("The agent's place", () => {
  it("is the machine as it is shown, as root of nothing else", () => {
    assert.deepEqual(agent.user, { uid: 0, gid: 0 });
    assert.deepEqual(agent.views, ["container-logs", "machine"]);
    assert.equal(agent.capabilities, undefined);
    assert.deepEqual(agent.ports, {});
    assert.deepEqual(agent.uses, [door]);
  });

  it("has the collector's password as a file", async () => {
    assert.equal(await fileOf(agent, "/etc/semblance/secrets/otlp-password"), secretText("otel-agent"));
    const text = await fileOf(agent, CONFIG);
    assert.ok(text.includes("${file:/etc/semblance/secrets/otlp-password}"));
  });
});

describe("What looks like a credential", () => {
  // The same in Go's regular expressions and in these, less the flag in front.
  const redact = (text: string): string =>
    CREDENTIALS.reduce(
      (left, [pattern, replacement]) =>
        left.replaceAll(
          new RegExp(pattern.replace("(?i)", ""), pattern.startsWith("(?i)") ? "gi" : "g"),
          replacement,
        ),
      text,
    );

  for (const [said, kept] of [
    ["Authorization: Bearer abcdefghij0123456789", "Authorization: [redacted] [redacted]"],
    ["password=hunter2hunter2 next", "password=[redacted] next"],
    ['{"api_key": "0123456789abcdef"}', '{"api_key": "[redacted]"}'],
    ["/x?X-Amz-Signature=0123456789&b=1", "/x?X-Amz-Signature=[redacted]&b=1"],
    ["postgresql://app:s3cret@db:5432/x", "postgresql://app:[redacted]@db:5432/x"],
    ["eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl", "[redacted]"],
  ] as const)
    it(`goes: ${said}`, () => assert.equal(redact(said), kept));

  for (const harmless of [
    "password authentication failed for user app",
    "basic authentication is on",
    "generated 512 tokens: 12.5 per second",
    "https://host:8443/path?page=2",
  ])
    it(`stays: ${harmless}`, () => assert.equal(redact(harmless), harmless));
});

describe("Lines that belong together", () => {
  const goesOn = new RegExp(CONTINUATION);
  for (const line of [
    '  File "a.py", line 1',
    "ValueError: no",
    "\tat org.example.Main(Main.java:1)",
    "Caused by: java.io.IOException",
    "goroutine 1 [running]:",
    "2026-01-02 03:04:05.678 UTC [42] a@b DETAIL:  it exists",
  ])
    it(`go on: ${line.trim()}`, () => assert.match(line, goesOn));
  for (const line of [
    "Traceback (most recent call last):",
    "2026-01-02 03:04:05.678 UTC [42] a@b ERROR:  no",
    "INFO starting",
    "1:M 02 Jan 2026 03:04:05.678 * Ready",
  ])
    it(`begin: ${line}`, () => assert.doesNotMatch(line, goesOn));
});

describe("Texts in the collector's file", () => {
  it("have no reference in them that the file did not mean", () => {
    assert.equal(quote(String.raw`^\d+$`), String.raw`"^\\d+$$"`);
    assert.equal(quote("$1${x}"), '"$$1$${x}"');
    assert.equal(quoteRaw(String.raw`^\s$`), "`^\\s$$`");
  });
});
