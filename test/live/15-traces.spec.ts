import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { pack } from "tar-stream";
import { docker, execute, executeOk, logsOf, readAll, serverOf } from "../support/engine";
import { authority, login, urls } from "../support/facts";
import { fetchFrom, fetchPlain } from "../support/https";
import { IMAGE_CONFIG, LabelStudioApi } from "../support/label-studio-api";
import { makeImage } from "../support/png";
import { publishedPort } from "../support/ports";
import { Prometheus } from "../support/prometheus";
import { searchTar } from "../support/tar-search";
import { until } from "../support/until";

/** Noise, so that no piece of it turns up anywhere by chance, and no compression makes it unrecognisable. */
const noise = randomBytes(96 * 64 * 3);
const image = makeImage(96, 64, (x, y) => {
  const at = (y * 96 + x) * 3;
  return [noise[at] ?? 0, noise[at + 1] ?? 0, noise[at + 2] ?? 0];
});

describe("traces: what an upload and an annotation leave in each service", function () {
  this.timeout(180_000);
  let ca: string;
  let home: URL;
  let prometheus: Prometheus;
  let counted: { annotations: number; jobs: number };
  let project: number;

  before(async () => {
    ca = await authority();
    const url = await urls();
    home = url("home");
    prometheus = new Prometheus(url("prometheus"), ca, await login("operator"));
    counted = { annotations: await prometheus.value("label_studio_annotations"), jobs: await finishedJobs() };
    const api = await LabelStudioApi.logIn(url("label-studio"), ca, await login("label-studio"));
    project = await api.createProject("Traces", IMAGE_CONFIG);
    await api.annotate(await api.upload(project, "traces.png", image.png), "cat", "image");
  });

  it("the object lies encrypted in MinIO", async () => {
    const wanted = new Map(
      [0.1, 0.5, 0.9].map((share) => [`bytes at ${share}`, slice(image.png, share)] as const),
    );
    const plain = pack();
    plain.entry({ name: "plain.png" }, image.png);
    plain.finalize();
    const control = await searchTar(Readable.from([await readAll(plain)]), wanted);
    assert.equal(control.hits.length, wanted.size, "the search finds the image where it lies in plain");
    const minio = await serverOf("minio");
    const data = await docker
      .getContainer(minio.Id)
      .getArchive({ path: `/data/label-studio/upload/${project}` });
    const { files, hits, bytes } = await searchTar(data, wanted);
    assert.ok(
      files.some((name) => name.includes("traces.png")),
      `the upload is not among ${files.join(", ")}`,
    );
    assert.ok(bytes > image.png.length, "the volume holds less than the image");
    assert.deepEqual(hits, []);
  });

  it("the task and the annotation are rows in PostgreSQL", async () => {
    const of = (table: string): string => `(select count(*) from ${table} where project_id = ${project})`;
    assert.equal((await sql("label_studio", `select ${of("task")}, ${of("task_completion")}`)).trim(), "1|1");
  });

  it("PostgreSQL has only sessions with TLS, and lets nobody in without", async () => {
    const query =
      "select a.usename, s.ssl, s.version from pg_stat_activity a join pg_stat_ssl s using (pid) where a.client_addr is not null";
    const seen = new Map<string, Set<string>>();
    const wanted = ["label_studio", "label_studio_exporter", "postgres_exporter"];
    await until(
      { what: `sessions of ${wanted.join(", ")}`, limitSeconds: 60, everySeconds: 0.2 },
      async () => {
        for (const line of (await sql("postgres", query)).split("\n").filter((one) => one !== "")) {
          const [user = "", ssl, version] = line.split("|");
          seen.set(user, (seen.get(user) ?? new Set()).add(ssl === "t" ? `${version}` : "plain"));
        }
        return wanted.every((user) => seen.has(user));
      },
    );
    for (const [user, ways] of seen) assert.match([...ways].join(), /^TLSv1\.[23]$/, `sessions of ${user}`);
    const log = (await logsOf((await serverOf("postgres")).Id)).split("\n");
    const entries = log.filter(
      (line) => line.includes("connection authorized") && !line.includes("user=postgres database"),
    );
    assert.ok(entries.length > 0);
    assert.deepEqual(
      entries.filter((line) => !line.includes("SSL enabled")),
      [],
    );
    const plain = await execute((await serverOf("postgres")).Id, [
      "psql",
      "host=127.0.0.1 user=label_studio dbname=label_studio sslmode=disable",
      "-c",
      "select 1",
    ]);
    assert.notEqual(plain.code, 0);
    assert.match(plain.stderr, /pg_hba\.conf rejects|no encryption/);
  });

  it("Redis speaks TLS only, and only to users that it knows", async () => {
    const { Id } = await serverOf("redis");
    const plain = await execute(Id, ["redis-cli", "-h", "127.0.0.1", "-p", "6379", "ping"]);
    assert.doesNotMatch(plain.stdout, /PONG|NOAUTH/, "Redis answers without TLS");
    const options = ["--tls", "--cacert", "/etc/semblance/tls/ca.crt", "-h", "127.0.0.1"];
    const unknown = await execute(Id, ["redis-cli", ...options, "ping"]);
    assert.match(unknown.stdout + unknown.stderr, /NOAUTH/);
  });

  it("plain HTTP leads to https, and an old TLS is refused", async () => {
    const plain = await fetchPlain(home.hostname, await publishedPort("http"), "/somewhere");
    assert.deepEqual([plain.status, plain.location], [308, new URL("/somewhere", home).href]);
    await assert.rejects(fetchFrom(home, { ca, maxVersion: "TLSv1.1" }), /alert|protocol|version/i);
  });

  it("Prometheus reaches all of its targets, and Label Studio's figures have moved", async () => {
    const targets = await prometheus.targets();
    assert.deepEqual(
      targets.filter(({ health }) => health !== "up"),
      [],
    );
    const jobs = targets.map(({ labels }) => labels["job"]);
    for (const job of ["gateway", "minio", "postgres-exporter", "redis-exporter", "label-studio-exporter"]) {
      assert.ok(jobs.includes(job), `Prometheus has no target ${job}`);
    }
    await until(
      { what: "a higher count of annotations", limitSeconds: 90, everySeconds: 3 },
      async () => (await prometheus.value("label_studio_annotations")) > counted.annotations,
    );
  });

  it("the worker has run a job, and none has failed", async () => {
    await until(
      { what: "a job in the log of the worker", limitSeconds: 30 },
      async () => (await finishedJobs()) > counted.jobs,
    );
    assert.equal(await prometheus.value('sum(label_studio_queue_jobs{state="failed"})'), 0);
  });
});

/** How many jobs the worker says that it has finished. */
async function finishedJobs(): Promise<number> {
  const log = await logsOf((await serverOf("label-studio-worker")).Id);
  return log.split("\n").filter((line) => line.includes("Job OK")).length;
}

async function sql(database: string, query: string): Promise<string> {
  const { Id } = await serverOf("postgres");
  return executeOk(Id, ["psql", "-h", "/run/postgresql", "-U", "postgres", "-d", database, "-AtXc", query]);
}

function slice(buffer: Buffer, share: number): Buffer {
  const at = Math.floor(buffer.length * share);
  return buffer.subarray(at, at + 24);
}
