import { join } from "node:path";
import type { Input } from "@pulumi/pulumi";
import { asset } from "../../core/assets";
import type { PostgresConnection, RedisConnection, S3Connection } from "../../core/connection";
import { TLS } from "../../core/foundation";
import type { Debug } from "../../core/debug";
import type { Live } from "../../core/sources";
import { type OtlpConnection, otlpEnv, otlpHeaders } from "../../core/telemetry";
import type { Sensitive, TextValue } from "../../core/values";
import { FILES, type FilePath } from "../../core/workload";

/** uid and gid of Label Studio in our image. */
export const LABEL_STUDIO_USER = { uid: 10003, gid: 10003 };

/** Where our image keeps Label Studio's Python, and where its own image does not: it is always built here. */
export const BIN = "/opt/label-studio/bin";

/** Folder of our Python files inside a workload. */
export const APP = `${FILES}/app` as const;

/** Folder that may be written and outlives a restart. */
export const DATA = "/label-studio/data";

/** How the service is known outside. */
export interface LabelStudioSite {
  /** URL that people type, without a slash at its end. */
  readonly url: string;
}

/** Where Label Studio keeps what it has. */
export interface LabelStudioStores {
  readonly postgres: PostgresConnection;
  readonly s3: S3Connection;
}

/** What each of Label Studio's own processes needs: the server, the worker, the set-up job. */
export interface LabelStudioProcess {
  readonly site: LabelStudioSite;
  readonly stores: LabelStudioStores;
  /** Signs sessions and tokens. Whoever has it is everybody. */
  readonly secretKey: Sensitive;
}

/** The Python files that every process of Label Studio loads. */
const SETTINGS = ["connections", "exports", "logging", "settings", "tracing", "worker"].map(
  (name) => `semblance_${name}.py`,
);

/** Our Python files by the path under which they are loaded. */
export function pythonFiles(names: readonly string[]): Record<FilePath, TextValue> {
  return Object.fromEntries(names.map((name) => [`${APP}/${name}`, asset(SOURCES[APP], name)]));
}

/** The folder of our Python files, for a live workload. */
export const SOURCES = { [APP]: join(__dirname, "app") };

/** Files of a process that loads Label Studio's settings. Where it is live, our Python is not among them. */
export function processFiles(
  process: LabelStudioProcess,
  python: readonly string[],
  { live = false }: Live = {},
): Record<FilePath, TextValue> {
  const { keys } = process.stores.s3;
  return {
    ...(live ? {} : pythonFiles([...SETTINGS, ...python])),
    [TLS.ca]: process.stores.postgres.trust.caCertificate,
    [`${FILES}/secrets/secret-key`]: process.secretKey,
    [`${FILES}/secrets/postgres-password`]: process.stores.postgres.login.password,
    ...(keys === "workload-identity" ? {} : { [`${FILES}/secrets/s3-secret-key`]: keys.password }),
  };
}

/** Where PostgreSQL is, as Label Studio itself calls these variables. */
export function postgresEnv(postgres: PostgresConnection): Record<string, Input<string>> {
  return {
    POSTGRE_HOST: postgres.address.host,
    POSTGRE_PORT: String(postgres.address.port),
    POSTGRE_NAME: postgres.database,
    POSTGRE_USER: postgres.login.username,
  };
}

/** Where Redis is, and as whom. */
export function redisEnv(redis: RedisConnection): Record<string, Input<string>> {
  return {
    REDIS_HOST: redis.address.host,
    REDIS_PORT: String(redis.address.port),
    REDIS_USER: redis.login.username,
  };
}

/** The password that belongs to `redisEnv`. */
export function redisFiles(redis: RedisConnection): Record<FilePath, TextValue> {
  return { [`${FILES}/secrets/redis-password`]: redis.login.password };
}

/** Where the traces of a process go, if anywhere. */
export function tracingEnv(service: string, otlp: OtlpConnection | undefined): Record<string, string> {
  return otlp === undefined ? {} : otlpEnv(service, otlp);
}

/** The secret that belongs to `tracingEnv`. */
export function tracingFiles(otlp: OtlpConnection | undefined): Record<FilePath, TextValue> {
  return otlp === undefined ? {} : { [`${FILES}/secrets/otlp-headers`]: otlpHeaders(otlp) };
}

/** Environment of a server in development mode. */
export const developmentEnv = ({ live = false, debug = false }: Live & Debug): Record<string, string> => ({
  ...(live ? { SEMBLANCE_RELOAD: "1" } : {}),
  ...(debug ? { LOG_LEVEL: "DEBUG" } : {}),
});

/** Environment of a process that loads Label Studio's settings. `dataFolder` is where it may write. */
export function processEnv(
  service: string,
  process: LabelStudioProcess,
  dataFolder: string,
): Record<string, Input<string>> {
  const { s3, postgres } = process.stores;
  return {
    PYTHONPATH: APP,
    DJANGO_SETTINGS_MODULE: "semblance_settings",
    SEMBLANCE_SERVICE: service,
    LABEL_STUDIO_HOST: process.site.url,
    LABEL_STUDIO_BASE_DATA_DIR: dataFolder,
    HOME: dataFolder,
    TMPDIR: `${dataFolder}/tmp`,
    ...postgresEnv(postgres),
    ...(s3.keys === "workload-identity" ? {} : { STORAGE_AWS_ACCESS_KEY_ID: s3.keys.username }),
    STORAGE_AWS_BUCKET_NAME: s3.bucket,
    STORAGE_AWS_REGION_NAME: s3.region,
    STORAGE_AWS_ENDPOINT_URL: s3.endpoint,
    // The storage that projects may add without naming an endpoint: the stack's own, exempt from SSRF protection.
    LABEL_STUDIO_S3_ENDPOINT: s3.endpoint,
    AWS_CA_BUNDLE: TLS.ca,
    // Task data may name hosts that this network cannot look up; each would cost ten seconds otherwise.
    RES_OPTIONS: "timeout:2 attempts:1",
  };
}
