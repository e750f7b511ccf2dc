import assert from "node:assert/strict";
import { z } from "zod";
import { grafanaSpec, type GrafanaSpecArgs } from "../../components/services/grafana";
import type { MutualTlsConnection } from "../../components/core/connection";
import { Sensitive } from "../../components/core/values";
import { memberNames } from "../../components/topology";
import { CANARY } from "../support/mocks";
import { connection, fileOf, leaf, login, open, secretText, trust } from "../support/samples";

const mutual = (server: "loki" | "jaeger", port: string, number: number): MutualTlsConnection => ({
  ...connection(server, port, number),
  identity: leaf,
});
const args: GrafanaSpecArgs = {
  leaf,
  trust,
  listen: ["10.89.0.210"],
  administrator: login("admin"),
  scrape: login("prometheus"),
  secretKey: Sensitive.of(secretText("secret-key")),
  url: "https://grafana.semblance.localhost:8443",
  present: new Set(memberNames),
  shown: {
    prometheus: { ...connection("prometheus", "https", 9090), login: login("grafana") },
    alertmanager: { ...connection("alertmanager", "https", 9093), login: login("grafana-am") },
    loki: mutual("loki", "https", 3100),
    jaeger: mutual("jaeger", "query", 16686),
  },
};
const spec = grafanaSpec(args);

/** Fields of a data source, as Grafana's provisioning reads them; a misspelt one would be ignored there. */
const sourceSchema = z.strictObject({
  name: z.string(),
  type: z.enum(["prometheus", "loki", "jaeger", "alertmanager"]),
  uid: z.string(),
  access: z.literal("proxy"),
  url: z.string().startsWith("https://"),
  editable: z.literal(false),
  isDefault: z.literal(true).optional(),
  basicAuth: z.literal(true).optional(),
  basicAuthUser: z.string().optional(),
  jsonData: z.looseObject({
    tlsAuthWithCACert: z.literal(true),
    tlsAuth: z.boolean().optional(),
    serverName: z.string(),
    tlsSkipVerify: z.undefined().optional(),
  }),
  secureJsonData: z.record(
    z.enum(["basicAuthPassword", "tlsCACert", "tlsClientCert", "tlsClientKey"]),
    z
      .string()
      .regex(/^\$__file\{\/etc\/semblance\/[\w./-]+\}$/)
      .optional(),
  ),
});
const fileSchema = z.strictObject({
  apiVersion: z.literal(1),
  prune: z.literal(true),
  datasources: z.array(sourceSchema),
});

const sourcesText = () => fileOf(spec, "/etc/semblance/provisioning/datasources/semblance.yaml");
const sources = async () => fileSchema.parse(JSON.parse(await sourcesText())).datasources;

async function settings(of = spec): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let section = "";
  for (const line of (await fileOf(of, "/etc/semblance/grafana.ini")).split("\n")) {
    section = /^\[(.*)\]$/.exec(line)?.[1] ?? section;
    const [, key, value] = /^(\w+) = (.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) found.set(`${section}.${key}`, value);
  }
  return found;
}

/** Files that a text names by Grafana's `$__file{…}`. */
const namedFiles = (text: string): string[] =>
  [...text.matchAll(/\$__file\{([^}]+)\}/g)].map(([, path = ""]) => path);

describe("Grafana", () => {
  it("lets nobody in without a login, and lets nobody sign up", async () => {
    const of = await settings();
    for (const [key, value] of Object.entries({
      "auth.anonymous.enabled": "false",
      "users.allow_sign_up": "false",
      "users.allow_org_create": "false",
      "users.auto_assign_org_role": "Viewer",
      "snapshots.enabled": "false",
      "public_dashboards.enabled": "false",
      "security.cookie_secure": "true",
      "security.content_security_policy": "true",
      "server.protocol": "https",
      "server.min_tls_version": "TLS1.2",
      "server.root_url": "https://grafana.semblance.localhost:8443/",
      "server.http_addr": "10.89.0.210",
    }))
      assert.equal(of.get(key), value, key);
  });

  it("listens on every address where the platform says so, and is asked on the loopback address", async () => {
    const everywhere = grafanaSpec({ ...args, listen: ["0.0.0.0"] });
    assert.equal((await settings(everywhere)).get("server.http_addr"), "0.0.0.0");
    assert.ok(everywhere.ready.command.includes("grafana:3000:127.0.0.1:3000"));
  });

  it("asks nothing of the vendor and tells it nothing", async () => {
    const of = await settings();
    for (const key of [
      "analytics.enabled",
      "analytics.reporting_enabled",
      "analytics.check_for_updates",
      "analytics.check_for_plugin_updates",
      "analytics.feedback_links_enabled",
      "news.news_feed_enabled",
      "plugins.plugin_admin_enabled",
      "snapshots.external_enabled",
    ])
      assert.equal(of.get(key), "false", key);
    for (const key of ["security.disable_gravatar", "plugins.preinstall_disabled"])
      assert.equal(of.get(key), "true", key);
  });

  it("has its secrets in files: each that it names is there, is one, and stands nowhere else", async () => {
    const ini = await fileOf(spec, "/etc/semblance/grafana.ini");
    const named = [...namedFiles(ini), ...namedFiles(await sourcesText())];
    for (const path of named) {
      const value = spec.files?.[path as `/etc/semblance/${string}`];
      assert.ok(value, path);
      const { secret } = await open(value);
      assert.equal(secret, !path.endsWith(".crt"), path);
    }
    assert.equal(new Set(namedFiles(ini)).size, 3);
    const texts = [ini, await sourcesText(), String(spec.command), JSON.stringify(spec.env)];
    for (const text of texts) assert.ok(!text.includes(CANARY));
  });

  it("reaches each server over TLS with a verified name and a credential of its own", async () => {
    const found = new Map((await sources()).map((source) => [source.uid, source]));
    assert.deepEqual([...found.keys()].sort(), ["alertmanager", "jaeger", "loki", "prometheus"]);
    for (const { uid, type, jsonData, secureJsonData, basicAuthUser } of found.values()) {
      assert.equal(uid, type);
      assert.equal(jsonData.serverName, uid);
      assert.ok(secureJsonData.tlsCACert);
      const byCertificate = uid === "loki" || uid === "jaeger";
      assert.equal(jsonData.tlsAuth ?? false, byCertificate, uid);
      assert.equal(secureJsonData.tlsClientKey !== undefined, byCertificate, uid);
      assert.equal(
        basicAuthUser !== undefined && secureJsonData.basicAuthPassword !== undefined,
        !byCertificate,
      );
    }
    assert.equal(found.get("jaeger")?.url, "https://jaeger:16686");
    assert.deepEqual(
      spec.uses.map(({ server }) => server),
      ["prometheus", "alertmanager", "loki", "jaeger"],
    );
  });

  it("leads from one to the other: to sources that exist, with dollar signs that survive its expansion", async () => {
    const text = await sourcesText();
    for (const [, uid = ""] of text.matchAll(/"(?:datasourceUid|alertmanagerUid)": "(\w+)"/g))
      assert.ok(
        (await sources()).some((source) => source.uid === uid),
        uid,
      );
    assert.ok(text.includes("$${__value.raw}") && text.includes("$${__trace.traceId}"));
    const left = text.replaceAll("$$", "").replaceAll("$__file{", "");
    assert.ok(!left.includes("$"), "a single dollar sign would be replaced by a variable of the environment");
  });

  it("has its dashboards as files where it looks for them, the first page among them", async () => {
    const provider = JSON.parse(
      await fileOf(spec, "/etc/semblance/provisioning/dashboards/semblance.yaml"),
    ) as { providers: { options: { path: string }; allowUiUpdates: boolean }[] };
    const folder = provider.providers[0]?.options.path ?? "";
    const files = Object.keys(spec.files ?? {}).filter((path) => path.startsWith(`${folder}/`));
    assert.ok(files.length >= 10);
    const home = (await settings()).get("dashboards.default_home_dashboard_path") ?? "";
    assert.ok(files.includes(home), home);
    assert.equal(provider.providers[0]?.allowUiUpdates, false);
  });

  it("is told by its environment what the image's environment would say otherwise", () => {
    assert.equal(spec.env?.["GF_PATHS_PROVISIONING"], "/etc/semblance/provisioning");
    assert.equal(spec.volumes?.["data"]?.mountPath, spec.env["GF_PATHS_DATA"]);
    assert.deepEqual(spec.user, { uid: 472, gid: 472 });
  });

  it("is ready when it answers over TLS under its own name", () => {
    const probe = spec.ready.command.join(" ");
    assert.match(probe, /--cacert \/etc\/semblance\/tls\/ca\.crt/);
    assert.match(probe, /--connect-to grafana:3000:10\.89\.0\.210:3000 https:\/\/grafana:3000\/api\/health$/);
    assert.doesNotMatch(probe, /--insecure| -k /);
  });
});
