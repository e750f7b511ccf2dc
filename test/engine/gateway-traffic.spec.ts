import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import https from "node:https";
import tls from "node:tls";
import { until } from "../support/until";
import { opens } from "./gateway-bench";
import { type Ask, finish, getPlain, optionsOf, type Reply } from "./gateway-client";
import { asks, DOMAIN, gatewayUnderTest, host, HTML, MEBIBYTE } from "./gateway-fixture";

describe("gateway on a real engine: what passes", function () {
  this.timeout(60_000);
  const bench = gatewayUnderTest();
  const ask = (what: Ask): Promise<Reply> => bench.gateway.ask(what);

  it("listens only where an arrow leads to it", async () => {
    const tried: string[] = [];
    for (const leg of [bench.gateway.open, bench.gateway.scrape, bench.gateway.back]) {
      for (const port of [8443, 8080, 9443, 2019])
        if (await opens(leg.gateway, port)) tried.push(`${leg.gateway}:${port}`);
    }
    assert.deepEqual(tried, [
      `${bench.gateway.open.gateway}:8443`,
      `${bench.gateway.open.gateway}:8080`,
      `${bench.gateway.scrape.gateway}:9443`,
    ]);
  });

  it("sends plain http to https under the same name, and only under its own names", async () => {
    const plain = { address: bench.gateway.open.gateway, port: 8080 };
    const known = await getPlain(plain, { host: host("minio"), path: "/a?b=c", publicPort: 8080 });
    assert.equal(known.status, 308);
    assert.equal(known.headers.location, `https://${host("minio")}:8443/a?b=c`);
    const unknown = await getPlain(plain, { host: "evil.example", publicPort: 8080 });
    assert.equal(unknown.status, 421);
    assert.equal(unknown.headers.location, undefined);
  });

  it("speaks TLS 1.2 and 1.3 and refuses 1.1", async () => {
    const handshake = (version: tls.SecureVersion): Promise<string> =>
      new Promise((resolve) => {
        const options = {
          host: bench.gateway.door.address,
          port: 8443,
          ca: bench.gateway.door.ca,
          servername: DOMAIN,
        };
        const versions = { minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" };
        const socket = tls.connect({ ...options, ...versions });
        socket.on("error", (error) => resolve(error.message));
        socket.on("secureConnect", () => {
          resolve(socket.getProtocol() ?? "");
          socket.destroy();
        });
      });
    assert.equal(await handshake("TLSv1.2"), "TLSv1.2");
    assert.equal(await handshake("TLSv1.3"), "TLSv1.3");
    assert.match(await handshake("TLSv1.1"), /alert protocol version/);
  });

  it("names the hosts that it knows to who asks for another", async () => {
    for (const headers of [HTML, {}]) {
      const reply = await ask({ host: host("labelstudio"), headers });
      assert.equal(reply.status, 421);
      assert.match(reply.body, /label-studio\.semblance\.localhost/);
      assert.doesNotMatch(reply.body, /labelstudio/);
    }
  });

  it("says what to run when a service is down", async () => {
    const page = await ask({ host: host("down"), headers: HTML });
    assert.equal(page.status, 502);
    assert.match(page.headers["content-type"] ?? "", /^text\/html/);
    assert.match(page.body, /Redis does not answer[^]*npm run status[^]*npm run logs -- redis/);
    const json = await ask({ host: host("down") });
    assert.equal(json.status, 502);
    assert.deepEqual(JSON.parse(json.body), {
      status: 502,
      error: "Redis does not answer",
      detail: "It may still be starting, or it is down. This page tries again by itself.",
      try: ["npm run status", "npm run logs -- redis"],
    });
  });

  it("does not talk to a server whose certificate carries another name", async () => {
    assert.equal((await ask({ host: host("impostor") })).status, 502);
    assert.equal(bench.impostor.seen.length, 0);
  });

  it("passes websockets through", async () => {
    const request = https.request(
      optionsOf(bench.gateway.door, {
        host: host("minio"),
        login: asks.annotator,
        headers: {
          Connection: "Upgrade",
          Upgrade: "websocket",
          "Sec-WebSocket-Version": "13",
          "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
          "Sec-Fetch-Site": "same-origin",
        },
      }),
    );
    request.end();
    const [response, socket] = await once(request, "upgrade");
    assert.equal(response.statusCode, 101);
    assert.equal(response.headers["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    socket.write("there and back");
    let echo = "";
    socket.on("data", (piece: Buffer) => (echo += piece.toString()));
    await until({ what: "the echo", limitSeconds: 5, everySeconds: 0.02 }, () => echo === "there and back");
    socket.destroy();
  });

  it("streams a large upload instead of holding it back", async () => {
    const before = bench.upstream.received;
    const total = 100 * MEBIBYTE;
    const request = https.request(
      optionsOf(bench.gateway.door, {
        host: host("label-studio"),
        method: "PUT",
        path: "/upload",
        headers: { "Content-Length": String(total) },
      }),
    );
    const reply = new Promise<Reply>((resolve, reject) => {
      request.on("response", (response) => {
        response.resume();
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: "" }),
        );
      });
      request.on("error", reject);
    });
    const piece = randomBytes(MEBIBYTE);
    request.write(piece);
    // The rest is not sent until the upstream has seen the first piece: a gateway that buffers never gets further.
    await until(
      { what: "the first piece to arrive", limitSeconds: 10, everySeconds: 0.05 },
      () => bench.upstream.received >= before + MEBIBYTE,
    );
    for (let sent = 1; sent < 100; sent++) if (!request.write(piece)) await once(request, "drain");
    request.end();
    assert.equal((await reply).status, 200);
    assert.equal(bench.upstream.received - before, total);
  });

  it("refuses a body above the limit before the upstream sees it", async () => {
    const before = bench.upstream.seen.length;
    const request = https.request(
      optionsOf(bench.gateway.door, {
        host: host("minio"),
        login: asks.annotator,
        method: "PUT",
        headers: { "Content-Length": String(2 * MEBIBYTE), Expect: "100-continue" },
      }),
    );
    request.flushHeaders();
    const [response] = await once(request, "response");
    assert.equal(response.statusCode, 413);
    request.destroy();
    assert.equal(bench.upstream.seen.length, before);
  });

  it("shows the home page to everybody, with nothing loaded from elsewhere", async () => {
    const page = await ask({ host: DOMAIN, headers: HTML });
    assert.equal(page.status, 200);
    assert.match(String(page.headers["content-security-policy"]), /^default-src 'none'/);
    assert.equal(page.headers["x-content-type-options"], "nosniff");
    assert.equal(page.headers["strict-transport-security"], undefined);
    for (const [, file = ""] of page.body.matchAll(/(?:href|src)="(\/[a-z.]+(?:css|mjs|svg))"/g)) {
      const asset = await ask({ host: DOMAIN, path: file });
      assert.equal(asset.status, 200, file);
      assert.match(String(asset.headers["content-type"]), /^text\/(css|javascript)|^image\/svg\+xml/);
    }
    assert.equal((await ask({ host: DOMAIN, path: "/../caddy.json" })).status, 404);
    assert.equal((await ask({ host: DOMAIN, path: "/%2e%2e/secrets/scrape.hash" })).status, 404);
  });

  it("survives a broken-off request", async () => {
    const request = https.request(
      optionsOf(bench.gateway.door, {
        host: host("label-studio"),
        method: "PUT",
        headers: { "Content-Length": "1000" },
      }),
    );
    request.on("error", () => undefined);
    request.write("x");
    await once(request, "socket");
    request.destroy();
    assert.equal((await finish(https.request(optionsOf(bench.gateway.door, { host: DOMAIN })))).status, 200);
  });
});
