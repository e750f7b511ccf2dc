import assert from "node:assert/strict";
import type { Foundation } from "../../components/core/foundation";
import { Loki, lokiSpec } from "../../components/services/loki";
import { LABEL_ATTRIBUTES } from "../../components/services/loki/configuration";
import { Authority } from "../../components/tls";
import { Secrets } from "../../components/secrets";
import { membersOf } from "../../components/topology";
import { type Registered, recordProgram } from "../support/mocks";
import { RecordingPlatform } from "../support/recording-platform";
import { fileOf, leaf, secretText, trust } from "../support/samples";

const clientsTrust = { caCertificate: "the authority of Loki's clients" };
const spec = lokiSpec({ leaf, trust, clientsTrust, retentionDays: 14 });

interface Configuration {
  readonly auth_enabled: boolean;
  readonly analytics: { readonly reporting_enabled: boolean };
  readonly server: Readonly<Record<string, unknown>> & {
    readonly http_tls_config: Readonly<Record<string, string>>;
  };
  readonly internal_server: Readonly<Record<string, unknown>>;
  readonly common: { readonly path_prefix: string; readonly instance_addr: string };
  readonly compactor: Readonly<Record<string, unknown>>;
  readonly limits_config: Readonly<Record<string, unknown>> & {
    readonly otlp_config: {
      readonly resource_attributes: {
        readonly ignore_defaults: boolean;
        readonly attributes_config: readonly { action: string; attributes: readonly string[] }[];
      };
    };
  };
}

const configuration = async (): Promise<Configuration> =>
  JSON.parse(await fileOf(spec, "/etc/semblance/loki.yaml")) as Configuration;

describe("Loki", () => {
  it("asks every client for a certificate, over TLS 1.2 or newer", async () => {
    const { server } = await configuration();
    const tls = server.http_tls_config;
    assert.equal(tls["client_auth_type"], "RequireAndVerifyClientCert");
    assert.equal(server["tls_min_version"], "VersionTLS12");
    assert.equal(await fileOf(spec, tls["client_ca_file"] ?? ""), clientsTrust.caCertificate);
    assert.equal(await fileOf(spec, tls["key_file"] ?? ""), secretText("key"));
    assert.notEqual(await fileOf(spec, tls["client_ca_file"] ?? ""), trust.caCertificate);
  });

  it("lets nobody but itself at its inner doors", async () => {
    const { server, internal_server: internal, common } = await configuration();
    const addresses = [
      server["grpc_listen_address"],
      internal["http_listen_address"],
      internal["grpc_listen_address"],
      common.instance_addr,
    ];
    assert.deepEqual([...new Set(addresses)], ["127.0.0.1"]);
  });

  it("is ready when its own page says so, asked by its own program: the official image has no shell", async () => {
    const { internal_server: internal } = await configuration();
    assert.deepEqual(spec.ready.command, [
      "loki",
      "-health",
      `-health.url=http://127.0.0.1:${Number(internal["http_listen_port"])}/ready`,
    ]);
    assert.ok(!spec.command.includes("sh"));
  });

  it("deletes what is older than the retention, and takes nothing older", async () => {
    const { compactor, limits_config: limits } = await configuration();
    assert.equal(compactor["retention_enabled"], true);
    assert.equal(compactor["delete_request_store"], "filesystem");
    assert.equal(limits["retention_period"], "336h");
    assert.equal(limits["reject_old_samples_max_age"], "336h");
    assert.equal(limits["deletion_mode"], "filter-only", "no client destroys a line");
  });

  it("tells the vendor nothing", async () => {
    assert.equal((await configuration()).analytics.reporting_enabled, false);
  });

  it("makes labels of few attributes, none of which has many values", async () => {
    const { ignore_defaults: own, attributes_config: configs } = (await configuration()).limits_config
      .otlp_config.resource_attributes;
    assert.ok(own);
    assert.deepEqual(configs, [{ action: "index_label", attributes: LABEL_ATTRIBUTES.ofResource }]);
    assert.ok(LABEL_ATTRIBUTES.ofResource.every((name) => !/id$|instance|pod/.test(name)));
  });

  it("keeps everything on its volume, which `down` keeps", async () => {
    const volume = spec.volumes?.["data"];
    assert.ok((await configuration()).common.path_prefix === volume?.mountPath);
    assert.equal(volume.onDown, "keep");
  });

  it("has room between what it may take and what the kernel allows", () => {
    const limit = Number(/^(\d+)MiB$/.exec(String(spec.env?.["GOMEMLIMIT"]))?.[1]);
    assert.ok(limit >= 128 && limit <= spec.resources.memoryMiB * 0.9, String(limit));
  });
});

describe("Loki's clients", () => {
  let loki: Loki<"grafana" | "otel-collector">;
  let foundation: Foundation;
  let resources: readonly Registered[];

  before(async () => {
    const recording = await recordProgram(() => {
      foundation = {
        platform: new RecordingPlatform(membersOf({ profile: "full", development: false })),
        certificates: new Authority("ca", { commonName: "test" }, {}),
        secrets: new Secrets("secrets", {}),
      };
      const args = { clients: ["grafana", "otel-collector"], retentionDays: 7 } as const;
      return new Loki("loki", foundation, args, {});
    });
    loki = recording.result;
    resources = recording.resources;
  });

  it("have a certificate each, which only clients of Loki have", () => {
    const certificates = resources.filter(({ type }) => type.endsWith(":LocallySignedCert"));
    const ofClients = certificates.filter(({ inputs }) =>
      String(inputs["allowedUses"]).includes("client_auth"),
    );
    assert.deepEqual(
      ofClients.map(({ name }) => name).sort(),
      ["grafana", "otel-collector", "prometheus"].map((client) => `ca-loki-clients-${client}-certificate`),
    );
  });

  it("dial its one port, and verify it by the stack's authority", () => {
    const { server, port, address, trust: theirs, readyWhen } = loki.connection("grafana");
    assert.deepEqual([server, port, address], ["loki", "https", { host: "loki", port: 3100 }]);
    assert.deepEqual(theirs, foundation.certificates.trust);
    assert.deepEqual(readyWhen, []);
    assert.notEqual(loki.connection("grafana").identity, loki.connection("otel-collector").identity);
  });

  it("are scraped by Prometheus, a client too", () => {
    const { connection, credential, path } = loki.target;
    assert.equal(path, "/metrics");
    assert.deepEqual(connection.address, { host: "loki", port: 3100 });
    assert.ok(
      credential.kind === "certificate" && credential.identity !== loki.connection("grafana").identity,
    );
  });
});
