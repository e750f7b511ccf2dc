import * as pulumi from "@pulumi/pulumi";
import { asset } from "../../core/assets";
import type { PostgresConnection, TlsTrust } from "../../core/connection";
import { type Debug, debugOf } from "../../core/debug";
import { type Foundation, type GeneratedLogin, type Leaf, serverTlsFiles, TLS } from "../../core/foundation";
import type { Sensitive } from "../../core/values";
import { FILES, type WorkloadSpec } from "../../core/workload";
import { POSTGRES_USER, type PostgresAdmin, PostgresDatabase, PostgresMonitor } from "./accounts";
import { type BackupArgs, PostgresBackup } from "./backup";

export type PostgresPort = "sql";

/** The number under which PostgreSQL listens. */
const PORT = 5432;

/** What a PostgreSQL server needs. */
export interface PostgresSpecArgs extends Debug {
  readonly leaf: Leaf;
  readonly trust: TlsTrust;
  /** Password of the superuser, which only set-up jobs use. */
  readonly superuserPassword: Sensitive;
}

/** PostgreSQL 17 that accepts TLS only, with SCRAM passwords. Where files lie: docs.postgresql.org, "Server configuration". */
export function postgresSpec(args: PostgresSpecArgs): WorkloadSpec<PostgresPort> {
  return {
    image: "postgres",
    command: ["sh", `${FILES}/start.sh`],
    env: { PATH: "/usr/lib/postgresql/17/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    files: {
      ...serverTlsFiles(args.leaf, args.trust),
      [`${FILES}/start.sh`]: asset(__dirname, "start.sh"),
      [`${FILES}/postgresql.conf`]: configuration(args),
      [`${FILES}/pg_hba.conf`]: hostBasedAuthentication(),
      [`${FILES}/secrets/superuser-password`]: args.superuserPassword,
    },
    ports: { sql: { number: PORT } },
    // The path that the image of version 17 declares as its volume; from 18 on it is /var/lib/postgresql.
    volumes: { data: { mountPath: "/var/lib/postgresql/data", onDown: "keep", sizeGiB: 20 } },
    ready: {
      command: ["/usr/lib/postgresql/17/bin/pg_isready", "--quiet", "--host=127.0.0.1", `--port=${PORT}`],
      intervalSeconds: 2,
      timeoutSeconds: 5,
      failures: 15,
      startSeconds: 60,
    },
    user: POSTGRES_USER,
    writable: ["/run/postgresql", "/tmp"],
    resources: { cpu: 1, memoryMiB: 512 },
    stopGraceSeconds: 60,
    uses: [],
  };
}

/** Not statements: they hold what people typed, and at a set-up the passwords of roles. */
const DEBUG = {
  log_min_messages: "debug1",
  log_disconnections: "on",
  log_lock_waits: "on",
  log_temp_files: "0",
};

function configuration({ debug = false }: Debug): string {
  const settings = {
    data_directory: "/var/lib/postgresql/data/pgdata",
    hba_file: `${FILES}/pg_hba.conf`,
    listen_addresses: "0.0.0.0",
    port: String(PORT),
    unix_socket_directories: "/run/postgresql",
    ssl: "on",
    ssl_cert_file: TLS.certificate,
    ssl_key_file: "/run/postgresql/server.key",
    ssl_min_protocol_version: "TLSv1.2",
    password_encryption: "scram-sha-256",
    max_connections: "100",
    shared_buffers: "128MB",
    dynamic_shared_memory_type: "mmap",
    log_destination: "stderr",
    log_connections: "on",
    log_min_duration_statement: "2s",
    log_line_prefix: "%m [%p] %q%u@%d ",
    timezone: "UTC",
    ...(debug ? DEBUG : {}),
  };
  return lines(Object.entries(settings).map(([key, value]) => `${key} = '${value}'`));
}

/** Who may come in, and how: nobody without TLS, nobody without a SCRAM password, the superuser's socket only from inside. */
function hostBasedAuthentication(): string {
  return lines([
    "local   all all           peer",
    "hostssl all all 0.0.0.0/0 scram-sha-256",
    "host    all all all       reject",
  ]);
}

const lines = (all: readonly string[]): string => `${all.join("\n")}\n`;

/** PostgreSQL, or what the platform buys in its place. Services get a role and a database of their own by `database(client)`; none of them is the superuser. */
export class Postgres extends pulumi.ComponentResource {
  private readonly admin: PostgresAdmin;

  constructor(name: string, foundation: Foundation, opts: pulumi.ComponentResourceOptions) {
    super("semblance:service:Postgres", name, {}, opts);
    const superuser = foundation.secrets.login("postgres", "superuser", "postgres");
    const bought = foundation.platform.managed?.postgres;
    this.admin = {
      foundation,
      managed: bought !== undefined,
      connection: bought?.admin(superuser) ?? this.run(foundation, superuser),
    };
    this.registerOutputs({});
  }

  /** A database called after its client, with a role that owns it; with `reader`, a second role that can only read. */
  database(client: string, options: { readonly reader?: string } = {}): PostgresDatabase {
    return new PostgresDatabase(`postgres-${client}`, this.admin, { client, ...options }, { parent: this });
  }

  /** A role that reads the server's statistics, and the rows of these databases. */
  monitor(client: string, databases: readonly PostgresConnection[] = []): PostgresConnection {
    const args = { client, databases };
    return new PostgresMonitor(`postgres-${client}`, this.admin, args, { parent: this }).connection;
  }

  /** The loop that dumps every database of the server. For one that runs here: a managed one has backups of its own. */
  backup(args: BackupArgs): PostgresBackup {
    return new PostgresBackup("postgres-backup", this.admin, args, { parent: this });
  }

  /** Runs the server here. */
  private run(foundation: Foundation, superuser: GeneratedLogin): PostgresConnection {
    const { platform, certificates } = foundation;
    const spec = postgresSpec({
      ...debugOf(foundation, "postgres"),
      leaf: certificates.issue("postgres", platform.namesOf("postgres")),
      trust: certificates.trust,
      superuserPassword: superuser.password,
    });
    const server = platform.run("postgres", spec, this);
    return {
      server: "postgres",
      port: "sql",
      address: server.address("sql"),
      trust: certificates.trust,
      readyWhen: server.readyWhen,
      database: "postgres",
      login: superuser,
    };
  }
}
