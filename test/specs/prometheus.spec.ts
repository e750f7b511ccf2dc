import assert from "node:assert/strict";
import { prometheusSpec, type PrometheusSpecArgs } from "../../components/services/prometheus";
import type { ScrapeTarget } from "../../components/core/metrics";
import { Sensitive } from "../../components/core/values";
import { CANARY } from "../support/mocks";
import { connection, fileOf, leaf, login, secretText, trust } from "../support/samples";

const targets: readonly ScrapeTarget[] = [
  {
    connection: connection("redis-exporter", "metrics", 9121),
    path: "/metrics",
    credential: { kind: "basic", login: login("scraper") },
  },
  {
    connection: connection("minio", "s3", 8443),
    path: "/minio/v2/metrics/cluster",
    credential: { kind: "bearer", token: Sensitive.of(secretText("token")) },
  },
];

const args: PrometheusSpecArgs = {
  leaf,
  trust,
  listen: ["10.89.0.2"],
  readers: [login("gateway")],
  probe: login("probe"),
  targets,
  states: [
    { service: "redis", expression: "redis_up" },
    { service: "minio", expression: 'up{job="minio"}' },
  ],
  retentionDays: 7,
  present: new Set(["redis", "redis-exporter", "minio"]),
};
const spec = prometheusSpec(args);

const sender = { ...connection("alertmanager", "https", 9093), login: login("sender") };
const full = prometheusSpec({
  leaf,
  trust,
  listen: ["10.89.0.2"],
  readers: [login("gateway"), login("grafana")],
  probe: login("probe"),
  targets: [
    {
      connection: connection("loki", "https", 3100),
      path: "/metrics",
      credential: { kind: "certificate", identity: leaf },
    },
    { connection: sender, path: "/metrics", credential: { kind: "basic", login: sender.login } },
  ],
  states: [],
  retentionDays: 7,
  present: new Set(["loki", "alertmanager"]),
  alertmanager: sender,
  url: "https://prometheus.semblance.localhost:8443",
  docsUrl: "https://docs.semblance.localhost:8443",
  certificates: [{ certificate: "postgres", notAfter: "2027-01-01T00:00:00Z" }],
});

interface Scrape {
  readonly job_name: string;
  readonly scheme: string;
  readonly metrics_path?: string;
  readonly basic_auth?: { username: string; password_file: string };
  readonly authorization?: { type: string; credentials_file: string };
  readonly tls_config: { ca_file: string; server_name: string; cert_file?: string; key_file?: string };
  readonly static_configs: readonly { targets: readonly string[] }[];
  readonly dns_sd_configs?: readonly object[];
}

interface Configuration {
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly Scrape[];
  readonly alerting?: { readonly alertmanagers: readonly Scrape[] };
}

async function configuration(of = spec): Promise<Configuration> {
  return JSON.parse(await fileOf(of, "/etc/semblance/prometheus.yml")) as Configuration;
}

async function rules(): Promise<{ groups: { name: string }[] }> {
  return JSON.parse(await fileOf(spec, "/etc/semblance/rules.yml")) as { groups: { name: string }[] };
}

describe("Prometheus", () => {
  it("scrapes every target, and itself, over TLS with a verified name and a credential out of a file", async () => {
    const { scrape_configs: scrapes } = await configuration();
    assert.deepEqual(
      scrapes.map((one) => one.job_name),
      ["redis-exporter", "minio", "prometheus"],
    );
    for (const scrape of scrapes) {
      assert.equal(scrape.scheme, "https", scrape.job_name);
      assert.deepEqual(scrape.tls_config, {
        ca_file: "/etc/semblance/tls/ca.crt",
        server_name: scrape.job_name,
      });
      const file = scrape.basic_auth?.password_file ?? scrape.authorization?.credentials_file ?? "";
      assert.match(await fileOf(spec, file), new RegExp(`^${CANARY}-`), `${scrape.job_name}: ${file}`);
    }
  });

  it("asks every copy of a service that has several, by its address, and verifies the service's name", async () => {
    const copies = "docs-copies.semblance-dev-edge.svc.cluster.local";
    const target: ScrapeTarget = {
      connection: connection("docs", "https", 8443),
      path: "/metrics",
      credential: { kind: "basic", login: login("scraper") },
      copies,
    };
    const [docs] = (await configuration(prometheusSpec({ ...args, targets: [target] }))).scrape_configs;
    assert.deepEqual(docs?.dns_sd_configs, [
      { names: [copies], type: "A", port: 8443, refresh_interval: "15s" },
    ]);
    assert.equal(docs.static_configs, undefined);
    assert.equal(docs.tls_config.server_name, "docs");
  });

  it("gives each target the credential that it asks for, at its address and path", async () => {
    const { scrape_configs: scrapes } = await configuration();
    const [redis, minio] = scrapes;
    assert.ok(redis && minio);
    assert.equal(redis.basic_auth?.username, "scraper");
    assert.equal(await fileOf(spec, redis.basic_auth.password_file), secretText("scraper"));
    assert.deepEqual(redis.static_configs, [{ targets: ["redis-exporter:9121"] }]);
    assert.equal(minio.authorization?.type, "Bearer");
    assert.equal(await fileOf(spec, minio.authorization.credentials_file), secretText("token"));
    assert.equal(minio.metrics_path, "/minio/v2/metrics/cluster");
  });

  it("uses the connection of every target", () => {
    assert.deepEqual(
      spec.uses,
      targets.map((target) => target.connection),
    );
  });

  it("records one state per service, 0 where there is no series", async () => {
    assert.deepEqual((await configuration()).rule_files, ["/etc/semblance/rules.yml"]);
    const [states] = (await rules()).groups;
    assert.deepEqual(states, {
      name: "semblance-services",
      interval: "15s",
      rules: [
        { record: "semblance_service_up", expr: "max(redis_up) or vector(0)", labels: { service: "redis" } },
        {
          record: "semblance_service_up",
          expr: 'max(up{job="minio"}) or vector(0)',
          labels: { service: "minio" },
        },
      ],
    });
  });

  it("has alerts of what the stack has, and of nothing else", async () => {
    const names = (await rules()).groups.map(({ name }) => name);
    for (const name of ["services", "prometheus", "redis", "minio"])
      assert.ok(names.includes(`semblance-alerts-${name}`), name);
    for (const name of ["edge", "postgres", "alerting", "logs"])
      assert.ok(!names.includes(`semblance-alerts-${name}`), name);
  });

  it("knows when certificates end", async () => {
    const text = await fileOf(full, "/etc/semblance/rules.yml");
    assert.match(text, /"certificate": "postgres"/);
    assert.doesNotMatch(await fileOf(spec, "/etc/semblance/rules.yml"), /semblance-certificates"/);
  });

  it("shows its certificate to a target that asks for one", async () => {
    const { scrape_configs: scrapes } = await configuration(full);
    const loki = scrapes.find((one) => one.job_name === "loki");
    assert.ok(loki && loki.basic_auth === undefined && loki.authorization === undefined);
    const { cert_file: certificate = "", key_file: key = "" } = loki.tls_config;
    assert.equal(await fileOf(full, certificate), "the certificate");
    assert.equal(await fileOf(full, key), secretText("key"));
    assert.equal(loki.tls_config.server_name, "loki");
  });

  it("sends alerts to Alertmanager over TLS with a login, over the arrow on which it scrapes it", async () => {
    const { alerting } = await configuration(full);
    const [to] = alerting?.alertmanagers ?? [];
    assert.ok(to);
    assert.equal(to.scheme, "https");
    assert.deepEqual(to.tls_config, { ca_file: "/etc/semblance/tls/ca.crt", server_name: "alertmanager" });
    assert.deepEqual(to.static_configs, [{ targets: ["alertmanager:9093"] }]);
    assert.equal(await fileOf(full, to.basic_auth?.password_file ?? ""), secretText("sender"));
    assert.deepEqual(
      full.uses.map(({ server }) => server),
      ["loki", "alertmanager"],
    );
    assert.equal((await configuration()).alerting, undefined);
  });

  it("links to itself and to runbooks by the names that people use", async () => {
    assert.ok(full.command.includes("--web.external-url=https://prometheus.semblance.localhost:8443"));
    assert.ok(full.command.includes("--web.route-prefix=/"));
    assert.match(
      await fileOf(full, "/etc/semblance/rules.yml"),
      /"runbook_url": "https:\/\/docs\.semblance\.localhost:8443\/runbooks\/service-down\.html"/,
    );
  });

  it("knows the gateway and its own probe, nobody else", async () => {
    const { basic_auth_users: users } = JSON.parse(await fileOf(spec, "/etc/semblance/web.yml")) as {
      basic_auth_users: Record<string, string>;
    };
    assert.deepEqual(Object.keys(users), ["gateway", "probe"]);
  });

  it("has no secret in its configuration, its probe or its command line", async () => {
    const texts = [spec.command, spec.ready.command].map(String);
    texts.push(
      await fileOf(spec, "/etc/semblance/prometheus.yml"),
      await fileOf(spec, "/etc/semblance/probe.yml"),
    );
    for (const text of texts) assert.ok(!text.includes(CANARY));
    assert.ok(spec.command.includes("--storage.tsdb.retention.time=7d"));
    assert.ok(
      !spec.command.includes("--web.enable-admin-api") && !spec.command.includes("--web.enable-lifecycle"),
    );
  });

  it("listens only where the gateway dials it, and asks itself there", () => {
    assert.ok(spec.command.includes("--web.listen-address=10.89.0.2:9090"));
    assert.ok(spec.ready.command.includes("--url=https://10.89.0.2:9090"));
  });
});
