import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { containerExporterSpec } from "../../components/services/container-exporter";
import { serverSpec } from "../support/samples";
import { until } from "../support/until";
import { leafOf, login } from "../engine/gateway-bench";
import { get, type Reply } from "../engine/gateway-client";
import { ThrowAwayAuthority } from "../engine/gateway-pki";
import { StackBench } from "./otel-bench";
import { SUBNETS } from "./subnets";

const pki = new ThrowAwayAuthority();
const SCRAPE = "prometheus:scrape-password";
const MIB = 2 ** 20;

const specOf = (listen: string) =>
  containerExporterSpec({
    leaf: leafOf(pki.issue("container-exporter")),
    trust: { caCertificate: pki.ca },
    listen: [listen],
    scrape: login("prometheus", "scrape-password"),
    stack: "t-container",
  });

/** What the engine's own statistics say, which `docker stats` shows. */
interface Stats {
  readonly memory_stats: { usage: number; limit: number; stats: Record<string, number> };
  readonly cpu_stats: { cpu_usage: { total_usage: number } };
  readonly pids_stats: { current: number };
}

describe("The container exporter", function () {
  this.timeout(60_000);
  const bench = new StackBench("t-container", SUBNETS.containerExporter);
  const folder = mkdtempSync(join(tmpdir(), "t-container-"));
  let busy: Docker.Container;
  let exporter: Docker.Container;

  before(async () => {
    await bench.open();
    busy = await bench.startMember("busy", 3, {
      ...serverSpec,
      // Some memory, some CPU, three processes and one file.
      command: [
        "sh",
        "-c",
        "head -c 20000000 /dev/zero > /tmp/held; (while :; do :; done) & sleep 2; kill $!; sleep 600",
      ],
      writable: ["/tmp"],
      ready: { ...serverSpec.ready, command: ["test", "-f", "/tmp/held"] },
    });
    exporter = await bench.startMember("container-exporter", 2, specOf(bench.address(2)));
  });
  after(async () => {
    await bench.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const scrape = (as?: string, number = 2): Promise<Reply> =>
    get(
      { address: bench.address(number), port: 9104, ca: pki.ca },
      { host: "container-exporter", path: "/metrics", ...(as === undefined ? {} : { login: as }) },
    );

  async function value(name: string, service: string, number = 2): Promise<number> {
    const { body } = await scrape(SCRAPE, number);
    const found = body.split("\n").find((line) => line.startsWith(`container_${name}{service="${service}"}`));
    return Number(found?.split(" ").at(-1) ?? assert.fail(`no ${name} of ${service} in ${body}`));
  }

  it("speaks to who knows the password", async () => {
    assert.equal((await scrape(SCRAPE)).status, 200);
    assert.equal((await scrape()).status, 401);
    assert.equal((await scrape("prometheus:guess")).status, 401);
  });

  it("tells what the engine tells", async () => {
    const { cpu_stats: cpu, memory_stats: memory } = await until(
      { what: "the container to have been busy", limitSeconds: 20 },
      async () => {
        const stats = (await busy.stats({ stream: false })) as Stats;
        return stats.cpu_stats.cpu_usage.total_usage > 0.3e9 ? stats : undefined;
      },
    );
    const near = (actual: number, expected: number, tolerance: number, what: string) =>
      assert.ok(
        Math.abs(actual - expected) <= tolerance,
        `${what}: ${actual}, and ${expected} by the engine`,
      );
    near(await value("cpu_usage_seconds_total", "busy"), cpu.cpu_usage.total_usage / 1e9, 1.5, "CPU");
    near(await value("memory_usage_bytes", "busy"), memory.usage, 4 * MIB, "memory");
    const cache = memory.stats["total_inactive_file"] ?? memory.stats["inactive_file"] ?? 0;
    near(await value("memory_working_set_bytes", "busy"), memory.usage - cache, 4 * MIB, "working set");
    assert.equal(await value("memory_limit_bytes", "busy"), memory.limit);
    assert.equal(await value("cpu_limit_cores", "busy"), 0.5);
    assert.ok((await value("memory_working_set_bytes", "busy")) > 18 * MIB);
    // A health check comes and goes between the two questions.
    await until({ what: "both to count the same processes", limitSeconds: 20 }, async () => {
      const { pids_stats: pids } = (await busy.stats({ stream: false })) as Stats;
      return (await value("pids", "busy")) === pids.current;
    });
  });

  it("knows when a container was started, and that it is well", async () => {
    const { State, RestartCount } = await busy.inspect();
    const started = Date.parse(State.StartedAt) / 1000;
    assert.ok(Math.abs((await value("start_time_seconds", "busy")) - started) < 1);
    assert.ok(Math.abs((await value("last_seen", "busy")) - Date.now() / 1000) < 60);
    assert.equal(await value("restarts_total", "busy"), RestartCount);
    assert.equal(await value("running", "busy"), 1);
    assert.equal(await value("healthy", "busy"), 1);
  });

  it("counts kills for want of memory", async () => {
    assert.equal(await value("oom_events_total", "busy"), 0);
    const exec = await busy.exec({
      Cmd: ["sh", "-c", "held=$(head -c 200000000 /dev/zero | tr '\\0' x)"],
      AttachStdout: true,
    });
    (await exec.start({})).resume();
    await until({ what: "the kill to be counted", limitSeconds: 20 }, async () => {
      return (await value("oom_events_total", "busy")) > 0;
    });
  });

  it("says that a container has stopped, and nothing of other stacks", async () => {
    await busy.stop({ t: 0 });
    await until({ what: "the container to be told as stopped", limitSeconds: 10 }, async () => {
      return (await value("running", "busy")) === 0;
    });
    assert.equal(await value("healthy", "busy"), 0);
    const { body } = await scrape(SCRAPE);
    assert.doesNotMatch(body, /memory_usage_bytes\{service="busy"\}/);
    const services = new Set([...body.matchAll(/service="([^"]+)"/g)].map(([, service]) => service));
    assert.deepEqual([...services].sort(), ["busy", "container-exporter"]);
  });

  it("reads the counters of cgroup v2 as well", async () => {
    const write = (name: string, text: string) => {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), text);
    };
    const labels = { "semblance.stack": "t-container", "semblance.service": "modern" };
    const record = {
      ID: "f00",
      Config: { Labels: labels },
      State: { Running: true, StartedAt: "2026-01-02T03:04:05Z" },
    };
    write("containers/f00/config.v2.json", JSON.stringify(record));
    write("cgroup/cgroup.controllers", "cpu memory\n");
    for (const [file, text] of Object.entries({
      "cpu.stat": "usage_usec 2500000\nthrottled_usec 500000\n",
      "cpu.max": "150000 100000\n",
      "memory.current": "1000\n",
      "memory.max": "4096\n",
      "memory.stat": "inactive_file 300\n",
      "memory.events": "oom_kill 2\n",
      "pids.current": "9\n",
      "io.stat": "8:0 rbytes=10 wbytes=20\n",
    }))
      write(`cgroup/system.slice/docker-f00.scope/${file}`, text);
    await bench.startMember("modern-exporter", 4, specOf(bench.address(4)), {
      "container-logs": join(folder, "containers"),
      cgroups: join(folder, "cgroup"),
    });
    const expected = {
      cpu_usage_seconds_total: 2.5,
      cpu_limit_cores: 1.5,
      memory_working_set_bytes: 700,
      oom_events_total: 2,
      pids: 9,
      fs_writes_bytes_total: 20,
    };
    for (const [name, number] of Object.entries(expected))
      assert.equal(await value(name, "modern", 4), number, name);
  });

  it("is small", async () => {
    const { memory_stats: memory } = (await exporter.stats({ stream: false })) as Stats;
    assert.ok(memory.usage < 40 * MIB, `${memory.usage}`);
  });
});
