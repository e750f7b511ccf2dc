import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { executeOk } from "../support/engine";
import { until } from "../support/until";
import { healthy } from "./otel-bench";
import { TRACE } from "./otel-lines";
import { World } from "./otel-world";
import { SUBNETS } from "./subnets";

const STACK = "t-otel-cri";
const WORK = `semblance-${STACK}-work`;
const UID = "0b8f2a5e-1c3d-4e5f-8a9b-0c1d2e3f4a5b";
const folder = mkdtempSync(join(tmpdir(), "t-otel-cri-"));
const world = new World({
  name: STACK,
  subnet: SUBNETS.otelCri,
  layout: {
    format: "cri",
    namespaces: [WORK, `semblance-${STACK}-data`],
    servers: ["label-studio", "careless", "restless", "two-streams", "long"],
  },
  folder,
  node: "ip-10-0-1-2.ec2.internal",
});

const fileOf = (namespace: string, pod: string, container: string, restarts = 0): string =>
  join(folder, `${namespace}_${pod}_${UID}`, container, `${restarts}.log`);

/** Appends lines as a runtime does: the time, to the nanosecond; the stream, whether a line ends here, and its text. */
function write(path: string, lines: readonly string[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const now = new Date().toISOString().slice(0, -1);
  const text = lines.map((line, i) => `${now}${String(i).padStart(6, "0")}Z ${line}\n`);
  appendFileSync(path, text.join(""));
}

describe("Log lines of pods, as container runtimes write them, with the real collector and Loki", function () {
  this.timeout(60_000);

  before(async function () {
    this.timeout(120_000);
    await world.open();
  });
  after(async () => {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("are read with a file that the program itself finds valid", async () => {
    await executeOk(world.agent.id, ["otelcol", "validate", "--config=file:/etc/semblance/otel.yaml"]);
  });

  it("come with few labels, the trace, and their pod beside them", async () => {
    const said = { level: "WARNING", message: "slow answer", trace_id: TRACE, seconds: 3.5 };
    write(fileOf(WORK, "label-studio-7d9c5b6f4-x2x9k", "label-studio"), [`stdout F ${JSON.stringify(said)}`]);
    const [line] = await world.lines("label-studio", 1);
    assert.ok(line);
    assert.deepEqual(line.labels, { service_name: "label-studio", stack: STACK, level: "warn" });
    assert.equal(line.text, "slow answer");
    const { trace_id, seconds, log_iostream, k8s_pod_name, ...others } = line.metadata;
    assert.deepEqual(
      { trace_id, seconds, log_iostream, k8s_pod_name },
      {
        trace_id: TRACE,
        seconds: "3.5",
        log_iostream: "stdout",
        k8s_pod_name: "label-studio-7d9c5b6f4-x2x9k",
      },
    );
    for (const name of ["tags", "time", "container", "pod", "log_file_path"])
      assert.ok(!(name in others), name);
  });

  it("of a job have the job's name, and are told apart from a server's", async () => {
    write(fileOf(`semblance-${STACK}-data`, "minio-mlflow-setup-q8z4k", "minio-mlflow-setup"), [
      "stdout F INFO done",
    ]);
    const [line] = await world.lines("minio-mlflow-setup", 1);
    assert.deepEqual(line?.labels, {
      service_name: "minio-mlflow-setup",
      job: "minio-mlflow-setup",
      stack: STACK,
      level: "info",
    });
  });

  it("of one event are one: partial lines, tracebacks with their empty lines, PostgreSQL's details", async () => {
    const part = "x".repeat(16_384);
    write(fileOf(WORK, "long-0", "long"), [
      `stdout P {"level":"info","msg":"${part}`,
      `stdout P ${part}`,
      'stdout F last"}',
      "stdout F Traceback (most recent call last):",
      'stdout F   File "a.py", line 1, in <module>',
      "stdout F ",
      "stdout F     f()",
      "stdout F ValueError: no",
      "stdout F 2026-01-02 03:04:05.678 UTC [42] a@b ERROR:  duplicate key",
      "stdout F 2026-01-02 03:04:05.678 UTC [42] a@b DETAIL:  it exists",
      "stdout F:another-tag the end",
    ]);
    const found = await world.lines("long", 4);
    assert.equal(found.length, 4);
    const [piece, traceback, error, end] = found;
    assert.ok(piece?.text === `${part}${part}last`, `${piece?.text.length} characters`);
    assert.equal(
      traceback?.text,
      'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n\n    f()\nValueError: no',
    );
    assert.match(error?.text ?? "", /duplicate key\n.*DETAIL: {2}it exists$/);
    assert.equal(end?.text, "the end");
  });

  it("of two streams are not mixed, though they lie in one file", async () => {
    write(fileOf(WORK, "two-streams-0", "two-streams"), [
      'stdout P {"level":"info","msg":"out-',
      'stderr P {"level":"error","msg":"err-',
      'stdout F put"}',
      'stderr F or"}',
    ]);
    const found = await world.lines("two-streams", 2);
    assert.deepEqual(found.map(({ text, metadata }) => [text, metadata["log_iostream"]]).sort(), [
      ["err-or", "stderr"],
      ["out-put", "stdout"],
    ]);
  });

  it("lose what looks like a credential", async () => {
    write(fileOf(WORK, "careless-0", "careless"), [
      "stdout F connecting to postgresql://app:pa55word@db/app",
      'stderr F {"message":"login","password":"hunter2hunter2"}',
    ]);
    const told = JSON.stringify(await world.lines("careless", 2));
    assert.doesNotMatch(told, /pa55word|hunter2/);
    assert.match(told, /postgresql:\/\/app:\[redacted\]@db\/app/);
  });

  it("come once each, while the kubelet turns files over, containers and the agent start again", async () => {
    const path = fileOf(WORK, "restless-0", "restless");
    write(path, ["stdout F INFO first"]);
    await world.lines("restless", 1);
    write(path, ["stdout F INFO before the turn"]);
    renameSync(path, `${path}.20260102-030405`);
    write(path, ["stdout F INFO after the turn"]);
    await world.lines("restless", 3);
    await world.agent.stop({ t: 5 });
    write(path, ["stdout F INFO while the agent is away"]);
    write(fileOf(WORK, "restless-0", "restless", 1), ["stdout F INFO of the next container"]);
    await world.agent.start();
    await healthy(world.agent);
    const found = await world.lines("restless", 5);
    assert.deepEqual(found.map(({ text }) => text).sort(), [
      "INFO after the turn",
      "INFO before the turn",
      "INFO first",
      "INFO of the next container",
      "INFO while the agent is away",
    ]);
  });

  it("of other stacks, of other people and of the cluster itself are not read", async () => {
    for (const [namespace, container] of [
      [`semblance-${STACK}-two-work`, "of-a-longer-stack"],
      ["semblance-t-otel-work", "of-a-shorter-stack"],
      [`${WORK}-copy`, "of-a-namespace-that-begins-so"],
      ["kube-system", "kube-proxy"],
      ["shop", "checkout"],
    ] as const)
      write(fileOf(namespace, `${container}-0`, container), ["stdout F INFO of others"]);
    // Nor is what no runtime has written.
    writeFileSync(join(dirname(fileOf(WORK, "careless-0", "careless")), "1.log"), "no line of a runtime\n");
    write(fileOf(WORK, "after-0", "after"), ["stdout F INFO of this one"]);
    await world.lines("after", 1);
    assert.deepEqual(await world.query('{stack=~".+"} |~ "of others|no line of"'), []);
    const streams = await world.query('{service_name=~"of-a-.*|kube-proxy|checkout"}');
    assert.deepEqual(streams, []);
  });

  it("come beside metrics that say which node they are of", async () => {
    const named = await until({ what: "metrics of the node", limitSeconds: 40 }, async () => {
      const found = await world.samples(
        /^(system_memory_limit_bytes|otelcol_process_uptime_seconds_total)\{/,
      );
      return found.some((one) => one.startsWith("system_")) && found.length >= 3 ? found : undefined;
    });
    const unnamed = named.filter((one) => !one.includes('node="ip-10-0-1-2.ec2.internal"'));
    assert.equal(unnamed.length, 1, named.join("\n"));
    assert.match(unnamed[0] ?? "", /service="otel-collector"/);
  });
});
