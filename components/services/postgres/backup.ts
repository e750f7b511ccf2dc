import * as pulumi from "@pulumi/pulumi";
import { asset } from "../../core/assets";
import type { PostgresConnection } from "../../core/connection";
import { type GeneratedLogin, trustFiles } from "../../core/foundation";
import type { RunningWorkload } from "../../core/platform";
import { FILES, type JobSpec, type WorkloadSpec } from "../../core/workload";
import { POSTGRES_USER, type PostgresAdmin, sqlJob, sqlName } from "./accounts";

const SERVICE = "postgres-backup";
/** How often the loop looks whether something is due, and tells how it stands. */
const TICK_SECONDS = 60;
const SCRIPT = `${FILES}/backup.sh`;

/** How often, and how many are kept. */
export interface BackupSchedule {
  readonly everyHours: number;
  /** Dumps of each database. */
  readonly keep: number;
}

/** What the backups are made of. */
export interface BackupArgs {
  readonly schedule: BackupSchedule;
  /** Databases that there are before the role is made. The loop asks the server itself. */
  readonly databases: readonly PostgresConnection[];
  /** Exists once the first backup is worth its while: the databases are filled. */
  readonly after: RunningWorkload["readyWhen"];
}

/** A job that makes the role of the backups, and lets it into the databases that there are. */
export function backupRoleJob(
  admin: PostgresConnection,
  login: GeneratedLogin,
  databases: readonly PostgresConnection[],
): JobSpec {
  return sqlJob({
    admin: {
      ...admin,
      readyWhen: [...admin.readyWhen, ...databases.flatMap(({ readyWhen }) => readyWhen)],
    },
    script: "backup-role.sh",
    // The script asks the server which databases there are; their names make the job run again when there are others.
    env: { BACKUP: login.username, DATABASES: databases.map(({ database }) => database).join(" ") },
    logins: { "backup-password": login },
  });
}

/** A loop of `pg_dump` over every database of the server, as a role that changes none. */
export function postgresBackupSpec(
  postgres: PostgresConnection,
  schedule: BackupSchedule,
): WorkloadSpec<never> {
  return {
    image: "postgres",
    command: ["sh", SCRIPT, "loop"],
    env: {
      PATH: "/usr/lib/postgresql/17/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      PGHOST: postgres.address.host,
      PGPORT: String(postgres.address.port),
      PGUSER: postgres.login.username,
      EVERY_SECONDS: String(schedule.everyHours * 3600),
      KEEP: String(schedule.keep),
      TICK_SECONDS: String(TICK_SECONDS),
    },
    files: {
      ...trustFiles(postgres.trust),
      [SCRIPT]: asset(__dirname, "backup.sh"),
      [`${FILES}/secrets/postgres-password`]: postgres.login.password,
    },
    ports: {},
    // The one folder that the image gives to PostgreSQL's user: Docker makes a new volume that user's too.
    volumes: { data: { mountPath: "/var/lib/postgresql/data", onDown: "keep", sizeGiB: 20 } },
    ready: {
      command: ["sh", SCRIPT, "healthy"],
      intervalSeconds: 10,
      timeoutSeconds: 5,
      failures: 6,
      startSeconds: 30,
    },
    user: POSTGRES_USER,
    writable: ["/tmp"],
    resources: { cpu: 0.5, memoryMiB: 128 },
    uses: [postgres],
  };
}

/** Dumps every database at an interval, and keeps the last ones on a volume of its own. */
export class PostgresBackup extends pulumi.ComponentResource {
  /** Exists once the table is there in which the backups tell of themselves. */
  readonly recordsWhen: RunningWorkload["readyWhen"];

  constructor(
    name: string,
    { foundation, connection }: PostgresAdmin,
    args: BackupArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:postgres:Backup", name, {}, opts);
    const login = foundation.secrets.login("postgres", SERVICE, sqlName(SERVICE));
    const job = backupRoleJob(connection, login, args.databases);
    const { doneWhen } = foundation.platform.runOnce("postgres-setup", `${name}-setup`, job, this);
    this.recordsWhen = doneWhen;
    const reader = { ...connection, login, readyWhen: [...doneWhen, ...args.after] };
    foundation.platform.run(SERVICE, postgresBackupSpec(reader, args.schedule), this);
    this.registerOutputs({});
  }
}
