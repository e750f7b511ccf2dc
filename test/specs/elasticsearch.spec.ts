import assert from "node:assert/strict";
import { elasticsearchSpec } from "../../components/services/elasticsearch/elasticsearch";
import type { ServerArgs } from "../../components/services/elasticsearch/engine";
import { opensearchSpec } from "../../components/services/elasticsearch/opensearch";
import type { WorkloadSpec } from "../../components/core/workload";
import { CANARY } from "../support/mocks";
import { fileOf, leaf, login, open, secretText, textsOf, trust } from "../support/samples";
import { checkScript } from "../support/shell";

const args: ServerArgs = { leaf, trust, listen: ["10.89.0.2", "10.89.0.18"], memoryMiB: 1024 };
const admin = login("elasticsearch-setup");
const opensearchArgs = { clientTrust: { caCertificate: "clients" }, adminName: "elasticsearch-setup" };
const specs = {
  elasticsearch: (server: ServerArgs) => elasticsearchSpec({ ...server, admin }),
  opensearch: (server: ServerArgs) => opensearchSpec({ ...server, ...opensearchArgs }),
};
const engines = ["elasticsearch", "opensearch"] as const;

const settingsOf = async (engine: (typeof engines)[number], server = args) =>
  JSON.parse(await fileOf(specs[engine](server), `/etc/semblance/config/${engine}.yml`)) as Record<
    string,
    unknown
  >;

/** Where the start script copies keys to, below the folder of configuration. */
const copied = ["tls/ca.crt", "tls/server.crt", "tls/server.key", "tls/clients-ca.crt"];

for (const engine of engines) {
  describe(`${engine} as the search index`, () => {
    const spec: WorkloadSpec<"https"> = specs[engine](args);

    it("is one node that others cannot join", async () => {
      const settings = await settingsOf(engine);
      assert.equal(settings["discovery.type"], "single-node");
      assert.equal(settings["transport.host"], "127.0.0.1");
      assert.notEqual(settings["transport.port"], settings["http.port"]);
      assert.ok(!("network.host" in settings), "which would be both");
    });

    it("listens on the addresses that the platform gives, and on the loopback address for its probe", async () => {
      assert.equal((await settingsOf(engine))["http.host"], "10.89.0.2,10.89.0.18,127.0.0.1");
      assert.equal((await settingsOf(engine))["http.port"], spec.ports.https.number);
      const everywhere = await settingsOf(engine, { ...args, listen: ["0.0.0.0"] });
      assert.equal(everywhere["http.host"], "0.0.0.0", "which holds the loopback address already");
    });

    it("speaks TLS 1.2 and newer with certificates that its start script puts there", async () => {
      const settings = Object.entries(await settingsOf(engine));
      const protocols = settings.filter(([key]) => /protocols$/.test(key));
      assert.equal(protocols.length, 2, "to clients and to nodes");
      for (const [, value] of protocols) assert.deepEqual([value].flat().join(","), "TLSv1.3,TLSv1.2");
      const files = settings.filter(([, value]) => /\.(crt|key)$/.test(String(value)));
      assert.ok(files.length >= 5);
      const script = await fileOf(spec, "/etc/semblance/start.sh");
      for (const [key, file] of files) {
        assert.ok(copied.includes(String(file)), `${key}: ${String(file)}`);
        assert.ok(script.includes(String(file).slice("tls/".length)), String(file));
      }
    });

    it("keeps keys and configuration in memory, for its own user only", async () => {
      const script = await fileOf(spec, "/etc/semblance/start.sh");
      checkScript(script);
      assert.match(script, /^umask 077$/m);
      const folder = spec.env?.[engine === "elasticsearch" ? "ES_PATH_CONF" : "OPENSEARCH_PATH_CONF"];
      assert.ok(spec.writable?.some((path) => path === folder));
      assert.match(script, /^exec /m, "the shell does not stay in between");
    });

    it("gives Java half of the memory, and buffers a quarter", () => {
      const options =
        spec.env?.[engine === "elasticsearch" ? "ES_JAVA_OPTS" : "OPENSEARCH_JAVA_OPTS"] ?? assert.fail();
      assert.equal(options, "-Xms512m -Xmx512m -XX:MaxDirectMemorySize=256m");
      assert.equal(spec.resources.memoryMiB, 1024);
    });

    it("is ready when its security is, and needs no password for that", () => {
      const probe = spec.ready.command.join(" ");
      const page = engine === "elasticsearch" ? /9200\/\)" = 401$/ : /_security\/health\)" = 200$/;
      assert.match(probe, page);
      assert.match(probe, /--cacert \/etc\/semblance\/tls\/ca\.crt https:/);
      assert.doesNotMatch(probe, /--insecure| -k |--user|-u /);
    });

    it("keeps its data, and no password in clear", async () => {
      assert.deepEqual(
        Object.values(spec.volumes ?? {}).map(({ onDown }) => onDown),
        ["keep"],
      );
      for (const [path, { text }] of await textsOf(spec.files)) {
        assert.ok(!text.includes(secretText("elasticsearch-setup")), path);
        if (text.includes(CANARY)) assert.ok((await open(spec.files?.[path as never] ?? "")).secret, path);
      }
    });

    it("refuses to delete all indices at once", async () => {
      assert.equal((await settingsOf(engine))["action.destructive_requires_name"], true);
    });
  });
}

describe("Elasticsearch itself", () => {
  it("has security on, and no user that it brings along", async () => {
    const settings = await settingsOf("elasticsearch");
    assert.equal(settings["xpack.security.enabled"], true);
    assert.equal(settings["xpack.security.http.ssl.enabled"], true);
    assert.equal(settings["xpack.security.transport.ssl.enabled"], true);
    assert.equal(settings["xpack.security.authc.reserved_realm.enabled"], false);
    assert.equal(settings["xpack.security.enrollment.enabled"], false);
    assert.ok(!Object.keys(settings).some((key) => key.includes("anonymous")));
  });

  it("fetches nothing, and runs no machine learning", async () => {
    const settings = await settingsOf("elasticsearch");
    assert.equal(settings["ingest.geoip.downloader.enabled"], false);
    assert.equal(settings["xpack.ml.enabled"], false);
  });

  it("knows the set-up job by the hash of its password, with no more rights than it needs", async () => {
    const spec = specs.elasticsearch(args);
    const users = await open(spec.files?.["/etc/semblance/config/users"] ?? "");
    assert.equal(users.text, `elasticsearch-setup:$2a$10$${secretText("hash-elasticsearch-setup")}\n`);
    assert.ok(users.secret);
    assert.equal(
      await fileOf(spec, "/etc/semblance/config/users_roles"),
      "semblance-setup:elasticsearch-setup\n",
    );
    assert.deepEqual(JSON.parse(await fileOf(spec, "/etc/semblance/config/roles.yml")), {
      "semblance-setup": { cluster: ["manage_security", "manage_index_templates", "monitor"] },
    });
  });
});

describe("OpenSearch in its place", () => {
  const spec = specs.opensearch(args);

  it("has its security on, and starts without any user", async () => {
    const settings = await settingsOf("opensearch");
    assert.ok(!("plugins.security.disabled" in settings));
    assert.equal(settings["plugins.security.ssl.http.enabled"], true);
    const users = JSON.parse(await fileOf(spec, "/etc/semblance/security/internal_users.yml")) as object;
    assert.deepEqual(Object.keys(users), ["_meta"]);
    const mapping = JSON.parse(await fileOf(spec, "/etc/semblance/security/roles_mapping.yml")) as object;
    assert.deepEqual(Object.keys(mapping), ["_meta"]);
  });

  it("lets the set-up job's certificate do anything, and asks nobody else for one", async () => {
    const settings = await settingsOf("opensearch");
    assert.deepEqual(settings["plugins.security.authcz.admin_dn"], [
      "CN=elasticsearch-setup,O=Semblance Curation",
    ]);
    assert.equal(settings["plugins.security.ssl.http.clientauth_mode"], "OPTIONAL");
    assert.equal(settings["plugins.security.ssl.http.pemtrustedcas_filepath"], "tls/clients-ca.crt");
    assert.equal(await fileOf(spec, "/etc/semblance/config/clients-ca.crt"), "clients");
  });

  it("knows no anonymous user, and reads passwords from its own users only", async () => {
    const { config } = JSON.parse(await fileOf(spec, "/etc/semblance/security/config.yml")) as {
      config: { dynamic: { http: object; authc: Record<string, { authentication_backend: object }> } };
    };
    assert.deepEqual(config.dynamic.http, { anonymous_auth_enabled: false, xff: { enabled: false } });
    assert.deepEqual(
      Object.values(config.dynamic.authc).map((domain) => domain.authentication_backend),
      [{ type: "intern" }],
    );
  });

  it("writes every event as one line, also one with a stack trace", async () => {
    const log = await fileOf(spec, "/etc/semblance/config/log4j2.properties");
    assert.match(log, /alwaysWriteExceptions = false/);
    assert.match(log, /"error":"%enc\{%xEx\}\{JSON\}"\}%n$/m);
  });
});
