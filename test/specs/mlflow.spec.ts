import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { S3Connection } from "../../components/core/connection";
import type { Foundation } from "../../components/core/foundation";
import { Sensitive } from "../../components/core/values";
import { Mlflow, MLFLOW_STATES } from "../../components/services/mlflow";
import { mlflowSetupJob, mlflowSpec, type MlflowSpecArgs } from "../../components/services/mlflow/specs";
import { membersOf } from "../../components/topology";
import { CANARY, recordProgram } from "../support/mocks";
import { RecordingPlatform } from "../support/recording-platform";
import {
  connection,
  fileOf,
  leaf,
  login,
  open,
  postgres,
  secretText,
  textsOf,
  trust,
} from "../support/samples";

const site = { url: "https://mlflow.semblance.localhost:8443", host: "mlflow.semblance.localhost" };
const s3: S3Connection = {
  ...connection("minio", "s3", 8443),
  bucket: "mlflow",
  region: "us-east-1",
  keys: login("mlflow-s3"),
  endpoint: "https://s3.semblance.localhost:8443",
};
const args: MlflowSpecArgs = {
  site,
  postgres: { ...postgres, database: "mlflow", login: login("mlflow") },
  s3,
  leaf,
  listen: ["192.0.2.2", "192.0.2.3"],
  names: ["mlflow", "mlflow.lab"],
  flaskKey: Sensitive.of(secretText("flask")),
  scrape: login("prometheus"),
};
const spec = mlflowSpec(args);
const env = async (name: string): Promise<string | undefined> => (await textsOf(spec.env)).get(name)?.text;

describe("MLflow", () => {
  it("reaches its database over TLS with a verified name, by a file that is a secret", async () => {
    const path = (await env("PGSERVICEFILE")) ?? "";
    const lines = (await fileOf(spec, path)).trim().split("\n");
    for (const wanted of [
      "[mlflow]",
      "host=postgres",
      "port=5432",
      "dbname=mlflow",
      "user=mlflow",
      "sslmode=verify-full",
      "sslrootcert=/etc/semblance/tls/ca.crt",
      `password=${secretText("mlflow")}`,
    ]) {
      assert.ok(lines.includes(wanted), wanted);
    }
    assert.ok((await open(spec.files?.["/etc/semblance/secrets/pg_service.conf"] ?? "")).secret);
  });

  it("gives nobody a right by default, knows no administrator's password, and shows none in its configuration", async () => {
    const ini = await fileOf(spec, (await env("MLFLOW_AUTH_CONFIG_PATH")) ?? "");
    assert.match(ini, /^default_permission = NO_PERMISSIONS$/m);
    assert.match(ini, /^database_uri = postgresql\+psycopg:\/\/\/\?service=mlflow$/m);
    assert.doesNotMatch(ini, /password|sqlite/);
    assert.ok(!ini.includes(CANARY));
    assert.ok(!Object.keys(spec.files ?? {}).some((path) => path.includes("administrator")));
  });

  it("keeps artifacts in its bucket, with keys that only the server has", async () => {
    assert.equal(await env("ARTIFACTS_DESTINATION"), "s3://mlflow");
    assert.equal(await env("MLFLOW_S3_ENDPOINT_URL"), "https://s3.semblance.localhost:8443");
    assert.equal(await env("AWS_CA_BUNDLE"), "/etc/semblance/tls/ca.crt");
    assert.equal(
      await fileOf(spec, (await env("AWS_SHARED_CREDENTIALS_FILE")) ?? ""),
      `[default]\naws_access_key_id = mlflow-s3\naws_secret_access_key = ${secretText("mlflow-s3")}\n`,
    );
    const job = mlflowSetupJob({ postgres: args.postgres, administrator: login("admin"), clients: [] });
    for (const { text } of (await textsOf(job.files)).values())
      assert.ok(!text.includes(secretText("mlflow-s3")));
  });

  it("has nothing secret in its environment or its command line", async () => {
    for (const [name, { text, secret }] of await textsOf(spec.env)) {
      assert.ok(!secret && !text.includes(CANARY), name);
    }
    assert.ok(!JSON.stringify([spec.command, spec.ready.command]).includes(CANARY));
  });

  it("answers to the public name and to its names inside, each with its port, and to pages of its own", async () => {
    assert.deepEqual((await env("MLFLOW_SERVER_ALLOWED_HOSTS"))?.split(","), [
      "mlflow.semblance.localhost:8443",
      "mlflow:5000",
      "mlflow.lab:5000",
    ]);
    const standard = mlflowSpec({ ...args, site: { url: "https://mlflow.lab", host: "mlflow.lab" } });
    const hosts = (await textsOf(standard.env)).get("MLFLOW_SERVER_ALLOWED_HOSTS")?.text;
    assert.equal(hosts?.split(",")[0], "mlflow.lab", "browsers leave the standard port out");
    assert.equal(await env("MLFLOW_SERVER_CORS_ALLOWED_ORIGINS"), site.url);
    assert.equal(await env("PUBLIC_URL"), site.url);
  });

  it("listens where an arrow leads to it, and on the loopback address for its own probe", async () => {
    assert.equal(await env("LISTEN_ADDRESSES"), "192.0.2.2,192.0.2.3,127.0.0.1");
    assert.equal(await env("LISTEN_PORT"), String(spec.ports.https.number));
    assert.equal(spec.ready.command.at(-1), await env("LISTEN_PORT"));
    const everywhere = mlflowSpec({ ...args, listen: ["0.0.0.0"] });
    assert.equal((await textsOf(everywhere.env)).get("LISTEN_ADDRESSES")?.text, "0.0.0.0");
  });

  it("tells its makers nothing, runs no code of users', and keeps uploads off the memory", async () => {
    assert.equal(await env("MLFLOW_DISABLE_TELEMETRY"), "true");
    assert.equal(await env("MLFLOW_SERVER_ENABLE_JOB_EXECUTION"), "false");
    assert.equal(spec.volumes?.["scratch"]?.mountPath, await env("TMPDIR"));
    assert.ok(!spec.writable?.some((path) => path === "/mlflow"));
  });

  it("loads every Python file that another one imports", async () => {
    const job = mlflowSetupJob({ postgres: args.postgres, administrator: login("admin"), clients: [] });
    for (const one of [spec, job]) {
      const files = await textsOf(one.files);
      const modules = [...files.keys()].flatMap(
        (path) => /\/(?:app|shared)\/(\w+)\.py$/.exec(path)?.[1] ?? [],
      );
      for (const [path, { text }] of files) {
        for (const [, name = ""] of text.matchAll(/^\s*(?:import|from) (semblance_\w+)/gm)) {
          assert.ok(modules.includes(name), `${path} imports ${name}`);
        }
      }
      assert.ok(modules.some((name) => one.command.at(-1)?.endsWith(`/${name}.py`)));
    }
  });
});

describe("MLflow's set-up", () => {
  const job = mlflowSetupJob({
    postgres: args.postgres,
    administrator: login("admin"),
    clients: [login("jupyter"), login("curator")],
  });

  it("knows each user by name, and the passwords by files that are secrets", async () => {
    const variables = await textsOf(job.env);
    assert.equal(variables.get("ADMINISTRATOR")?.text, "admin");
    assert.equal(variables.get("CLIENTS")?.text, "jupyter,curator");
    const files = await textsOf(job.files);
    for (const [file, user] of [
      ["administrator-password", "admin"],
      ["client-jupyter", "jupyter"],
      ["client-curator", "curator"],
    ] as const) {
      assert.deepEqual(files.get(`/etc/semblance/secrets/${file}`), { text: secretText(user), secret: true });
    }
  });

  it("speaks to the database and to nobody else", () => {
    assert.deepEqual(job.uses, [args.postgres]);
  });
});

describe("the component of MLflow", () => {
  const platform = new RecordingPlatform(membersOf({ profile: "full", development: false }));
  const foundation: Foundation = {
    platform,
    certificates: {
      trust,
      issue: () => leaf,
      clientsOf: () => assert.fail("MLflow has logins of its own"),
      ends: () => pulumi.output([]),
    },
    secrets: {
      login: (_server, client, username) => ({ ...login(client), username }),
      key: (purpose) => ({ hex: Sensitive.of(purpose), base64: Sensitive.of(purpose) }),
    },
  };
  let mlflow: Mlflow<"jupyter">;
  before(async () => {
    const program = () =>
      new Mlflow("mlflow", foundation, { site, postgres: args.postgres, s3, clients: ["jupyter"] }, {});
    ({ result: mlflow } = await recordProgram(program));
  });

  it("gives a client its own user and its own experiment", async () => {
    const { login: user, experiment, server, port, address } = mlflow.connection("jupyter");
    assert.deepEqual([user.username, experiment, server, port], ["jupyter", "jupyter", "mlflow", "https"]);
    assert.equal((await open(user.password)).text, secretText("jupyter"));
    assert.equal(address.port, 5000);
  });

  it("lets Prometheus in with a login that opens the metrics only", async () => {
    const { path, credential } = mlflow.target;
    assert.equal(path, "/metrics");
    assert.equal(credential.kind, "basic");
    const job = platform.jobs.find(({ member }) => member === "mlflow-setup")?.spec;
    const users = (await textsOf(job?.env)).get("CLIENTS")?.text;
    assert.equal(users, "jupyter", "Prometheus is no user of MLflow's");
    assert.deepEqual(
      MLFLOW_STATES.map(({ service }) => service),
      ["mlflow"],
    );
  });

  it("prepares the database before the server starts", () => {
    assert.equal(platform.jobs.length, 1);
    assert.ok(platform.servers.has("mlflow"));
  });
});
