import assert from "node:assert/strict";
import type { HttpsConnection } from "../../components/core/connection";
import type { GeneratedLogin } from "../../components/core/foundation";
import { Sensitive } from "../../components/core/values";
import { type GatewayRoute, gatewaySpec, type GatewaySpecArgs } from "../../components/services/gateway";
import { basicPattern } from "../../components/services/gateway/access";
import { homeFiles } from "../../components/services/gateway/home";
import { secretParameter } from "../../components/services/gateway/log";
import { httpsUrl } from "../../components/services/gateway/model";

const login = (username: string): GeneratedLogin => ({
  username,
  password: Sensitive.of("CANARY"),
  bcryptHash: Sensitive.of("CANARY"),
});

const connection = (
  server: HttpsConnection["server"],
  port: string,
  as?: GeneratedLogin,
): HttpsConnection => ({
  server,
  port,
  address: { host: server, port: 9000 },
  trust: { caCertificate: "ca" },
  readyWhen: [],
  ...(as === undefined ? {} : { login: as }),
});

const route = (host: string, access: GatewayRoute["access"], to: HttpsConnection): GatewayRoute => ({
  service: to.server,
  title: `The <b>${host}</b>`,
  description: "a & b",
  icon: "label",
  host,
  access,
  to,
  maxBodyBytes: 1024,
  answerWithinSeconds: 60,
});

const prometheus = connection("prometheus", "https", login("gateway"));

const args = (changes: Partial<GatewaySpecArgs> = {}): GatewaySpecArgs => ({
  stack: "dev",
  domain: "semblance.localhost",
  published: { bind: "127.0.0.1", httpsPort: 8443, httpPort: 8080 },
  routes: [
    route("label-studio", "own-login", connection("label-studio", "https")),
    { ...route("s3", "own-login", connection("minio", "s3")), forPeople: false },
    route("minio", "operator", connection("minio", "console")),
    route("prometheus", "scientist", prometheus),
  ],
  others: [{ service: "postgres", title: "PostgreSQL", description: "metadata", icon: "database" }],
  state: { to: prometheus },
  absent: {},
  authorityFile: "ca.crt",
  publicLeaf: { certificate: textOutput("crt"), key: Sensitive.of("CANARY") },
  leaf: { certificate: textOutput("crt"), key: Sensitive.of("CANARY") },
  name: "gateway",
  trust: { caCertificate: "ca" },
  listen: { public: ["10.0.0.2"], metrics: ["10.0.1.2"] },
  logins: { annotator: login("annotator"), scientist: login("scientist"), operator: login("operator") },
  scrape: login("prometheus"),
  ...changes,
});

function textOutput(text: string) {
  return Sensitive.of(text).unwrap();
}

/** A text file of the spec that is no secret. */
function fileOf(spec: ReturnType<typeof gatewaySpec>, path: `/etc/semblance/${string}`): string {
  const value = spec.files?.[path];
  if (typeof value !== "string") throw new Error(`${path} is ${typeof value}`);
  return value;
}

const configOf = (changes: Partial<GatewaySpecArgs> = {}): string =>
  fileOf(gatewaySpec(args(changes)), "/etc/semblance/caddy.json");

describe("gateway: spec", () => {
  it("keeps every secret out of the configuration, which a preview shows", () => {
    // The configuration is a plain string: were a secret in it, it would be one itself and not be readable here.
    assert.doesNotMatch(configOf(), /CANARY/);
    assert.match(configOf(), /\{file\.\/etc\/semblance\/secrets\/operator\.hash\}/);
    assert.match(configOf(), /\{file\.\/etc\/semblance\/upstreams\/prometheus-https\/authorization\}/);
  });

  it("has every file that its configuration names", () => {
    const spec = gatewaySpec(args());
    const named = new Set(configOf().match(/\/etc\/semblance\/[\w./-]+/g));
    named.delete("/etc/semblance/home");
    const missing = [...named].filter((path) => !Object.keys(spec.files ?? {}).includes(path));
    assert.ok(named.size > 10);
    assert.deepEqual(missing, []);
  });

  it("binds the addresses that it is given and no others", () => {
    const listens = [...configOf().matchAll(/"listen":\[([^\]]*)\]/g)].map(([, list = ""]) => list.trim());
    assert.deepEqual(listens, ['"10.0.0.2:8443"', '"10.0.0.2:8080"', '"10.0.1.2:9443"']);
  });

  it("uses each connection once, also one that has a page and tells the state", () => {
    const used = gatewaySpec(args()).uses.map(({ server, port }) => `${server}:${port}`);
    assert.deepEqual(used, ["label-studio:https", "minio:s3", "minio:console", "prometheus:https"]);
  });

  it("refuses to lend a service's credential to people who did not log in", () => {
    const lent = route("prometheus", "own-login", prometheus);
    assert.throws(
      () => gatewaySpec(args({ routes: [lent] })),
      /gateway route prometheus: access is own-login/,
    );
  });

  it("sends traces only where there is an endpoint", () => {
    assert.doesNotMatch(configOf(), /"tracing"/);
    const traced = gatewaySpec(
      args({ otlp: { ...connection("otel-collector", "otlp"), login: login("gateway") } }),
    );
    assert.match(fileOf(traced, "/etc/semblance/caddy.json"), /"tracing"/);
    assert.equal(traced.env?.["OTEL_EXPORTER_OTLP_ENDPOINT"], "https://otel-collector:9000");
    assert.ok(traced.uses.some(({ server }) => server === "otel-collector"));
  });

  it("asks for HSTS on the usual port of a real domain only", () => {
    const port = (httpsPort: number) => ({ bind: "0.0.0.0", httpsPort, httpPort: 80 });
    const hsts = /Strict-Transport-Security/;
    assert.match(configOf({ domain: "label.example.org", published: port(443) }), hsts);
    assert.doesNotMatch(configOf({ domain: "label.example.org", published: port(8443) }), hsts);
    assert.doesNotMatch(configOf({ published: port(443) }), hsts);
    assert.equal(httpsUrl("a.b", 443), "https://a.b");
  });
});

describe("gateway: login pattern", () => {
  it("knows the names whatever the password, and no others", () => {
    const pattern = new RegExp(basicPattern(["annotator", "operator", "prometheus"]));
    const header = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;
    for (const user of ["annotator", "operator", "prometheus"]) {
      for (const password of ["", "x", "~~~~", "ÿÿ", "a:b"])
        assert.match(header(`${user}:${password}`), pattern);
    }
    for (const text of [
      "annotator",
      "annotator2:x",
      "annotatoR:x",
      "operators:x",
      "prometheu:x",
      "prometheus;x",
      ":",
      "",
    ]) {
      assert.doesNotMatch(header(text), pattern, text);
    }
    assert.doesNotMatch("Bearer abc", pattern);
  });
});

describe("gateway: log", () => {
  // Go writes the flag of the pattern in front, JavaScript at the end.
  const pattern = new RegExp(secretParameter.replace("(?i)", ""), "gi");
  const logged = (uri: string): string => uri.replace(pattern, "$1REDACTED");

  it("hides values of parameters that name a secret, and keeps the others", () => {
    const secret = [
      "token=s",
      "access_token=s",
      "X-Amz-Signature=s",
      "X-Amz-Credential=s",
      "api-key=s",
      "PASSWORD=s",
      "code=s",
    ];
    for (const parameter of secret) {
      assert.equal(logged(`/p?a=1&${parameter}&b=2`), `/p?a=1&${parameter.slice(0, -1)}REDACTED&b=2`);
    }
    assert.equal(logged("/p?project=3&page=2"), "/p?project=3&page=2");
  });
});

describe("gateway: home page", () => {
  const files = homeFiles({ ...args(), publicHttpsPort: 8443, routes: [] });
  const page = (changes: Partial<Parameters<typeof homeFiles>[0]> = {}): string =>
    homeFiles({
      ...args(),
      publicHttpsPort: 8443,
      routes: args().routes.map(({ to: _, ...one }) => ({
        ...one,
        upstream: { host: "h", port: 1, serverName: "h", caFile: "/ca" },
      })),
      ...changes,
    })["index.html"] ?? "";

  it("links to what people open and only names the rest", () => {
    const links = [...page().matchAll(/<h3><a href="([^"]*)"/g)].map(([, href]) => href);
    const base = "semblance.localhost:8443/";
    assert.deepEqual(links, [
      `https://label-studio.${base}`,
      `https://minio.${base}`,
      `https://prometheus.${base}`,
    ]);
    const tiles = [...page().matchAll(/data-service="([^"]*)"/g)].map(([, service]) => service);
    assert.deepEqual(tiles, ["label-studio", "minio", "prometheus", "postgres"]);
  });

  it("says how to get each login, and writes texts as texts", () => {
    for (const role of ["label-studio", "operator", "scientist"])
      assert.match(page(), new RegExp(`npm run password -- ${role}<`));
    assert.doesNotMatch(page(), /npm run password -- annotator/);
    assert.match(page({ stack: "<i>" }), /&lt;i&gt;/);
    assert.doesNotMatch(page({ stack: "<i>" }), /<i>|<b>minio/);
    assert.match(page(), /The &lt;b&gt;minio&lt;\/b&gt;/);
  });

  it("brings all that it loads", () => {
    const loaded = [...page().matchAll(/(?:href|src)="\/([a-z.]+\.(?:css|mjs|svg))"/g)].map(
      ([, name]) => name,
    );
    assert.deepEqual(loaded, ["icon.svg", "base.css", "home.css", "home.mjs"]);
    for (const name of loaded) assert.ok(name !== undefined && name in files);
    assert.ok("state.mjs" in files);
    assert.doesNotMatch(Object.values(files).join(""), /https?:\/\/(?!www\.w3\.org)[a-z]+\.(com|org|net|io)/);
  });
});
