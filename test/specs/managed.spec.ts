import assert from "node:assert/strict";
import { memberNames } from "../../components/topology";
import { at, ofType, one } from "../support/aws-mocks";
import { assertSound, clientsOf, PLACES, podOf, reaching, verifiedBy } from "../support/managed-checks";
import { type ManagedProgram, managedProgram, textGiven, textsGiven } from "../support/managed-program";

const ALL = { s3: true, postgres: true, redis: true };
const NONE = { s3: false, postgres: false, redis: false };
const OF_S3 = ["jupyter", "label-studio", "label-studio-worker", "mlflow"];

describe("managed services, all of them", () => {
  let program: ManagedProgram;
  before(async function () {
    this.timeout(60_000);
    program = await managedProgram(ALL);
  });

  it("stand in place of servers, and of what those alone need", () => {
    const gone = memberNames.filter((name) => !program.present.has(name));
    assert.deepEqual(gone.sort(), ["minio", "minio-setup", "postgres", "postgres-backup", "redis"]);
    assertSound(program, ALL);
  });

  it("are reached by those with an arrow to them, and by nobody else", () => {
    assert.deepEqual(clientsOf(program, "minio"), OF_S3);
    assert.deepEqual(reaching(program, PLACES.s3, 443), OF_S3);
    assert.deepEqual(reaching(program, PLACES.agent, 80), OF_S3);
    assert.deepEqual(reaching(program, PLACES.data, 5432), clientsOf(program, "postgres"));
    assert.deepEqual(reaching(program, PLACES.data, 6379), clientsOf(program, "redis"));
  });

  it("open no other way out", () => {
    for (const [place, port] of [
      [PLACES.instance, 80],
      [PLACES.s3, 80],
      [PLACES.data, 443],
      [PLACES.node, 5432],
      [PLACES.node, 443],
      [PLACES.agent, 443],
    ] as const)
      assert.deepEqual(reaching(program, place, port), [], `${place.name}:${port}`);
  });

  it("give each member its own role at its bucket, and no key", () => {
    const accounts = ofType(program.resources, ":PodIdentityAssociation").map((a) => at(a, "serviceAccount"));
    for (const member of OF_S3) {
      assert.ok(accounts.includes(member), member);
      for (const file of ["s3-secret-key", "aws-credentials", "aws-secret-access-key"])
        assert.equal(textGiven(program, member, `secrets..${file}`), undefined, `${member}: ${file}`);
      assert.doesNotMatch(podOf(program, member), /ACCESS_KEY|SHARED_CREDENTIALS/);
    }
    const worker = program.manifests.find(
      ({ kind, name }) => kind === "Deployment" && name === "label-studio-worker",
    );
    assert.match(worker?.resource.dependsOn.join() ?? "", /label-studio-worker-pods/);
    const policies = ofType(program.resources, "iam/rolePolicy:RolePolicy").filter(({ name }) =>
      name.includes("label-studio-worker"),
    );
    assert.match(JSON.stringify(policies), /semblance-prod-label-studio-123456789012/);
  });

  it("say where S3 is: in its region, under its own name", () => {
    const pod = podOf(program, "label-studio");
    for (const variable of ["STORAGE_AWS_ENDPOINT_URL", "LABEL_STUDIO_S3_ENDPOINT"])
      assert.match(pod, new RegExp(`"${variable}","value":"https://s3.us-east-1.amazonaws.com"`));
    assert.match(pod, /"STORAGE_AWS_BUCKET_NAME","value":"semblance-prod-label-studio-123456789012"/);
    assert.match(podOf(program, "mlflow"), /"s3:\/\/semblance-prod-mlflow-123456789012"/);
    const given = textGiven(program, "jupyter", "environment.json") ?? assert.fail();
    assert.match(given, /"AWS_ENDPOINT_URL_S3": "https:\/\/s3\.us-east-1\.amazonaws\.com"/);
    const cors = ofType(program.resources, ":BucketCorsConfiguration");
    assert.equal(cors.length, 3);
    for (const rule of cors)
      assert.deepEqual(at(rule, "corsRules", 0, "allowedOrigins"), [
        "https://label-studio.semblance.localhost:8443",
      ]);
  });

  it("are dialled by the names that AWS gives out", () => {
    assert.equal(textGiven(program, "label-studio", "POSTGRE_HOST"), "postgres.example");
    assert.equal(textGiven(program, "label-studio", "REDIS_HOST"), "redis.example");
    assert.match(
      textGiven(program, "postgres-exporter", "DATA_SOURCE_URI") ?? "",
      /^postgres\.example:5432\/postgres\?sslmode=verify-full/,
    );
    assert.equal(textGiven(program, "redis-exporter", "REDIS_ADDR"), "rediss://redis.example:6379");
    assert.equal(textGiven(program, "postgres-mlflow-setup", "PGHOST"), "postgres.example");
    assert.match(
      textGiven(program, "mlflow", "secrets..pg_service.conf") ?? "",
      /\nhost=postgres\.example\n/,
    );
    const pgweb = `${textGiven(program, "pgweb", "door.json") ?? ""}${textGiven(program, "pgweb", "secrets..pgpass") ?? ""}`;
    assert.match(
      pgweb,
      /@postgres\.example:5432\/postgres\?[^]*\npostgres\.example:5432:\*:pgweb:|@postgres\.example:5432/,
    );
  });

  it("are verified by the authorities that signed for them, each client by those that it needs", () => {
    const all = { rds: true, amazon: true, own: true };
    for (const server of ["label-studio", "label-studio-worker", "mlflow", "label-studio-exporter"])
      assert.deepEqual(verifiedBy(program, server), all, server);
    assert.deepEqual(verifiedBy(program, "jupyter"), { rds: false, amazon: true, own: true });
    assert.deepEqual(verifiedBy(program, "postgres-label-studio-setup"), {
      rds: true,
      amazon: false,
      own: false,
    });
    assert.deepEqual(verifiedBy(program, "grafana"), { rds: false, amazon: false, own: true });
  });

  it("get PostgreSQL's roles from jobs that know no password but the administrator's", () => {
    assert.match(podOf(program, "postgres-label-studio-setup"), /"MANAGED","value":"true"/);
    assert.match(
      textGiven(program, "postgres-label-studio-setup", "secrets..owner-password") ?? "",
      /^SCRAM-SHA-256\$4096:[\w+/]{22}==\$[\w+/]{43}=:[\w+/]{43}=$/,
    );
    const password = textGiven(program, "postgres-label-studio-setup", "secrets..superuser-password");
    assert.equal(at(one(program.resources, "rds/instance:Instance"), "password"), password);
    assert.equal(at(one(program.resources, "rds/instance:Instance"), "username"), "postgres");
  });

  it("know the users of Redis, with the rights that they have in the cluster less what AWS forbids", () => {
    const users = new Map(
      ofType(program.resources, "elasticache/user:User").map((user) => [
        at(user, "userName"),
        String(at(user, "accessString")),
      ]),
    );
    assert.deepEqual([...users.keys()].sort(), [
      "label-studio",
      "label-studio-exporter",
      "label-studio-worker",
      "redis-exporter",
    ]);
    assert.match(
      users.get("label-studio") ?? "",
      /^on ~label-studio:\* ~rq:\* resetchannels &rq:\* -@all \+@read/,
    );
    assert.equal(
      users.get("label-studio-exporter"),
      "on %R~rq:* resetchannels -@all +ping +llen +zcard +smembers +exists +client|setinfo",
    );
    for (const [user, access] of users) assert.doesNotMatch(access, /\+config/, String(user));
  });

  it("leave no door to MinIO, no login of it, no metrics of it, no alert about it", () => {
    const { urls, logins } = program.access;
    assert.deepEqual(
      Object.keys(urls).filter((name) => ["s3", "minio"].includes(name)),
      [],
    );
    assert.deepEqual(
      logins.map(({ service }) => service).filter((name) => /minio|s3/.test(name)),
      [],
    );
    const said = ["prometheus", "grafana", "gateway"]
      .flatMap((workload) => textsGiven(program, workload))
      .join("\n");
    assert.doesNotMatch(said, /minio_|minio\.semblance|job_name[^,]*minio/);
    assert.match(said, /pg_up/, "the state of PostgreSQL is told all the same");
    assert.match(said, /redis_up/);
  });
});

describe("managed services, one at a time", () => {
  for (const service of ["s3", "postgres", "redis"] as const)
    it(`${service}: everything else stays in the cluster, and every arrow is used`, async function () {
      this.timeout(60_000);
      const managed = { ...NONE, [service]: true };
      const program = await managedProgram(managed);
      assertSound(program, managed);
      assert.equal(ofType(program.resources, "rds/instance:Instance").length, service === "postgres" ? 1 : 0);
      assert.equal(ofType(program.resources, ":ReplicationGroup").length, service === "redis" ? 1 : 0);
      assert.equal(ofType(program.resources, ":BucketVersioning").length, service === "s3" ? 4 : 0);
      // S3 and ElastiCache are signed for by the same authority: only here it shows whether each is verified.
      const amazon = service !== "postgres";
      for (const server of ["label-studio", "label-studio-worker"])
        assert.deepEqual(verifiedBy(program, server), { rds: !amazon, amazon, own: true }, server);
      assert.deepEqual(reaching(program, PLACES.s3, 443), service === "s3" ? OF_S3 : []);
    });
});
