import type { PostgresConnection, S3Connection } from "../../core/connection";
import type { Debug } from "../../core/debug";
import { type GeneratedLogin, type Leaf, serverTlsFiles, TLS } from "../../core/foundation";
import type { Live } from "../../core/sources";
import type { Login, Sensitive } from "../../core/values";
import { FILES, type JobSpec, type WorkloadSpec } from "../../core/workload";
import { APP, MLFLOW_USER, processEnv, processFiles, PYTHON, SCRATCH, SOURCES } from "./workload";

export type MlflowPort = "https";

const PORT = 5000;

/** The Python files of the server. */
const SERVER = ["server", "semblance_artifacts", "semblance_front", "semblance_metrics", "health"].map(
  (name) => `${name}.py`,
);
const AWS_FILE = `${FILES}/secrets/aws-credentials` as const;

/** How the service is known outside. */
export interface MlflowSite {
  /** URL that people type, without a slash at its end. */
  readonly url: string;
  /** Host name in that URL. */
  readonly host: string;
}

/** What the server needs. */
export interface MlflowSpecArgs extends Debug, Live {
  readonly site: MlflowSite;
  readonly postgres: PostgresConnection;
  readonly s3: S3Connection;
  readonly leaf: Leaf;
  /** Addresses on which it listens; it also listens on the loopback address, for its own health check. */
  readonly listen: readonly string[];
  /** DNS names by which services inside dial it. */
  readonly names: readonly string[];
  /** Signs sessions of the sign-up page. */
  readonly flaskKey: Sensitive;
  /** Login with which Prometheus scrapes. */
  readonly scrape: GeneratedLogin;
}

/**
 * MLflow with its own logins. Runs, models and users lie in PostgreSQL, artifacts in S3, to which the server holds the only
 * keys: clients send and fetch them through it, and the volume holds them on their way.
 */
export function mlflowSpec(args: MlflowSpecArgs): WorkloadSpec<MlflowPort> {
  const { postgres, s3, scrape } = args;
  const listen = args.listen.includes("0.0.0.0") ? ["0.0.0.0"] : [...args.listen, "127.0.0.1"];
  return {
    image: "mlflow",
    command: [PYTHON, `${APP}/server.py`],
    env: {
      ...processEnv,
      TMPDIR: SCRATCH,
      PUBLIC_URL: args.site.url,
      LISTEN_ADDRESSES: listen.join(","),
      LISTEN_PORT: String(PORT),
      SCRAPE_USER: scrape.username,
      MLFLOW_SERVER_ALLOWED_HOSTS: allowedHosts(args).join(","),
      MLFLOW_SERVER_CORS_ALLOWED_ORIGINS: args.site.url,
      // Jobs of MLflow's own would each be a process that runs code of users' on the server.
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false",
      // It would keep keys of others' language models, under a passphrase that everybody knows, and has no way out to them.
      MLFLOW_ENABLE_AI_GATEWAY: "false",
      ARTIFACTS_DESTINATION: `s3://${s3.bucket}`,
      MLFLOW_S3_ENDPOINT_URL: s3.endpoint,
      MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE: "path",
      AWS_DEFAULT_REGION: s3.region,
      AWS_CA_BUNDLE: TLS.ca,
      ...(s3.keys === "workload-identity" ? {} : { AWS_SHARED_CREDENTIALS_FILE: AWS_FILE }),
      AWS_EC2_METADATA_DISABLED: "true",
      ...(args.live ? { SEMBLANCE_RELOAD: "1" } : {}),
      ...(args.debug ? { LOG_LEVEL: "DEBUG" } : {}),
    },
    files: {
      ...processFiles(postgres, SERVER, args),
      ...serverTlsFiles(args.leaf, postgres.trust),
      ...(s3.keys === "workload-identity" ? {} : { [AWS_FILE]: credentials(s3.keys) }),
      [`${FILES}/secrets/flask-key`]: args.flaskKey,
      [`${FILES}/secrets/scrape-password`]: scrape.password,
    },
    ...(args.live ? { sources: SOURCES } : {}),
    ports: { https: { number: PORT } },
    volumes: { scratch: { mountPath: SCRATCH, onDown: "delete", sizeGiB: 20 } },
    ready: {
      command: [PYTHON, `${APP}/health.py`, String(PORT)],
      intervalSeconds: 10,
      timeoutSeconds: 10,
      failures: 5,
      startSeconds: 90,
    },
    user: MLFLOW_USER,
    writable: ["/tmp"],
    resources: { cpu: 2, memoryMiB: 768 },
    stopGraceSeconds: 40,
    uses: [postgres, s3],
  };
}

/** Keys as the AWS SDKs read them from a file. */
const credentials = ({ username, password }: Login): Sensitive =>
  password.map((key) => `[default]\naws_access_key_id = ${username}\naws_secret_access_key = ${key}\n`);

/** Values of the Host header under which the server answers: the gateway passes on what the browser asked for. */
function allowedHosts({ site, names }: Pick<MlflowSpecArgs, "site" | "names">): string[] {
  const { port } = new URL(site.url);
  return [port === "" ? site.host : `${site.host}:${port}`, ...names.map((name) => `${name}:${PORT}`)];
}

/** What the set-up job needs. */
export interface MlflowSetupArgs {
  readonly postgres: PostgresConnection;
  readonly administrator: GeneratedLogin;
  /** Users that are programs. Each gets an experiment called after it. */
  readonly clients: readonly GeneratedLogin[];
}

/** Migrates the database and creates the users, as often as it is run; before the server starts. */
export function mlflowSetupJob({ postgres, administrator, clients }: MlflowSetupArgs): JobSpec {
  return {
    image: "mlflow",
    command: [PYTHON, `${APP}/semblance_setup.py`],
    env: {
      ...processEnv,
      ADMINISTRATOR: administrator.username,
      CLIENTS: clients.map(({ username }) => username).join(","),
    },
    files: {
      ...processFiles(postgres, ["semblance_setup.py"]),
      [`${FILES}/secrets/administrator-password`]: administrator.password,
      ...Object.fromEntries(
        clients.map(({ username, password }) => [`${FILES}/secrets/client-${username}`, password]),
      ),
    },
    user: MLFLOW_USER,
    writable: ["/tmp"],
    resources: { cpu: 2, memoryMiB: 768 },
    uses: [postgres],
    rerunOn: [],
    timeoutSeconds: 600,
  };
}
