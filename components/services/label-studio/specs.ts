import type { RedisConnection } from "../../core/connection";
import type { Debug } from "../../core/debug";
import { type GeneratedLogin, type Leaf, serverTlsFiles } from "../../core/foundation";
import { type Live, restarting } from "../../core/sources";
import type { OtlpConnection } from "../../core/telemetry";
import type { Sensitive } from "../../core/values";
import { FILES, type JobSpec, type WorkloadSpec } from "../../core/workload";
import {
  APP,
  BIN,
  DATA,
  developmentEnv,
  LABEL_STUDIO_USER,
  type LabelStudioProcess,
  processEnv,
  processFiles,
  redisEnv,
  redisFiles,
  SOURCES,
  tracingEnv,
  tracingFiles,
} from "./workload";

export type LabelStudioPort = "https";

const PORT = 8443;

/** What the server needs besides what all of its processes need. */
export interface LabelStudioSpecArgs extends LabelStudioProcess, Debug, Live {
  readonly leaf: Leaf;
  readonly redis: RedisConnection;
  /** Addresses on which it listens; it also listens on the loopback address, for its own health check. */
  readonly listen: readonly string[];
  /** DNS names by which services inside dial it. */
  readonly names: readonly string[];
  /** Where its traces go. Absent: it makes none. */
  readonly otlp?: OtlpConnection | undefined;
}

const volumes = { data: { mountPath: DATA, onDown: "delete", sizeGiB: 20 } } as const;

/**
 * Label Studio under gunicorn, which speaks TLS itself. What people upload lies in S3 and what they label in PostgreSQL; the
 * volume holds temporary files, and copies of exports that can be made again.
 */
export function labelStudioSpec(args: LabelStudioSpecArgs): WorkloadSpec<LabelStudioPort> {
  const { postgres, s3 } = args.stores;
  const { otlp } = args;
  const listen = args.listen.includes("0.0.0.0") ? ["0.0.0.0"] : [...args.listen, "127.0.0.1"];
  return {
    image: "label-studio",
    command: [`${BIN}/gunicorn`, `--config=${APP}/gunicorn_conf.py`, "semblance_wsgi:application"],
    env: {
      ...processEnv("label-studio", args, DATA),
      ...redisEnv(args.redis),
      ...tracingEnv("label-studio", otlp),
      ...developmentEnv(args),
      SERVICE_NAMES: args.names.join(","),
      LISTEN_ADDRESSES: listen.join(","),
      LISTEN_PORT: String(PORT),
    },
    files: {
      ...processFiles(args, ["semblance_wsgi.py", "gunicorn_conf.py", "https_health.py"], args),
      ...serverTlsFiles(args.leaf, postgres.trust),
      ...redisFiles(args.redis),
      ...tracingFiles(otlp),
    },
    ...(args.live ? { sources: SOURCES } : {}),
    ports: { https: { number: PORT } },
    volumes,
    ready: {
      command: [`${BIN}/python`, `${APP}/https_health.py`, "127.0.0.1", String(PORT), "/readyz"],
      intervalSeconds: 10,
      timeoutSeconds: 10,
      failures: 5,
      startSeconds: 120,
    },
    // Without PostgreSQL, Redis or MinIO it is not ready; a new start would not bring them back.
    alive: {
      command: [`${BIN}/python`, `${APP}/https_health.py`, "127.0.0.1", String(PORT), "/livez"],
      intervalSeconds: 30,
      timeoutSeconds: 10,
      failures: 5,
      startSeconds: 0,
    },
    user: LABEL_STUDIO_USER,
    writable: ["/tmp"],
    resources: { cpu: 2, memoryMiB: 1024 },
    stopGraceSeconds: 40,
    uses: [postgres, args.redis, s3, ...(otlp === undefined ? [] : [otlp])],
  };
}

/** What the worker needs. */
export interface LabelStudioWorkerSpecArgs extends LabelStudioProcess, Debug, Live {
  readonly redis: RedisConnection;
  /** Where its traces go. Absent: it makes none. */
  readonly otlp?: OtlpConnection | undefined;
}

/** It says that it is alive every TTL less 15 seconds; worker_health.py counts on that. */
const WORKER = [
  ...[`${BIN}/python`, "-m", "django", "rqworker", "--with-scheduler", "--worker-ttl=60"],
  ...["critical", "high", "default", "low"],
];

/** The process that takes Label Studio's background jobs from the queue: exports, storage syncs, counters, webhooks. */
export function labelStudioWorkerSpec(args: LabelStudioWorkerSpecArgs): WorkloadSpec<never> {
  const { postgres, s3 } = args.stores;
  const { otlp } = args;
  return {
    image: "label-studio",
    command: args.live ? restarting(BIN, WORKER, APP) : WORKER,
    env: {
      ...processEnv("label-studio-worker", args, DATA),
      ...redisEnv(args.redis),
      ...tracingEnv("label-studio-worker", otlp),
      ...developmentEnv(args),
    },
    files: {
      ...processFiles(args, ["worker_health.py"], args),
      ...redisFiles(args.redis),
      ...tracingFiles(otlp),
    },
    ...(args.live ? { sources: SOURCES } : {}),
    ports: {},
    volumes,
    ready: {
      command: [`${BIN}/python`, `${APP}/worker_health.py`],
      intervalSeconds: 15,
      timeoutSeconds: 10,
      failures: 5,
      startSeconds: 90,
    },
    // Rarely asked: it is a program of its own each time, and a worker that has ended is started again without it.
    alive: {
      command: [`${BIN}/python`, `${APP}/worker_health.py`, "alive"],
      intervalSeconds: 60,
      timeoutSeconds: 10,
      failures: 10,
      startSeconds: 0,
    },
    user: LABEL_STUDIO_USER,
    writable: ["/tmp"],
    resources: { cpu: 2, memoryMiB: 1024 },
    // A job that is cut off is queued again by nobody.
    stopGraceSeconds: 60,
    uses: [postgres, args.redis, s3, ...(otlp === undefined ? [] : [otlp])],
  };
}

/** What the set-up job needs. */
export interface LabelStudioSetupArgs extends LabelStudioProcess {
  /** The first user; `username` is an e-mail address. */
  readonly administrator: GeneratedLogin;
  /** The administrator's API token. */
  readonly apiToken: Sensitive;
  /** PostgreSQL role that may read what the exporter counts, and nothing else. */
  readonly reader?: string;
}

/** Migrates the database and creates the administrator, as often as it is run; before the server and the worker start. */
export function labelStudioSetupJob(args: LabelStudioSetupArgs): JobSpec {
  return {
    image: "label-studio",
    command: [`${BIN}/python`, `${APP}/semblance_setup.py`],
    env: {
      ...processEnv("label-studio-setup", args, "/tmp/data"),
      ADMIN_EMAIL: args.administrator.username,
      ...(args.reader === undefined ? {} : { READER: args.reader }),
    },
    files: {
      ...processFiles(args, ["semblance_setup.py", "semblance_agreement.sql"]),
      [`${FILES}/secrets/admin-password`]: args.administrator.password,
      [`${FILES}/secrets/api-token`]: args.apiToken,
    },
    user: LABEL_STUDIO_USER,
    writable: ["/tmp"],
    resources: { cpu: 2, memoryMiB: 768 },
    uses: [args.stores.postgres],
    rerunOn: [],
    timeoutSeconds: 900,
  };
}
