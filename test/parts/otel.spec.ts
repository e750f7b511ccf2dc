import assert from "node:assert/strict";
import { execute, executeOk, logsOf } from "../support/engine";
import { until } from "../support/until";
import { healthy } from "./otel-bench";
import { SPAN, span, SPELLINGS, TRACE } from "./otel-lines";
import { LOGINS, SCRAPE, World } from "./otel-world";

const world = new World();
const as = (client: keyof typeof LOGINS): string => `${client}:${LOGINS[client]}`;

describe("The OpenTelemetry Collector and its agent, with the real Loki and Jaeger", () => {
  before(async function () {
    this.timeout(120_000);
    await world.open();
  });
  after(() => world.close());

  describe("The collector's doors", function () {
    this.timeout(30_000);

    it("run with files that the program itself finds valid", async () => {
      const validate = ["otelcol", "validate", "--config=file:/etc/semblance/otel.yaml"];
      await executeOk(world.collector.id, validate);
      await executeOk(world.agent.id, validate);
    });

    it("let in who sends with its own password, and nobody else", async () => {
      const send = async (login?: string): Promise<number> =>
        (await world.send("/v1/traces", { resourceSpans: [] }, login)).status;
      assert.equal(await send(as("gateway")), 200);
      assert.equal(await send(), 401);
      assert.equal(await send("gateway:wrong"), 401);
      assert.equal(await send(`gateway:${LOGINS["label-studio"]}`), 401);
      assert.equal(await send(SCRAPE), 401, "who scrapes may not send");
    });

    it("show metrics to Prometheus only", async () => {
      assert.equal((await world.scrape(SCRAPE)).status, 200);
      assert.equal((await world.scrape()).status, 401);
      assert.equal((await world.scrape(as("gateway"))).status, 401, "who sends may not scrape");
    });

    it("listen where they are told to; what is for itself on the loopback address only", async () => {
      const table = await executeOk(world.collector.id, ["cat", "/proc/net/tcp", "/proc/net/tcp6"]);
      const listening = [...table.matchAll(/^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ 0A /gm)].map(
        ([, address = "", port = ""]) => `${address} ${parseInt(port, 16)}`,
      );
      const own = listening.filter((one) => !one.startsWith("0100007F"));
      // The engine's name server has a port of its own in every container.
      const outside = own.filter((one) => !one.startsWith("0B00007F")).sort();
      assert.deepEqual(outside, ["045A610A 4318", "045A610A 8889"], listening.join(", "));
    });
  });

  describe("Spans", function () {
    this.timeout(60_000);

    it("come to Jaeger under the name of who logged in, without credentials", async () => {
      const id = "0af7651916cd43dd8448eb211c80319c";
      assert.equal((await world.send("/v1/traces", span("somebody-else", id), as("gateway"))).status, 200);
      const trace = await until({ what: "the trace in Jaeger", limitSeconds: 30 }, async () => {
        const found = await world.trace(id);
        return found === "" ? undefined : found;
      });
      assert.match(trace, /"serviceName":\s*"gateway"/);
      assert.match(trace, /X-Amz-Signature=\[redacted\](&|\\u0026)a=1/);
      assert.doesNotMatch(trace, /somebody-else|0123456789abcdef|00112233445566778899/);
    });

    it("become rates and durations", async () => {
      const pattern =
        /^traces_span_metrics_calls_total\{(?=.*http_route="\/api\/projects")(?=.*service_name="gateway").*\} \d/;
      await until({ what: "the span's metric", limitSeconds: 40 }, async () => {
        return (await world.samples(pattern)).length > 0;
      });
      const buckets = await world.samples(
        /^traces_span_metrics_duration_seconds_bucket\{.*service_name="gateway"/,
      );
      assert.ok(buckets.length > 5);
    });
  });

  describe("Log lines of containers", function () {
    this.timeout(60_000);

    it("come with few labels, a message, the trace and the rest as fields", async () => {
      const said = {
        time: "2026-01-02T03:04:05+0000",
        level: "WARNING",
        logger: "core.views",
        message: "slow answer",
        trace_id: TRACE,
        span_id: SPAN,
        seconds: 3.5,
        user: { name: "ada" },
      };
      await world.bench.say("json", [JSON.stringify(said)]);
      const [line] = await world.lines("json", 1);
      assert.ok(line);
      assert.deepEqual(line.labels, { service_name: "json", stack: "t-otel", level: "warn" });
      assert.equal(line.text, "slow answer");
      const { trace_id, span_id, logger, seconds, user_name, severity_text, log_iostream } = line.metadata;
      assert.deepEqual(
        { trace_id, span_id, logger, seconds, user_name, severity_text, log_iostream },
        {
          trace_id: TRACE,
          span_id: SPAN,
          logger: "core.views",
          seconds: "3.5",
          user_name: "ada",
          severity_text: "warn",
          log_iostream: "stdout",
        },
      );
      assert.ok(!("time" in line.metadata) && !("message" in line.metadata), "nothing twice");
    });

    it("have a level and a trace however a program spells them", async () => {
      await world.bench.say(
        "spellings",
        SPELLINGS.map(([line]) => line),
      );
      const found = await world.lines("spellings", SPELLINGS.length);
      for (const [said, level, text] of SPELLINGS) {
        const line = found.find((one) => one.text.includes(text) && one.labels["level"] === level);
        assert.ok(line, `${said} → ${JSON.stringify(found)}`);
        if (said.includes(TRACE)) assert.equal(line.metadata["trace_id"], TRACE, said);
      }
    });

    it("of one event are one: tracebacks, PostgreSQL's details, lines longer than the engine writes", async () => {
      const long = "x".repeat(40_000);
      await world.bench.say("together", [
        "INFO starting",
        "Traceback (most recent call last):",
        '  File "a.py", line 1, in <module>',
        "    f()",
        "ValueError: no",
        "2026-01-02 03:04:05.678 UTC [42] a@b ERROR:  duplicate key",
        "2026-01-02 03:04:05.678 UTC [42] a@b DETAIL:  it exists",
        `{"level":"info","msg":"${long}"}`,
        '{"level":"info","msg":"last"}',
      ]);
      const found = await world.lines("together", 5);
      assert.equal(found.length, 5);
      const [, traceback, error, piece] = found;
      assert.match(traceback?.text ?? "", /^Traceback[^]*f\(\)\nValueError: no$/);
      assert.equal(traceback?.labels["level"], "error");
      assert.match(error?.text ?? "", /duplicate key\n.*DETAIL: {2}it exists$/);
      assert.equal(piece?.text, long);
    });

    it("lose what looks like a credential", async () => {
      const secrets = ["hunter2hunter2", "0123456789abcdef0123", "pa55word", "c2VjcmV0OnNlY3JldHNlY3JldA=="];
      await world.bench.say("careless", [
        `connecting to postgresql://app:${secrets[2]}@db/app`,
        `GET /x?token=${secrets[1]}&a=1 Authorization: Basic ${secrets[3]}`,
        JSON.stringify({ message: "login", password: secrets[0], headers: { Authorization: [secrets[3]] } }),
        JSON.stringify({ message: `api_key='${secrets[1]}'`, detail: { dsn: `https://u:${secrets[2]}@h` } }),
      ]);
      const told = JSON.stringify(await world.lines("careless", 4));
      for (const secret of secrets) assert.ok(!told.includes(secret), `${secret} in ${told}`);
      assert.match(told, /postgresql:\/\/app:\[redacted\]@db\/app/);
      assert.match(told, /token=\[redacted\]&a=1/);
    });

    it("of another stack are not read", async () => {
      await world.bench.say("stranger", ["of another"], "t-otel-two");
      await world.bench.say("after", ["of this one"]);
      await world.lines("after", 1);
      assert.deepEqual(await world.query('{service_name="stranger"}'), []);
    });
  });

  describe("The machine's metrics", function () {
    this.timeout(60_000);

    it("are the machine's and not the container's", async () => {
      await until({ what: "metrics of the machine", limitSeconds: 40 }, async () => {
        return (await world.samples(/^system_memory_limit_bytes /)).length > 0;
      });
      const [limit = ""] = await world.samples(/^system_memory_limit_bytes /);
      const { stdout } = await execute(world.agent.id, ["grep", "MemTotal", "/host/machine/proc/meminfo"]);
      assert.equal(Number(limit.split(" ").at(-1)), Number(/\d+/.exec(stdout)?.[0]) * 1024);
      const interfaces = (await world.samples(/^system_network_io_bytes_total\{/)).join("\n");
      const devices = await executeOk(world.agent.id, ["cat", "/host/machine/proc/1/net/dev"]);
      const physical = /^\s*(e(?:th|n)\w*):/m.exec(devices)?.[1] ?? assert.fail(devices);
      assert.ok(interfaces.includes(`device="${physical}"`), interfaces);
      for (const name of [
        "cpu_time_seconds_total",
        "cpu_load_average_1m",
        "filesystem_usage_bytes",
        "disk_io_bytes_total",
      ])
        assert.ok((await world.samples(new RegExp(`^system_${name}[ {]`))).length > 0, name);
    });

    it("stand beside those of collector and agent themselves, with a label that says whose they are", async () => {
      for (const service of ["otel-agent", "otel-collector"]) {
        await until({ what: `${service}'s own metrics`, limitSeconds: 40 }, async () => {
          return (await world.samples(new RegExp(`^otelcol_.*service="${service}"`))).length > 0;
        });
      }
      assert.deepEqual(await world.samples(/[{,](job|instance)="|^target_info/), []);
    });
  });

  describe("What cannot be delivered", function () {
    this.timeout(60_000);

    it("waits while Loki is away and the collector is killed, and comes once", async () => {
      await world.loki.stop({ t: 5 });
      await world.bench.say("patient", ['{"level":"info","msg":"before"}']);
      await until({ what: "the line to wait in the collector's queue", limitSeconds: 30 }, async () => {
        return /otlp_http\/loki/.test(await logsOf(world.collector.id));
      });
      await world.collector.kill();
      await world.bench.say("patient", ['{"level":"info","msg":"while the collector is away"}']);
      await world.agent.restart({ t: 5 });
      await world.loki.start();
      await world.collector.start();
      await Promise.all([healthy(world.loki), healthy(world.collector), healthy(world.agent)]);
      const found = await world.lines("patient", 2, 50);
      assert.deepEqual(found.map(({ text }) => text).sort(), ["before", "while the collector is away"]);
    });
  });
});
