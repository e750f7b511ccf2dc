import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { docker, executeOk, serverOf, serversOf } from "../support/engine";
import { authority, login, urls } from "../support/facts";
import { fetchFrom } from "../support/https";
import { Loki } from "../support/loki";
import { Prometheus } from "../support/prometheus";
import { until } from "../support/until";

const traceSchema = z.object({
  data: z.array(
    z.looseObject({
      traceID: z.string(),
      spans: z.array(z.looseObject({ operationName: z.string(), processID: z.string() })),
      processes: z.record(z.string(), z.looseObject({ serviceName: z.string() })),
    }),
  ),
});

describe("telemetry: one request, followed from end to end", function () {
  this.timeout(240_000);
  let ca: string;
  let url: (name: string) => URL;
  let operator: { username: string; password: string };
  let loki: Loki;
  /** Trace of a request that this test makes, as a browser with tracing of its own would. */
  const trace = randomBytes(16).toString("hex");
  const marker = `live-${randomBytes(6).toString("hex")}`;

  before(async () => {
    [ca, url, operator, loki] = await Promise.all([authority(), urls(), login("operator"), Loki.start()]);
  });
  after(async () => loki?.stop());

  it("a request through the gateway is a trace of gateway and Label Studio in Jaeger", async () => {
    const traceparent = `00-${trace}-${randomBytes(8).toString("hex")}-01`;
    const page = new URL(`/user/login/?marker=${marker}`, url("label-studio"));
    const { status } = await fetchFrom(page, { ca, headers: { traceparent } });
    assert.equal(status, 200);
    const services = await until({ what: "the trace in Jaeger", limitSeconds: 60 }, async () => {
      const answer = await fetchFrom(new URL(`/api/traces/${trace}`, url("jaeger")), { ca, login: operator });
      if (answer.status !== 200) return undefined;
      const [found] = traceSchema.parse(JSON.parse(answer.body.toString("utf8"))).data;
      const names = new Set(Object.values(found?.processes ?? {}).map(({ serviceName }) => serviceName));
      return names.has("gateway") && names.has("label-studio") ? names : undefined;
    });
    assert.ok(services.size >= 2);
  });

  it("its log lines of both carry the trace", async () => {
    for (const service of ["gateway", "label-studio"]) {
      const query = `{service_name="${service}"} | trace_id="${trace}"`;
      const lines = await until(
        { what: `a line of ${service} with the trace`, limitSeconds: 60 },
        async () => {
          const found = await loki.lines(query);
          return found.length > 0 ? found : undefined;
        },
      );
      assert.ok(lines.length > 0);
    }
  });

  it("every service that writes logs is found in Loki by its name", async () => {
    const running = [...(await serversOf()).keys()];
    const silent = await until({ what: "lines of every service", limitSeconds: 60 }, async () => {
      const known = new Set(await loki.labelValues("service_name"));
      const quiet: string[] = [];
      for (const service of running.filter((name) => !known.has(name))) {
        const { Id } = await serverOf(service);
        const logs = await docker
          .getContainer(Id)
          .logs({ stdout: true, stderr: true, tail: 1, follow: false });
        if (logs.length > 0) quiet.push(service);
      }
      return quiet.length === 0 ? quiet : undefined;
    });
    assert.deepEqual(silent, []);
  });

  it("metrics of the machine, of every container and of every service are in Prometheus", async () => {
    const prometheus = new Prometheus(url("prometheus"), ca, operator);
    const running = [...(await serversOf()).keys()];
    for (const expression of ["system_memory_usage_bytes", "system_cpu_time_seconds_total"])
      assert.ok((await prometheus.value(`count(${expression})`)) > 0, expression);
    await until({ what: "a series per container", limitSeconds: 60 }, async () => {
      const count = await prometheus.value("count(count by (service) (container_memory_working_set_bytes))");
      return count === running.length;
    });
    const down = (await prometheus.targets()).filter(({ health }) => health !== "up");
    assert.deepEqual(
      down.map(({ labels, lastError }) => `${labels["job"]}: ${lastError}`),
      [],
    );
  });

  it("what looks at the machine finds no socket of its engine", async () => {
    const { Id } = await serverOf("otel-agent");
    assert.equal(await executeOk(Id, ["ls", "-A", "/host/machine/run"]), "");
    // The machine is there all the same.
    await executeOk(Id, ["test", "-d", "/host/machine/proc/1"]);
  });
});
