import { join } from "node:path";
import { asset } from "../../core/assets";
import type { PostgresConnection } from "../../core/connection";
import { TLS } from "../../core/foundation";
import type { Live } from "../../core/sources";
import { Sensitive, type TextValue } from "../../core/values";
import { FILES, type FilePath } from "../../core/workload";

/** uid and gid of MLflow in our image. */
export const MLFLOW_USER = { uid: 10004, gid: 10004 };

/** MLflow's Python in our image, which is always built here. */
export const PYTHON = "/opt/mlflow/bin/python";

/** Folder of our Python files inside a workload. */
export const APP = `${FILES}/app` as const;

/** Folder through which artifacts pass. */
export const SCRATCH = "/mlflow";

const SERVICE_FILE = `${FILES}/secrets/pg_service.conf` as const;
const AUTH_FILE = `${FILES}/auth.ini` as const;

/** What is Label Studio's as well. */
const SHARED = `${FILES}/shared` as const;
const labelStudio = join(__dirname, "..", "label-studio", "app");

/** The folder of our Python files, for a live workload. */
export const SOURCES = { [APP]: join(__dirname, "app") };

/**
 * The database as libpq reads it from a service file, so that the password is in no URI that MLflow may show.
 * @see https://www.postgresql.org/docs/current/libpq-pgservice.html
 */
function serviceFile({ address, database, login }: PostgresConnection): Sensitive {
  const options = {
    port: address.port,
    dbname: database,
    user: login.username,
    sslmode: "verify-full",
    sslrootcert: TLS.ca,
    connect_timeout: 5,
    keepalives_idle: 15,
    keepalives_interval: 5,
    keepalives_count: 3,
    tcp_user_timeout: 30_000,
    application_name: "mlflow",
  };
  const lines = Object.entries(options).map(([key, value]) => `${key}=${value}\n`);
  return Sensitive.format(
    (password, host) => `[mlflow]\nhost=${host}\n${lines.join("")}password=${password}\n`,
    login.password,
    Sensitive.of(address.host),
  );
}

/** Who may do what without being given it: nothing. A verified password is good for a minute, since each check costs 32 MiB. */
const AUTH_INI = `[mlflow]
default_permission = NO_PERMISSIONS
database_uri = postgresql+psycopg:///?service=mlflow
admin_username =
authorization_function = mlflow.server.auth:authenticate_request_basic_auth
grant_default_workspace_access = false
auth_cache_ttl_seconds = 60
`;

/** Environment of a process that loads MLflow. */
export const processEnv: Readonly<Record<string, string>> = {
  PYTHONPATH: `${APP}:${SHARED}`,
  HOME: "/tmp",
  PGSERVICEFILE: SERVICE_FILE,
  MLFLOW_AUTH_CONFIG_PATH: AUTH_FILE,
  MLFLOW_DISABLE_TELEMETRY: "true",
  MLFLOW_CONFIGURE_LOGGING: "false",
  // Three pools: runs, models, users. PostgreSQL has a hundred connections for everybody.
  MLFLOW_SQLALCHEMYSTORE_POOL_SIZE: "4",
  MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW: "4",
  // Each thread would keep an arena of its own.
  MALLOC_ARENA_MAX: "2",
};

/** Files of a process that loads MLflow. Where it is live, our Python is not among them. */
export function processFiles(
  postgres: PostgresConnection,
  python: readonly string[],
  { live = false }: Live = {},
): Record<FilePath, TextValue> {
  const names = live ? [] : ["semblance_mlflow.py", ...python];
  return {
    [`${SHARED}/semblance_logging.py`]: asset(labelStudio, "semblance_logging.py"),
    ...Object.fromEntries(names.map((name) => [`${APP}/${name}`, asset(SOURCES[APP], name)])),
    [TLS.ca]: postgres.trust.caCertificate,
    [SERVICE_FILE]: serviceFile(postgres),
    [AUTH_FILE]: AUTH_INI,
  };
}
