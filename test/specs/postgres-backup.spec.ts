import assert from "node:assert/strict";
import { settingsSchema } from "../../components/config/schema";
import { asset } from "../../components/core/assets";
import { postgresExporterSpec } from "../../components/services/exporters";
import { backupRoleJob, postgresBackupSpec } from "../../components/services/postgres/backup";
import { BACKUP_QUERIES, BACKUP_STATE } from "../../components/services/postgres/backup-metrics";
import { alertGroupsOf } from "../../components/services/prometheus/rules";
import { arrowsFrom, membersOf } from "../../components/topology";
import { CANARY } from "../support/mocks";
import { selectorsOf } from "../support/queries";
import { fileOf, leaf, login, postgres, secretText } from "../support/samples";
import { checkScript } from "../support/shell";

const folder = "components/services/postgres";
const spec = postgresBackupSpec({ ...postgres, login: login("postgres_backup") }, { everyHours: 6, keep: 3 });
const core = membersOf({ profile: "core", development: false });

describe("backups of PostgreSQL", () => {
  it("are part of the smallest stack, and reach PostgreSQL alone", () => {
    assert.ok(core.has("postgres-backup"));
    assert.deepEqual(
      arrowsFrom("postgres-backup").map(({ to, port }) => `${to}:${port}`),
      ["postgres:sql"],
    );
    assert.ok(
      !membersOf({ profile: "core", development: false, absent: ["postgres"] }).has("postgres-backup"),
    );
  });

  it("run once a day and are kept for a week, unless the settings say otherwise", () => {
    assert.deepEqual(settingsSchema.parse({}).backups, { everyHours: 24, keep: 7 });
    for (const backups of [{ everyHours: 0 }, { everyHours: 169 }, { keep: 0 }, { every: 1 }])
      assert.equal(settingsSchema.safeParse({ backups }).success, false, JSON.stringify(backups));
    assert.equal(spec.env?.["EVERY_SECONDS"], String(6 * 3600));
    assert.equal(spec.env["KEEP"], "3");
  });

  it("lie on a volume that outlives the stack, at the path that the image gives to PostgreSQL's user", () => {
    assert.deepEqual(spec.volumes?.["data"], {
      mountPath: "/var/lib/postgresql/data",
      onDown: "keep",
      sizeGiB: 20,
    });
    assert.match(asset(folder, "backup.sh"), /^root=\/var\/lib\/postgresql\/data$/m);
    assert.match(asset(folder, "backup.sh"), /^umask 077$/m);
  });

  it("verify the server, and have the password in a file", async () => {
    const script = await fileOf(spec, "/etc/semblance/backup.sh");
    assert.match(script, /PGSSLMODE=verify-full PGSSLROOTCERT=\/etc\/semblance\/tls\/ca\.crt/);
    assert.equal(
      await fileOf(spec, "/etc/semblance/secrets/postgres-password"),
      secretText("postgres_backup"),
    );
    assert.ok(!JSON.stringify([spec.command, spec.ready.command, spec.env]).includes(CANARY));
  });

  it("use a role that may read every row, and write into one table alone", () => {
    const script = asset(folder, "backup-role.sh");
    assert.match(
      script,
      /NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'password'/,
    );
    const grants = script.match(/GRANT .*?(?=;| FROM pg_database)/g) ?? [];
    assert.deepEqual(grants, [
      'GRANT pg_read_all_data TO :"name"',
      "GRANT CONNECT ON DATABASE %I TO %I', datname, :'name')",
      'GRANT USAGE ON SCHEMA semblance TO :"name", pg_monitor',
      'GRANT SELECT, INSERT, DELETE ON semblance.backups TO :"name"',
      "GRANT SELECT ON semblance.backups TO pg_monitor",
    ]);
    assert.doesNotMatch(script, /<<[A-Z]/, "the shell puts nothing into the SQL");
    assert.match(script, /log_min_error_statement=panic/);
  });

  it("have a role only after the databases, and again when there are others", async () => {
    const ready = { ...postgres, readyWhen: [] };
    const job = backupRoleJob({ ...ready, login: login("postgres") }, login("postgres_backup"), [
      ready,
      { ...ready, database: "mlflow" },
    ]);
    assert.equal(job.env?.["DATABASES"], "label_studio mlflow");
    assert.equal(await fileOf(job, "/etc/semblance/secrets/backup-password"), secretText("postgres_backup"));
  });

  it("are told of by PostgreSQL's exporter, where the stack has them", async () => {
    const args = { leaf, scrape: login("prometheus"), listen: ["10.89.0.2"] };
    const without = postgresExporterSpec({ ...args, postgres });
    assert.ok(!("/etc/semblance/queries.yml" in (without.files ?? {})));
    const told = postgresExporterSpec({ ...args, postgres: { ...postgres, backups: true } });
    assert.ok(told.command.includes("--extend.query-path=/etc/semblance/queries.yml"));
    assert.deepEqual(JSON.parse(await fileOf(told, "/etc/semblance/queries.yml")), BACKUP_QUERIES);
  });

  it("have a column in the table for each metric that is asked for, and a metric for each that is used", () => {
    const script = asset(folder, "backup-role.sh");
    const columns = [...script.matchAll(/^ {2}(\w+) (?:text|double)/gm)].map(([, name]) => name);
    const asked = BACKUP_QUERIES.semblance_backup.metrics.flatMap((metric) => Object.keys(metric));
    assert.deepEqual(columns, asked);
    const alerts = alertGroupsOf(core).flatMap((group) => group.alerts);
    const expressions = [BACKUP_STATE.expression, ...alerts.map(({ expr }) => expr)];
    const used = expressions.flatMap(selectorsOf).filter((one) => one.startsWith("semblance_backup_"));
    assert.ok(used.length >= 4, used.join());
    for (const metric of used) assert.ok(asked.includes(metric.replace("semblance_backup_", "")), metric);
  });

  it("have scripts that a shell can read", () => {
    for (const file of ["backup.sh", "backup-role.sh"]) checkScript(asset(folder, file));
  });
});
