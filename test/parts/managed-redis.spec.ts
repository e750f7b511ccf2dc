import assert from "node:assert/strict";
import type Docker from "dockerode";
import { redisExporterSpec, REDIS_STATISTICS } from "../../components/services/exporters";
import { redisSpec } from "../../components/services/redis";
import { ask } from "../support/ask";
import { logsOf } from "../support/engine";
import { connection } from "../support/samples";
import { leafOf, login } from "../engine/gateway-bench";
import { ThrowAwayAuthority } from "../engine/gateway-pki";
import { NetworkBench } from "./network-bench";
import { SUBNETS } from "./subnets";

const bench = new NetworkBench("t-managed-redis", SUBNETS.managedRedis);
const pki = new ThrowAwayAuthority();
const trust = { caCertificate: pki.ca };
const user = login("redis-exporter", "exporter0123");
const scrape = login("prometheus", "scrape0123");

/** ElastiCache gives nobody a right to CONFIG. */
const rights = {
  ...REDIS_STATISTICS,
  commands: REDIS_STATISTICS.commands.filter((word) => !word.startsWith("+config")),
};

describe("Redis that is managed: nobody may read its configuration", function () {
  this.timeout(120_000);
  let exporter: Docker.Container;
  before(async () => {
    await bench.open();
    const redis = redisSpec({
      leaf: leafOf(pki.issue("redis")),
      trust,
      users: [{ login: user, rights }],
      probe: login("probe", "probe0123"),
    });
    await bench.start("redis", 2, redis);
    const to = { ...connection("redis", "redis", 6379), trust, login: user, keyPatterns: [] };
    const args = { leaf: leafOf(pki.issue("redis-exporter")), listen: ["0.0.0.0"], scrape, redis: to };
    exporter = await bench.start("redis-exporter", 3, redisExporterSpec(args));
  });
  after(() => bench.close());

  it("is measured all the same", async () => {
    const url = `https://${bench.address(3)}:9121/metrics`;
    const { body } = await ask({ url, name: "redis-exporter", ca: pki.ca, login: "prometheus:scrape0123" });
    assert.match(body, /^redis_up 1$/m);
    assert.match(body, /^redis_exporter_last_scrape_error\{err=""\} 0$/m);
    for (const metric of ["redis_memory_used_bytes", "redis_memory_max_bytes", "redis_connected_clients"])
      assert.match(body, new RegExp(`^${metric} \\d`, "m"));
    assert.doesNotMatch(await logsOf(exporter.id), /"level":"(error|warning)"/);
  });
});
