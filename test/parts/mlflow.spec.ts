import assert from "node:assert/strict";
import { type GeneratedLogin, TLS } from "../../components/core/foundation";
import type { JobSpec } from "../../components/core/workload";
import { MLFLOW_USER, PYTHON } from "../../components/services/mlflow/workload";
import { execute, executeOk, logsOf } from "../support/engine";
import { until } from "../support/until";
import { basicOf, MlflowWorld, passwordOf, PUBLIC_URL, type Question } from "./mlflow-world";

const SEARCH = "/api/2.0/mlflow/experiments/search";

/** Logs a run with MLflow's own client, as a notebook does. */
const NOTEBOOK = `
import json, mlflow
mlflow.set_experiment("animals")
with mlflow.start_run() as run:
    mlflow.log_param("rate", 0.1)
    mlflow.log_metric("loss", 0.5)
    mlflow.log_text("meow", "notes/cat.txt")
back = mlflow.artifacts.load_text(run.info.artifact_uri + "/notes/cat.txt")
print(json.dumps({"run": run.info.run_id, "experiment": run.info.experiment_id, "uri": run.info.artifact_uri, "back": back}))`;

/** Sends half of an artifact, waits until nobody new is let in, and sends the other half. */
const SLOW_UPLOAD = (path: string, authorization: string): string => `
import http.client, socket, ssl, time
c = http.client.HTTPSConnection("mlflow", 5000, timeout=20, context=ssl.create_default_context(cafile="${TLS.ca}"))
c.putrequest("PUT", "${path}")
c.putheader("Authorization", "${authorization}")
c.putheader("Content-Length", "10")
c.endheaders(b"12345")
for _ in range(200):
    try:
        socket.create_connection(("mlflow", 5000), timeout=1).close()
        time.sleep(0.1)
    except OSError:
        break
c.send(b"67890")
print(c.getresponse().status)`;

describe("MLflow on a real PostgreSQL and MinIO", function () {
  this.timeout(240_000);
  const world = new MlflowWorld();
  let run: { run: string; experiment: string; uri: string; back: string };

  const ask = (path: string, question?: Question) => world.ask(path, question);

  /** A program in a container of its own that trusts the authority. */
  const program = (code: string, env: Readonly<Record<string, string>> = {}): JobSpec => ({
    image: "mlflow",
    command: [PYTHON, "-W", "ignore", "-c", code],
    env: { HOME: "/tmp", MLFLOW_DISABLE_TELEMETRY: "true", GIT_PYTHON_REFRESH: "quiet", ...env },
    files: { [TLS.ca]: world.pki.ca },
    user: MLFLOW_USER,
    writable: ["/tmp"],
    resources: { cpu: 2, memoryMiB: 768 },
    uses: [],
    rerunOn: [],
    timeoutSeconds: 60,
  });

  const metric = async (line: RegExp): Promise<number> => {
    const { body } = await ask("/metrics", { as: world.scrape });
    return Number(line.exec(body)?.[1] ?? assert.fail(`no ${String(line)} in ${body}`));
  };

  before(async () => {
    await world.stores();
    const { code, said: logs } = await world.setUp();
    assert.equal(code, 0, logs);
    await world.serve();
  });
  after(() => world.close());

  it("prepares its database as often as it is asked to, and then changes nothing", async () => {
    const { code, said: logs } = await world.setUp();
    assert.equal(code, 0, logs);
    for (const line of logs.trim().split("\n")) assert.ok(JSON.parse(line), line);
    assert.doesNotMatch(logs, /created|changed/);
    assert.match(logs, /"runs": "\w+", "users": "\w+"/);
  });

  it("runs as nobody in particular, with no secret in an environment or an argument", async () => {
    const seen = await executeOk(world.mlflow.id, [
      "sh",
      "-c",
      "id -u; touch /opt/mlflow/x /etc/x 2>&1; cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline | tr '\\0' '\\n'",
    ]);
    assert.match(seen, /^10004\n/);
    assert.equal(seen.match(/Read-only file system/g)?.length, 2);
    assert.doesNotMatch(seen, /0123456789abcdef/);
    assert.doesNotMatch(await logsOf(world.mlflow.id), /0123456789abcdef/);
  });

  it("listens on the addresses that it was given and on its own loopback", async () => {
    const table = await executeOk(world.mlflow.id, ["cat", "/proc/net/tcp", "/proc/net/tcp6"]);
    const listening = [...table.matchAll(/: ([0-9A-F]+:1388) \S+ 0A /g)].map(([, at]) => at);
    assert.deepEqual(listening.sort(), ["0100007F:1388", "0446610A:1388"]);
  });

  it("lets nobody in without a login, or with a wrong one", async () => {
    const strangers = [{}, { as: world.jupyter, password: "wrong" }, { as: world.scrape }];
    for (const stranger of strangers) {
      const { status, headers } = await ask("/", stranger);
      assert.equal(status, 401);
      assert.match(headers["www-authenticate"] ?? "", /^Basic/);
      assert.equal((await ask(SEARCH, { ...stranger, body: { max_results: 9 } })).status, 401);
    }
    assert.match((await ask("/", { as: world.administrator })).body, /<title>MLflow<\/title>/);
  });

  it("answers to its own names and to pages of its own only", async () => {
    const as = world.administrator;
    const host = new URL(PUBLIC_URL).host;
    assert.equal((await ask("/", { as, headers: { Host: host } })).status, 200);
    for (const Host of ["evil.example", `${world.address}:5000`, "localhost:5000"]) {
      assert.equal((await ask("/", { as, headers: { Host } })).status, 403, Host);
    }
    const body = { max_results: 9 };
    assert.equal((await ask(SEARCH, { as, body, headers: { Origin: PUBLIC_URL } })).status, 200);
    for (const Origin of ["https://evil.example", "http://localhost:3000", "null"]) {
      assert.equal((await ask(SEARCH, { as, body, headers: { Origin } })).status, 403, Origin);
    }
  });

  it("takes a run with an artifact from a client, which holds no key of MinIO", async () => {
    const { code, said: logs } = await world.bench.job(
      "notebook",
      program(NOTEBOOK, {
        MLFLOW_TRACKING_URI: "https://mlflow:5000",
        MLFLOW_TRACKING_SERVER_CERT_PATH: TLS.ca,
        MLFLOW_TRACKING_USERNAME: world.jupyter.username,
        MLFLOW_TRACKING_PASSWORD: await passwordOf(world.jupyter),
      }),
    );
    assert.equal(code, 0, logs);
    run = JSON.parse(logs.trim().split("\n").at(-1) ?? "") as typeof run;
    assert.equal(run.back, "meow");
    assert.equal(run.uri, `mlflow-artifacts:/${run.experiment}/${run.run}/artifacts`);
    const object = `/data/mlflow/${run.experiment}/${run.run}/artifacts/notes/cat.txt`;
    assert.match(await executeOk(world.minio.id, ["ls", object]), /xl\.meta/);
    assert.equal((await execute(world.minio.id, ["grep", "-rq", "meow", object])).code, 1, "encrypted");
    assert.equal((await executeOk(world.mlflow.id, ["ls", "-A", "/mlflow"])).trim(), "", "left on its way");
  });

  it("shows a user's experiments to nobody else", async () => {
    const names = async (as: GeneratedLogin): Promise<string[]> => {
      const { status, body } = await ask(SEARCH, { as, body: { max_results: 9 } });
      assert.equal(status, 200, body);
      const { experiments = [] } = JSON.parse(body) as { experiments?: { name: string }[] };
      return experiments.map(({ name }) => name).sort();
    };
    assert.deepEqual(await names(world.jupyter), ["animals", "jupyter"]);
    assert.deepEqual(await names(world.curator), ["curator"]);
    assert.deepEqual(await names(world.administrator), ["Default", "animals", "curator", "jupyter"]);
    const { experiment } = run;
    const artifact = `/api/2.0/mlflow-artifacts/artifacts/${experiment}/${run.run}/artifacts/notes/cat.txt`;
    for (const [as, status] of [
      [world.jupyter, 200],
      [world.curator, 403],
    ] as const) {
      assert.equal((await ask(`/api/2.0/mlflow/runs/get?run_id=${run.run}`, { as })).status, status);
      assert.equal((await ask(artifact, { as })).status, status);
      const made = await ask("/api/2.0/mlflow/runs/create", { as, body: { experiment_id: experiment } });
      assert.equal(made.status, status);
    }
    const user = { username: "mallory", password: "mallory-mallory" };
    assert.equal((await ask("/api/2.0/mlflow/users/create", { as: world.jupyter, body: user })).status, 403);
  });

  it("tells its figures to Prometheus and to nobody else", async () => {
    for (const as of [undefined, world.jupyter, world.administrator]) {
      const { status, body } = await ask("/metrics", as === undefined ? {} : { as });
      assert.deepEqual([status, body], [401, ""]);
    }
    const { body } = await ask("/metrics", { as: world.scrape });
    for (const line of [
      /^mlflow_up 1\.0$/m,
      /^mlflow_experiments\{lifecycle_stage="active"\} 4\.0$/m,
      /^mlflow_runs\{status="FINISHED"\} 1\.0$/m,
      /^mlflow_runs\{status="FAILED"\} 0\.0$/m,
      /^mlflow_users 3\.0$/m,
      /^mlflow_registered_models 0\.0$/m,
      /^mlflow_http_requests_total\{area="experiments",method="POST",status="401"\} [1-9]/m,
      /^mlflow_http_request_duration_seconds_bucket\{area="artifacts",le="\+Inf"\} [1-9]/m,
      /^mlflow_build_info\{version="3\./m,
    ]) {
      assert.match(body, line);
    }
    assert.doesNotMatch(body, new RegExp(run.run), "no series per run");
  });

  it("fits into its limit", async () => {
    const resident = await metric(/^process_resident_memory_bytes (\S+)$/m);
    assert.ok(resident < 500 * 2 ** 20, `${Math.round(resident / 2 ** 20)} MiB`);
  });

  it("logs each request as JSON: who, what, how it ended, and the trace that it belongs to", async () => {
    const trace = "0af7651916cd43dd8448eb211c80319c";
    const traceparent = `00-${trace}-b7ad6b7169203331-01`;
    const headers = { traceparent, "X-Forwarded-For": "1.1.1.1, 203.0.113.9" };
    await ask("/version?password=0123456789abcdef", { as: world.jupyter, headers });
    // A request is logged when its answer is on its way.
    const logged = await until({ what: "the request in the log", limitSeconds: 20 }, async () => {
      const lines = (await logsOf(world.mlflow.id)).trim().split("\n");
      return lines
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .find(({ trace_id }) => trace_id === trace);
    });
    const told = ["client", "method", "path", "status", "user"].map((key) => logged[key]);
    assert.deepEqual(told, ["203.0.113.9", "GET", "/version", 200, "jupyter"]);
  });

  it("says that it is not ready while its database does not answer", async () => {
    await world.database.pause();
    try {
      assert.equal((await ask("/readyz")).status, 503);
    } finally {
      await world.database.unpause();
    }
    await until({ what: "MLflow to be ready again", limitSeconds: 20 }, async () => {
      return (await ask("/readyz")).status === 200;
    });
  });

  it("finishes what it has begun before it stops", async () => {
    const path = `/api/2.0/mlflow-artifacts/artifacts/${run.experiment}/${run.run}/artifacts/late.txt`;
    const upload = world.bench.job("upload", program(SLOW_UPLOAD(path, await basicOf(world.jupyter))));
    await until({ what: "the upload to begin", limitSeconds: 30 }, async () => {
      return (await metric(/^mlflow_http_requests_in_progress (\S+)$/m)) === 1;
    });
    await world.mlflow.stop({ t: 30 });
    const { said: logs } = await upload;
    assert.equal(logs.trim(), "200");
    const { State } = await world.mlflow.inspect();
    assert.ok(!State.OOMKilled && State.ExitCode !== 137, JSON.stringify(State));
  });

  it("changes nothing in a database that a newer version has written", async () => {
    const psql = ["psql", "--host=/run/postgresql", "--username=postgres", "--dbname=mlflow", "--command"];
    await executeOk(world.database.id, [
      ...psql,
      "UPDATE alembic_version_auth SET version_num = 'f00000000000'",
    ]);
    const { code, said: logs } = await world.setUp();
    assert.equal(code, 1);
    assert.match(logs, /written by a newer MLflow \(alembic_version_auth has f00000000000/);
    assert.doesNotMatch(logs, /Traceback|created/);
  });
});
