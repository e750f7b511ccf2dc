import assert from "node:assert/strict";
import type { MutualTlsConnection } from "../../components/core/connection";
import type { OtlpConnection } from "../../components/core/telemetry";
import { Secrets } from "../../components/secrets";
import { Jaeger, jaegerSpec, type JaegerSpecArgs } from "../../components/services/jaeger";
import { Authority } from "../../components/tls";
import { membersOf } from "../../components/topology";
import { CANARY, recordProgram, type Registered } from "../support/mocks";
import { RecordingPlatform } from "../support/recording-platform";
import { connection, fileOf, leaf, login, open, secretText, trust } from "../support/samples";

const otlp: OtlpConnection = { ...connection("otel-collector", "otlp", 4318), login: login("jaeger") };
const args: JaegerSpecArgs = {
  leaf,
  trust,
  clientsTrust: { otlp: { caCertificate: "writers" }, query: { caCertificate: "readers" } },
  listen: { otlp: ["10.89.0.2", "10.89.0.10"], query: ["10.89.0.18"] },
  retentionDays: 3,
  otlp,
};
const spec = jaegerSpec(args);

interface TlsServer {
  readonly endpoint: string;
  readonly tls?: Readonly<Record<string, string>>;
}

interface Configuration {
  readonly receivers: Readonly<Record<string, { readonly protocols: Readonly<Record<string, TlsServer>> }>>;
  readonly processors: { readonly memory_limiter: Readonly<Record<string, number | string>> };
  readonly exporters: Readonly<Record<string, { readonly trace_storage: string }>>;
  readonly extensions: {
    readonly jaeger_storage: {
      readonly backends: Readonly<Record<string, { readonly badger: Readonly<Record<string, unknown>> }>>;
    };
    readonly jaeger_query: {
      readonly storage: { readonly traces: string };
      readonly enable_tracing: boolean;
      readonly http: TlsServer;
      readonly grpc: TlsServer;
    };
    readonly healthcheckv2: { readonly http: TlsServer };
  };
  readonly service: {
    readonly extensions: readonly string[];
    readonly pipelines: { readonly traces: Readonly<Record<string, readonly string[]>> };
    readonly telemetry: {
      readonly metrics: { readonly level: string; readonly readers?: readonly unknown[] };
    };
  };
}

const configuration = async (of = spec): Promise<Configuration> =>
  JSON.parse(await fileOf(of, "/etc/semblance/jaeger.yaml")) as Configuration;

async function assertMutualTls({ tls }: TlsServer, clients: string): Promise<void> {
  assert.equal(tls?.["min_version"], "1.2");
  assert.equal(await fileOf(spec, tls["client_ca_file"] ?? ""), clients);
  assert.equal(await fileOf(spec, tls["cert_file"] ?? ""), "the certificate");
  assert.equal(await fileOf(spec, tls["key_file"] ?? ""), secretText("key"));
}

describe("Jaeger", () => {
  it("takes spans on each address that a writer dials, from who has a writer's certificate", async () => {
    const { receivers, service } = await configuration();
    assert.deepEqual(
      Object.values(receivers).map(({ protocols }) => protocols["http"]?.endpoint),
      ["10.89.0.2:4318", "10.89.0.10:4318"],
    );
    assert.deepEqual(service.pipelines.traces["receivers"], Object.keys(receivers));
    for (const { protocols } of Object.values(receivers)) {
      assert.deepEqual(Object.keys(protocols), ["http"]);
      await assertMutualTls(protocols["http"] ?? assert.fail("no http"), "writers");
    }
  });

  it("answers queries where a reader dials it, to who has a reader's certificate", async () => {
    const { http, grpc } = (await configuration()).extensions.jaeger_query;
    assert.equal(http.endpoint, "10.89.0.18:16686");
    await assertMutualTls(http, "readers");
    assert.match(grpc.endpoint, /^127\.0\.0\.1:/, "a second door of the same house, which nobody uses");
  });

  it("says that it can answer queries on one address only", () => {
    const listen = { ...args.listen, query: ["10.89.0.18", "10.89.0.26"] };
    assert.throws(() => jaegerSpec({ ...args, listen }), /on one address, not on 2/);
    assert.throws(() => jaegerSpec({ ...args, listen: { ...listen, query: [] } }), /not on 0/);
  });

  it("keeps its traces on a volume for as long as it is told", async () => {
    const { extensions, exporters } = await configuration();
    const [[store, { badger }] = assert.fail("no store")] = Object.entries(
      extensions.jaeger_storage.backends,
    );
    assert.equal(exporters["jaeger_storage_exporter"]?.trace_storage, store);
    assert.equal(extensions.jaeger_query.storage.traces, store);
    assert.equal(badger["ephemeral"], false);
    assert.deepEqual(badger["ttl"], { spans: "72h" });
    const { mountPath, onDown } = spec.volumes?.["data"] ?? assert.fail("no volume");
    for (const folder of Object.values(badger["directories"] ?? {}))
      assert.ok(String(folder).startsWith(`${mountPath}/`));
    assert.equal(onDown, "keep");
  });

  it("refuses spans before the kernel kills it", async () => {
    const { processors, service } = await configuration();
    assert.deepEqual(service.pipelines.traces["processors"], ["memory_limiter"]);
    assert.ok(Number(processors.memory_limiter["limit_mib"]) < spec.resources.memoryMiB);
    assert.match(String(spec.env?.["GOMEMLIMIT"]), /^\d+MiB$/);
  });

  it("sends its metrics to the collector, with a credential that is in a file only", async () => {
    const { metrics } = (await configuration()).service.telemetry;
    const [reader] = (metrics.readers ?? []) as { periodic: { exporter: { otlp: object } } }[];
    assert.deepEqual(reader?.periodic.exporter.otlp, {
      protocol: "http/protobuf",
      endpoint: "https://otel-collector:4318/v1/metrics",
      certificate: "/etc/semblance/tls/ca.crt",
      headers: [{ name: "Authorization", value: "${file:/etc/semblance/secrets/otlp-authorization}" }],
    });
    const { text, secret } = await open(spec.files?.["/etc/semblance/secrets/otlp-authorization"] ?? "");
    assert.ok(secret);
    const [, encoded] = /^Basic (\S+)$/.exec(text) ?? assert.fail("no basic authorization");
    assert.equal(Buffer.from(encoded ?? "", "base64").toString(), `jaeger:${secretText("jaeger")}`);
    assert.ok(!(await fileOf(spec, "/etc/semblance/jaeger.yaml")).includes(CANARY));
    assert.deepEqual(spec.uses, [otlp]);
  });

  it("does without a collector, and sends nothing about itself anywhere", async () => {
    const alone = jaegerSpec({ ...args, otlp: undefined });
    const { service, extensions } = await configuration(alone);
    assert.deepEqual(service.telemetry.metrics, { level: "none" });
    assert.equal(extensions.jaeger_query.enable_tracing, false);
    assert.deepEqual(alone.uses, []);
    assert.ok(!("/etc/semblance/secrets/otlp-authorization" in (alone.files ?? {})));
  });

  it("is ready when its own health check says so, which only itself can ask", async () => {
    const { extensions, service } = await configuration();
    assert.ok(service.extensions.includes("healthcheckv2"));
    const { endpoint } = extensions.healthcheckv2.http;
    assert.match(endpoint, /^127\.0\.0\.1:/);
    assert.equal(spec.ready.command.at(-1), `http://${endpoint}/status`);
  });
});

describe("Jaeger's clients", () => {
  let connections: readonly MutualTlsConnection[];
  let resources: readonly Registered[];

  before(async () => {
    const recording = await recordProgram(() => {
      const foundation = {
        platform: new RecordingPlatform(membersOf({ profile: "full", development: false })),
        certificates: new Authority("ca", { commonName: "test" }, {}),
        secrets: new Secrets("secrets", {}),
      };
      const clients = { otlp: ["otel-collector"], query: ["gateway", "grafana"] } as const;
      const jaeger = new Jaeger("jaeger", foundation, { clients, retentionDays: 7 }, {});
      return [jaeger.otlp("otel-collector"), jaeger.query("gateway"), jaeger.query("grafana")];
    });
    connections = recording.result;
    resources = recording.resources;
  });

  it("have a certificate each, out of one authority per port", () => {
    const issued = resources
      .filter(({ type }) => type.endsWith(":LocallySignedCert"))
      .filter(({ inputs }) => String(inputs["allowedUses"]).includes("client_auth"));
    assert.deepEqual(issued.map(({ name }) => name).sort(), [
      "ca-jaeger-otlp-clients-otel-collector-certificate",
      "ca-jaeger-query-clients-gateway-certificate",
      "ca-jaeger-query-clients-grafana-certificate",
    ]);
    const authorities = new Set(issued.map(({ inputs }) => inputs["caCertPem"]));
    assert.equal(authorities.size, 2);
    assert.equal(new Set(connections.map(({ identity }) => identity)).size, 3);
  });

  it("dial the port that is theirs", () => {
    assert.deepEqual(
      connections.map(({ server, port, address }) => [server, port, address.host, address.port]),
      [
        ["jaeger", "otlp", "jaeger", 4318],
        ["jaeger", "query", "jaeger", 16686],
        ["jaeger", "query", "jaeger", 16686],
      ],
    );
  });
});
