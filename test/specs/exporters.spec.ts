import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { postgresExporterSpec, redisExporterSpec, webConfig } from "../../components/services/exporters";
import type { WorkloadSpec } from "../../components/core/workload";
import { CANARY } from "../support/mocks";
import { fileOf, leaf, login, postgres, redis, secretText, textsOf } from "../support/samples";
import { checkScript } from "../support/shell";

const args = { leaf, scrape: login("prometheus"), listen: ["10.89.0.2"] };
const ofPostgres = postgresExporterSpec({ ...args, postgres });
const ofRedis = redisExporterSpec({ ...args, redis });

const exporters: readonly (readonly [string, WorkloadSpec<"metrics">])[] = [
  ["PostgreSQL", ofPostgres],
  ["Redis", ofRedis],
];

for (const [measured, spec] of exporters) {
  describe(`exporter of ${measured}`, () => {
    it("has no secret in its environment or command line", async () => {
      for (const [name, { text, secret }] of await textsOf(spec.env)) {
        assert.ok(!text.includes(CANARY) && !secret, name);
      }
      assert.ok(!JSON.stringify([spec.command, spec.ready.command]).includes(CANARY));
    });

    it("listens where Prometheus dials it and nowhere else", () => {
      const said = JSON.stringify([spec.command, spec.env]);
      assert.ok(said.includes(`10.89.0.2:${spec.ports.metrics.number}`));
      assert.doesNotMatch(said, /0\.0\.0\.0|"=?:\d+/);
    });

    it("uses the one connection that it measures", () => {
      assert.deepEqual(
        spec.uses.map(({ server }) => server),
        [measured === "Redis" ? "redis" : "postgres"],
      );
    });

    it("has every file that it names", () => {
      const files = spec.files ?? {};
      const named = JSON.stringify([spec.command, spec.env]).match(/\/etc\/semblance\/[\w./-]+/g) ?? [];
      assert.ok(named.length > 0);
      for (const path of named) assert.ok(path in files, path);
    });
  });
}

describe("exporter of PostgreSQL", () => {
  it("verifies the server's name and certificate", () => {
    assert.equal(
      ofPostgres.env?.["DATA_SOURCE_URI"],
      "postgres:5432/label_studio?sslmode=verify-full&sslrootcert=/etc/semblance/tls/ca.crt",
    );
    assert.equal(ofPostgres.env?.["DATA_SOURCE_USER"], "label_studio");
  });
});

describe("exporter of Redis", () => {
  it("speaks TLS with a verified server, and gets its passwords from files", async () => {
    assert.equal(ofRedis.env?.["REDIS_ADDR"], "rediss://redis:6379");
    assert.equal(ofRedis.env?.["REDIS_EXPORTER_TLS_CA_CERT_FILE"], "/etc/semblance/tls/ca.crt");
    assert.notEqual(ofRedis.env?.["REDIS_EXPORTER_SKIP_TLS_VERIFICATION"], "true");
    assert.equal(await fileOf(ofRedis, "/etc/semblance/secrets/redis-password"), secretText("label-studio"));
    const [shell, option, script = ""] = ofRedis.command;
    assert.deepEqual([shell, option], ["sh", "-c"]);
    checkScript(script);
    assert.match(script, /exec redis_exporter$/, "the shell does not stay in between");
  });
});

describe("the web configuration of Prometheus programs", () => {
  it("serves TLS to those who know a password, whose hash it holds", async () => {
    const config = webConfig([login("a"), login("b")]);
    assert.equal(await pulumi.isSecret(config), true);
    const text = await new Promise<string>((resolve) => void config.apply(resolve));
    assert.deepEqual(JSON.parse(text), {
      tls_server_config: {
        cert_file: "/etc/semblance/tls/server.crt",
        key_file: "/etc/semblance/tls/server.key",
        min_version: "TLS12",
      },
      basic_auth_users: { a: `$2a$10$${secretText("hash-a")}`, b: `$2a$10$${secretText("hash-b")}` },
    });
  });
});
