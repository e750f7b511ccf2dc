import { execFileSync } from "node:child_process";
import type Docker from "dockerode";
import type { PostgresConnection } from "../../components/core/connection";
import { postgresExporterSpec } from "../../components/services/exporters";
import { postgresSpec } from "../../components/services/postgres";
import { sqlJob } from "../../components/services/postgres/accounts";
import { backupRoleJob, postgresBackupSpec } from "../../components/services/postgres/backup";
import { ask } from "../support/ask";
import { execute, executeOk, logsOf } from "../support/engine";
import { connection } from "../support/samples";
import { until } from "../support/until";
import { leafOf, login } from "../engine/gateway-bench";
import { ThrowAwayAuthority } from "../engine/gateway-pki";
import { NetworkBench } from "./network-bench";
import { SUBNETS } from "./subnets";

const NAME = "t-bak";
const SCRIPT = "/etc/semblance/backup.sh";
/** Where the dumps lie. */
export const FOLDER = "/var/lib/postgresql/data";

/** PostgreSQL with a client's database in it, its backups and its exporter, with the specs that the stack runs. */
export class BackupWorld {
  readonly bench = new NetworkBench(NAME, SUBNETS.backup);
  private readonly pki = new ThrowAwayAuthority();
  private readonly trust = { caCertificate: this.pki.ca };
  private readonly admin: PostgresConnection = {
    ...connection("postgres", "sql", 5432),
    trust: this.trust,
    database: "postgres",
    login: login("postgres", "superuser0123"),
  };
  private readonly role = login("postgres_backup", "backup0123");
  private readonly scrape = login("prometheus", "scrape0123");
  private postgres!: Docker.Container;
  private backup!: Docker.Container;

  async open(): Promise<void> {
    await this.bench.open();
    const spec = postgresSpec({
      leaf: leafOf(this.pki.issue("postgres")),
      trust: this.trust,
      superuserPassword: this.admin.login.password,
    });
    this.postgres = await this.bench.start("postgres", 2, spec);
    const owner = login("cats", "cats0123");
    const monitor = login("postgres_exporter", "exporter0123");
    const { admin } = this;
    const jobs = {
      database: sqlJob({
        admin,
        script: "database.sh",
        env: { DATABASE: "cats" },
        logins: { "owner-password": owner },
      }),
      monitor: sqlJob({
        admin,
        script: "monitor.sh",
        env: { MONITOR: monitor.username, DATABASES: "" },
        logins: { "monitor-password": monitor },
      }),
      // Twice: it may run again at any time.
      backup: backupRoleJob(admin, this.role, []),
      "backup-again": backupRoleJob(admin, this.role, []),
    };
    for (const [name, job] of Object.entries(jobs)) {
      const { code, said } = await this.bench.job(name, job);
      if (code !== 0) throw new Error(`${name}: ${said}`);
    }
    const exporter = postgresExporterSpec({
      leaf: leafOf(this.pki.issue("postgres-exporter")),
      listen: ["0.0.0.0"],
      scrape: this.scrape,
      postgres: { ...admin, login: monitor, backups: true },
    });
    await this.bench.start("postgres-exporter", 4, exporter);
  }

  /** Starts the loop, in place of one that it started before and on the same volume. */
  async startLoop(schedule: { everyHours: number; keep: number }): Promise<void> {
    if (this.backup as Docker.Container | undefined) await this.backup.remove({ force: true });
    const spec = postgresBackupSpec({ ...this.admin, login: this.role }, schedule);
    const quick = { ...spec, env: { ...spec.env, TICK_SECONDS: "1" } };
    this.backup = await this.bench.start("postgres-backup", 3, quick);
  }

  /** SQL as the superuser, by the socket inside the container; rows as text. */
  sql(text: string, database = "postgres"): Promise<string> {
    const command = [
      "psql",
      "-h",
      "/run/postgresql",
      "-XqAt",
      "-v",
      "ON_ERROR_STOP=1",
      "-d",
      database,
      "-c",
      text,
    ];
    return executeOk(this.postgres.id, command).then((said) => said.trim());
  }

  /** SQL as the backups' own role, over TLS. */
  sqlAsBackup(
    text: string,
    database = "cats",
    sslmode = "verify-full",
  ): Promise<{ code: number; said: string }> {
    const script = `PGPASSFILE=/tmp/pgpass PGSSLROOTCERT=/etc/semblance/tls/ca.crt psql -XqAt "dbname=$1 sslmode=$2" -c "$3"`;
    return this.inside(["sh", "-c", script, "sh", database, sslmode, text]);
  }

  /** A command in the container of the backups. */
  async inside(command: readonly string[]): Promise<{ code: number; said: string }> {
    const { code, stdout, stderr } = await execute(this.backup.id, command);
    return { code, said: `${stdout}${stderr}`.trim() };
  }

  /** One of the script's own commands. */
  script(what: "now" | "list" | "healthy"): Promise<{ code: number; said: string }> {
    return this.inside(["sh", SCRIPT, what]);
  }

  /** What `list` says of a database, the newest first: file, bytes, whether it is sound. */
  async dumps(database: string): Promise<{ name: string; bytes: number; sound: string }[]> {
    const { said } = await this.script("list");
    return said
      .split("\n")
      .map((line) => line.split("\t"))
      .filter(([of]) => of === database)
      .map(([, name = "", bytes, sound = ""]) => ({ name, bytes: Number(bytes), sound }));
  }

  /** A metric as Prometheus gets it, by database. */
  async metric(name: string): Promise<Map<string, number>> {
    const url = `https://${this.bench.address(4)}:9187/metrics`;
    const { body } = await ask({
      url,
      name: "postgres-exporter",
      ca: this.pki.ca,
      login: "prometheus:scrape0123",
    });
    const found = body.matchAll(new RegExp(`^semblance_backup_${name}{database="([^"]*)"[^}]*} (.+)$`, "gm"));
    return new Map([...found].map(([, database = "", value]) => [database, Number(value)]));
  }

  /** Waits for a metric to have a value. */
  async metricBecomes(name: string, database: string, wanted: (value: number) => boolean): Promise<void> {
    let last: number | undefined;
    await until({ what: `${name} of ${database}`, limitSeconds: 60, everySeconds: 0.5 }, async () => {
      last = (await this.metric(name)).get(database);
      if (last === undefined || !wanted(last))
        throw new Error(`it is ${last}; ${(await this.logs()).slice(-500)}`);
      return true;
    });
  }

  logs(): Promise<string> {
    return logsOf(this.backup.id);
  }

  /** The commands of docs/backups.md that put a database back in place of the one that is there, with this world's names. */
  restore(database: string, dump: string): void {
    const commands = `
      docker exec $P psql -h /run/postgresql -c "ALTER DATABASE $DB ALLOW_CONNECTIONS false" \\
        -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$DB'" -c "ALTER DATABASE $DB RENAME TO \${DB}_before"
      docker exec $B cat ${FOLDER}/$DB/$DUMP |
        docker exec -i $P pg_restore -h /run/postgresql -d postgres --create --exit-on-error`;
    const env = {
      ...process.env,
      B: `${NAME}-postgres-backup`,
      P: `${NAME}-postgres`,
      DB: database,
      DUMP: dump,
    };
    execFileSync("sh", ["-euc", commands], { encoding: "utf8", env });
  }
}
