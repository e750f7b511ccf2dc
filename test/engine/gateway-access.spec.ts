import assert from "node:assert/strict";
import { stateQuery } from "../../components/services/gateway/state";
import { until } from "../support/until";
import { type Ask, type Door, get, type Reply } from "./gateway-client";
import { asks, DOMAIN, gatewayUnderTest, host } from "./gateway-fixture";

describe("gateway on a real engine: who may do what", function () {
  this.timeout(60_000);
  const bench = gatewayUnderTest();
  const ask = (what: Ask): Promise<Reply> => bench.gateway.ask(what);

  it("lets a role and those above it in, and nobody else", async () => {
    const table: Record<string, number> = {};
    for (const route of ["minio", "prometheus"]) {
      for (const login of [
        undefined,
        asks.annotator,
        asks.scientist,
        asks.operator,
        "operator:wrong",
        "nobody:x",
      ]) {
        const reply = await ask({ host: host(route), ...(login === undefined ? {} : { login }) });
        table[`${route} ${login}`] = reply.status;
        if (reply.status === 401)
          assert.match(reply.headers["www-authenticate"] ?? "", /^Basic realm="Semblance Curation"/);
      }
    }
    const admitted = Object.entries(table)
      .filter(([, status]) => status === 200)
      .map(([who]) => who);
    const expected = ["annotator", "scientist", "operator"] as const;
    assert.deepEqual(admitted, [
      ...expected.map((role) => `minio ${asks[role]}`),
      `prometheus ${asks.operator}`,
    ]);
    assert.ok(
      Object.values(table).every((status) => status === 200 || status === 401),
      JSON.stringify(table),
    );
  });

  it("passes on who is asking, and nothing that the client says about that", async () => {
    const spoofed = {
      "X-Forwarded-For": "6.6.6.6",
      "X-Forwarded-User": "root",
      "X-Forwarded-Host": "evil.example",
      "X-Forwarded-Proto": "http",
      "X-Forwarded-Port": "1",
      X_Forwarded_User: "root",
      Forwarded: "for=6.6.6.6",
      "X-Real-IP": "6.6.6.6",
      "X-Original-URL": "/admin",
      "X-Webauth-User": "root",
      "Remote-User": "root",
      Proxy: "evil",
    };
    await ask({ host: host("prometheus"), login: asks.operator, headers: spoofed });
    const { headers } = bench.upstream.last;
    assert.equal(headers.host, `${host("prometheus")}:8443`);
    assert.equal(headers["x-forwarded-user"], "operator");
    assert.equal(headers["x-forwarded-for"], bench.gateway.open.host);
    assert.equal(headers["x-forwarded-host"], `${host("prometheus")}:8443`);
    assert.equal(headers["x-forwarded-proto"], "https");
    assert.equal(headers["x-forwarded-port"], "8443");
    assert.doesNotMatch(JSON.stringify(headers), /6\.6\.6\.6|root|evil|admin/);
  });

  it("gives the upstream the gateway's credential in place of the person's", async () => {
    const authorization = `Basic ${Buffer.from("gateway:pw-of-prometheus").toString("base64")}`;
    await ask({ host: host("prometheus"), login: asks.operator });
    assert.equal(bench.upstream.last.headers.authorization, authorization);
    await ask({ host: host("minio"), login: asks.operator });
    assert.equal(bench.upstream.last.headers.authorization, undefined);
  });

  it("passes a service's own login through, and does not name a user to it", async () => {
    await ask({
      host: host("label-studio"),
      headers: { Authorization: "Token abc", "X-Forwarded-User": "root" },
    });
    assert.equal(bench.upstream.last.headers.authorization, "Token abc");
    assert.equal(bench.upstream.last.headers["x-forwarded-user"], undefined);
  });

  it("refuses what another page makes a browser send with a remembered login", async () => {
    const from = (site: string, more: Record<string, string> = {}) =>
      ask({
        host: host("prometheus"),
        login: asks.operator,
        headers: { "Sec-Fetch-Site": site, "Sec-Fetch-Mode": "cors", ...more },
      });
    assert.equal((await from("same-origin")).status, 200);
    assert.equal((await from("none")).status, 200);
    assert.equal((await from("same-site")).status, 403);
    assert.equal((await from("cross-site")).status, 403);
    assert.equal((await from("same-site", { "Sec-Fetch-Mode": "websocket" })).status, 403);
    assert.equal(
      (await from("same-site", { "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document" })).status,
      200,
    );
    assert.equal(
      (await from("same-site", { "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe" })).status,
      403,
    );
  });

  it("asks Prometheus one fixed question for the state, as itself, and only for a login", async () => {
    const without = await ask({ host: DOMAIN, path: "/api/state" });
    assert.equal(without.status, 401);
    assert.equal(without.headers["www-authenticate"], undefined);
    const challenge = await ask({ host: DOMAIN, path: "/login" });
    assert.equal(challenge.status, 401);
    assert.match(challenge.headers["www-authenticate"] ?? "", /^Basic/);
    assert.equal((await ask({ host: DOMAIN, path: "/login", login: asks.annotator })).status, 303);
    const state = await ask({
      host: DOMAIN,
      path: "/api/state?query=secret_series",
      login: asks.annotator,
      headers: { Cookie: "a=b" },
    });
    assert.equal(state.status, 200);
    const asked = new URL(bench.upstream.last.url, "https://prometheus");
    assert.equal(asked.pathname, "/api/v1/query");
    assert.deepEqual([...asked.searchParams], [["query", stateQuery]]);
    assert.equal(
      bench.upstream.last.headers.authorization,
      `Basic ${Buffer.from("gateway:pw-of-prometheus").toString("base64")}`,
    );
    assert.equal(bench.upstream.last.headers.cookie, undefined);
    assert.equal(
      (await ask({ host: DOMAIN, path: "/api/state", method: "POST", login: asks.annotator })).status,
      404,
    );
  });

  it("gives its metrics to Prometheus only", async () => {
    const metrics: Door = { address: bench.gateway.scrape.gateway, port: 9443, ca: bench.gateway.ca };
    assert.equal((await get(metrics, { host: "gateway", path: "/metrics" })).status, 401);
    const reply = await get(metrics, { host: "gateway", path: "/metrics", login: "prometheus:pw-scrape" });
    assert.equal(reply.status, 200);
    assert.ok(/^caddy_http_requests_total\{handler="log_append",server="public"\} [1-9]/m.test(reply.body));
    // A label that a client chooses would let it fill the memory of the gateway and of Prometheus.
    await ask({ host: "made-up-by-a-client.example" }).catch(() => undefined);
    const after = await get(metrics, { host: "gateway", path: "/metrics", login: "prometheus:pw-scrape" });
    assert.ok(!/made-up|host="/.test(after.body));
  });

  it("logs each request as JSON, without any secret", async () => {
    const secrets = [
      "HEADER-AUTH",
      "HEADER-COOKIE",
      "COOKIE-OUT",
      "Q-TOKEN",
      "Q-SIG",
      "Q-CRED",
      "Q-SEC",
      "Q-KEY",
      "H-SEC",
      "REFERER-TOKEN",
      "pw-operator",
      "pw-of-prometheus",
    ];
    const query =
      "token=Q-TOKEN&page=7&X-Amz-Signature=Q-SIG&X-Amz-Credential=Q-CRED&X-Amz-Security-Token=Q-SEC&apiKey=Q-KEY";
    const headers = {
      Authorization: "Token HEADER-AUTH",
      Cookie: "sessionid=HEADER-COOKIE",
      "X-Amz-Security-Token": "H-SEC",
      Referer: "https://x/?token=REFERER-TOKEN",
      "User-Agent": "the-test",
    };
    for (const name of ["label-studio", "down"])
      await ask({ host: host(name), path: `/logged-${name}?${query}`, headers });
    await ask({ host: host("prometheus"), path: "/logged-prometheus", login: asks.operator });
    const log = await until({ what: "the access log", limitSeconds: 5, everySeconds: 0.1 }, async () => {
      const text = await bench.gateway.log();
      return (
        ["/logged-label-studio", "/logged-down", "/logged-prometheus"].every((path) => text.includes(path)) &&
        text
      );
    });
    assert.deepEqual(
      secrets.filter((secret) => log.includes(secret)),
      [],
    );
    const lines = log
      .split("\n")
      .filter((line) => line.includes("/logged-"))
      .map((line): unknown => JSON.parse(line.slice(line.indexOf("{"))));
    const text = JSON.stringify(lines);
    assert.match(
      text,
      /logged-label-studio\?token=REDACTED&page=7&X-Amz-Signature=REDACTED&X-Amz-Credential=REDACTED/,
    );
    assert.match(text, /"user_agent":"the-test"/);
    assert.match(text, /"user_id":"operator"/);
    assert.match(text, /"status":200/);
  });

  it("keeps its own name and that of the upstream to itself, and lets nobody frame a service", async () => {
    const { headers } = await ask({ host: host("label-studio") });
    assert.equal(headers.server, undefined);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["referrer-policy"], "same-origin");
    assert.equal(headers["content-security-policy"], "frame-ancestors 'self'");
  });
});
