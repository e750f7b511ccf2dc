import * as pulumi from "@pulumi/pulumi";
import { asset } from "../../core/assets";
import type { PostgresConnection } from "../../core/connection";
import { type Foundation, type GeneratedLogin, trustFiles } from "../../core/foundation";
import type { TextValue } from "../../core/values";
import { FILES, type FilePath, type JobSpec } from "../../core/workload";
import { scramVerifier } from "./scram";

/** uid and gid that the official image and ours give to PostgreSQL. */
export const POSTGRES_USER = { uid: 999, gid: 999 };

/** The connection of who makes roles: the superuser, or the administrator of a managed server, who is none. */
export interface PostgresAdmin {
  readonly foundation: Foundation;
  readonly connection: PostgresConnection;
  /** Whether the server is a managed one. */
  readonly managed: boolean;
}

/** PostgreSQL's names are kept free of characters that need quoting. */
export const sqlName = (client: string): string => client.replaceAll("-", "_");

/** What a job that makes roles needs. */
export interface SqlJobArgs {
  readonly admin: PostgresConnection;
  readonly script: "database.sh" | "monitor.sh" | "backup-role.sh";
  readonly env: Readonly<Record<string, string>>;
  /** Whether the server is a managed one. @default false */
  readonly managed?: boolean;
  /** Logins whose passwords the script sets, by the name of the file under which it finds them. */
  readonly logins: Readonly<Record<string, GeneratedLogin>>;
}

/** A job that runs one of the scripts beside this file. */
export function sqlJob(args: SqlJobArgs): JobSpec {
  const passwords: Record<FilePath, TextValue> = {
    [`${FILES}/secrets/superuser-password`]: args.admin.login.password,
  };
  for (const [file, { username, password }] of Object.entries(args.logins))
    passwords[`${FILES}/secrets/${file}`] = args.managed
      ? password.map((text) => scramVerifier(username, text))
      : password;
  return {
    image: "postgres",
    command: ["sh", `${FILES}/${args.script}`],
    env: {
      PGHOST: args.admin.address.host,
      PGPORT: String(args.admin.address.port),
      ...(args.managed ? { MANAGED: "true" } : {}),
      ...args.env,
    },
    files: {
      ...trustFiles(args.admin.trust),
      [`${FILES}/${args.script}`]: asset(__dirname, args.script),
      ...passwords,
    },
    user: POSTGRES_USER,
    writable: ["/tmp"],
    resources: { cpu: 1, memoryMiB: 128 },
    uses: [args.admin],
    rerunOn: [],
    timeoutSeconds: 120,
  };
}

/** Args of `PostgresDatabase`. */
export interface PostgresDatabaseArgs {
  readonly client: string;
  /** Client that may come in and change nothing; the owner says what it may read. */
  readonly reader?: string;
}

/** A database of one client, and the roles that may use it. */
export class PostgresDatabase extends pulumi.ComponentResource {
  /** Connection of the client, which owns the database. */
  readonly connection: PostgresConnection;
  private readonly readAs: PostgresConnection | undefined;

  constructor(
    name: string,
    admin: PostgresAdmin,
    args: PostgresDatabaseArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:postgres:Database", name, {}, opts);
    const { secrets, platform } = admin.foundation;
    const database = sqlName(args.client);
    const owner = secrets.login("postgres", args.client, database);
    const reader =
      args.reader === undefined ? undefined : secrets.login("postgres", args.reader, sqlName(args.reader));
    const job = sqlJob({
      admin: admin.connection,
      managed: admin.managed,
      script: "database.sh",
      env: { DATABASE: database, ...(reader === undefined ? {} : { READER: reader.username }) },
      logins: { "owner-password": owner, ...(reader === undefined ? {} : { "reader-password": reader }) },
    });
    const done = platform.runOnce("postgres-setup", `${name}-setup`, job, this);
    const connect = (login: GeneratedLogin): PostgresConnection => ({
      ...admin.connection,
      database,
      login,
      readyWhen: done.doneWhen,
    });
    this.connection = connect(owner);
    this.readAs = reader === undefined ? undefined : connect(reader);
    this.registerOutputs({});
  }

  /** Connection of the reader. Throws when the database was made without one. */
  get reader(): PostgresConnection {
    if (this.readAs === undefined) throw new Error(`database ${this.connection.database} has no reader`);
    return this.readAs;
  }
}

/** Args of `PostgresMonitor`. */
export interface PostgresMonitorArgs {
  readonly client: string;
  /** Databases whose rows it may read as well. @default none */
  readonly databases?: readonly PostgresConnection[];
}

/** A role that reads statistics, and rows where it is said so. It changes nothing. */
export class PostgresMonitor extends pulumi.ComponentResource {
  readonly connection: PostgresConnection;

  constructor(
    name: string,
    admin: PostgresAdmin,
    { client, databases = [] }: PostgresMonitorArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:postgres:Monitor", name, {}, opts);
    const login = admin.foundation.secrets.login("postgres", client, sqlName(client));
    const { readyWhen } = admin.connection;
    const job = sqlJob({
      admin: {
        ...admin.connection,
        readyWhen: [...readyWhen, ...databases.flatMap((database) => database.readyWhen)],
      },
      managed: admin.managed,
      script: "monitor.sh",
      env: { MONITOR: login.username, DATABASES: databases.map(({ database }) => database).join(" ") },
      logins: { "monitor-password": login },
    });
    const done = admin.foundation.platform.runOnce("postgres-setup", `${name}-setup`, job, this);
    this.connection = { ...admin.connection, login, readyWhen: done.doneWhen };
    this.registerOutputs({});
  }
}
