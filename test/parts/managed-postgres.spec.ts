import assert from "node:assert/strict";
import type Docker from "dockerode";
import type { PostgresConnection } from "../../components/core/connection";
import { postgresSpec } from "../../components/services/postgres";
import { sqlJob } from "../../components/services/postgres/accounts";
import { execute, executeOk, logsOf } from "../support/engine";
import { connection } from "../support/samples";
import { leafOf, login } from "../engine/gateway-bench";
import { ThrowAwayAuthority } from "../engine/gateway-pki";
import { NetworkBench } from "./network-bench";
import { SUBNETS } from "./subnets";

const bench = new NetworkBench("t-managed-pg", SUBNETS.managedPostgres);
const pki = new ThrowAwayAuthority();
const trust = { caCertificate: pki.ca };
const administrator = login("postgres", "administrator0123");
const owner = login("cats", "owner0123");
const reader = login("cats_reader", "reader0123");
const monitor = login("monitor", "monitor0123");
const admin: PostgresConnection = {
  ...connection("postgres", "sql", 5432),
  trust,
  database: "postgres",
  login: administrator,
};

/** Takes from the server what RDS keeps to itself: its superuser has another name, and who administers it is none. */
const LIKE_RDS = [
  "CREATE ROLE helper SUPERUSER LOGIN PASSWORD 'helper0123'",
  "ALTER ROLE postgres RENAME TO rdsadmin",
  "CREATE ROLE postgres LOGIN CREATEDB CREATEROLE PASSWORD 'administrator0123'",
  "GRANT pg_monitor TO postgres WITH ADMIN OPTION",
  "ALTER DATABASE postgres OWNER TO postgres",
  "ALTER DATABASE template1 OWNER TO postgres",
];

describe("PostgreSQL that is managed: its administrator is no superuser", function () {
  this.timeout(180_000);
  let server: Docker.Container;

  /** SQL over TLS, as a role with its password. */
  async function sql(role: string, password: string, database: string, text: string) {
    const script =
      'PGPASSWORD=$2 PGSSLMODE=verify-full PGSSLROOTCERT=/etc/semblance/tls/ca.crt psql -XqAt -h postgres -U "$1" -d "$3" -c "$4"';
    const { code, stdout, stderr } = await execute(server.id, [
      "sh",
      "-c",
      script,
      "sh",
      role,
      password,
      database,
      text,
    ]);
    return { code, said: `${stdout}${stderr}`.trim() };
  }

  const jobs = {
    database: sqlJob({
      admin,
      managed: true,
      script: "database.sh",
      env: { DATABASE: "cats", READER: reader.username },
      logins: { "owner-password": owner, "reader-password": reader },
    }),
    other: sqlJob({
      admin,
      managed: true,
      script: "database.sh",
      env: { DATABASE: "dogs" },
      logins: { "owner-password": login("dogs", "dogs0123") },
    }),
    monitor: sqlJob({
      admin,
      managed: true,
      script: "monitor.sh",
      env: { MONITOR: monitor.username, DATABASES: "cats" },
      logins: { "monitor-password": monitor },
    }),
  };

  before(async () => {
    await bench.open();
    server = await bench.start(
      "postgres",
      2,
      postgresSpec({ leaf: leafOf(pki.issue("postgres")), trust, superuserPassword: administrator.password }),
    );
    const [helper = "", ...rest] = LIKE_RDS;
    await executeOk(server.id, ["psql", "-h", "/run/postgresql", "-Xq", "-c", helper]);
    for (const text of rest)
      assert.deepEqual(await sql("helper", "helper0123", "postgres", text), { code: 0, said: "" });
  });
  after(() => bench.close());

  for (const time of ["once", "again"]) {
    it(`runs the set-up jobs ${time}`, async () => {
      for (const [name, job] of Object.entries(jobs)) {
        const { code, said } = await bench.job(name, job);
        assert.equal(code, 0, `${name}: ${said}`);
      }
    });
  }

  it("lets each client in by its own password, at its own database and no other", async () => {
    const made = await sql(
      "cats",
      "owner0123",
      "cats",
      "CREATE TABLE mice (name text); INSERT INTO mice VALUES ('Jerry')",
    );
    assert.deepEqual(made, { code: 0, said: "" });
    assert.match((await sql("cats", "wrong", "cats", "SELECT 1")).said, /password authentication failed/);
    assert.match((await sql("cats", "owner0123", "dogs", "SELECT 1")).said, /permission denied for database/);
    assert.match((await sql("dogs", "dogs0123", "cats", "SELECT 1")).said, /permission denied for database/);
  });

  it("lets a reader in to read, and a monitor at statistics and at the rows of its databases", async () => {
    assert.equal(
      (await sql("cats_reader", "reader0123", "cats", "SHOW default_transaction_read_only")).said,
      "on",
    );
    assert.match(
      (await sql("cats_reader", "reader0123", "cats", "SELECT * FROM mice")).said,
      /permission denied/,
    );
    assert.equal((await sql("monitor", "monitor0123", "cats", "SELECT name FROM mice")).said, "Jerry");
    assert.match((await sql("monitor", "monitor0123", "cats", "DELETE FROM mice")).said, /permission denied/);
    const sizes = "SELECT count(pg_database_size(datname)) FROM pg_database";
    assert.match((await sql("monitor", "monitor0123", "postgres", sizes)).said, /^\d+$/);
  });

  it("gives no role a right beyond, and keeps passwords from the server and its log", async () => {
    const beyond =
      "SELECT rolname FROM pg_roles WHERE rolname IN ('cats', 'dogs', 'cats_reader', 'monitor') AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls)";
    assert.deepEqual(await sql("helper", "helper0123", "postgres", beyond), { code: 0, said: "" });
    const verifiers = await sql(
      "helper",
      "helper0123",
      "postgres",
      "SELECT DISTINCT left(rolpassword, 18) FROM pg_authid WHERE rolname IN ('cats', 'dogs', 'cats_reader', 'monitor')",
    );
    assert.equal(verifiers.said, "SCRAM-SHA-256$4096");
    assert.doesNotMatch(await logsOf(server.id), /(owner|reader|monitor|dogs)0123/);
  });
});
