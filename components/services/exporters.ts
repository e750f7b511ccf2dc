import * as pulumi from "@pulumi/pulumi";
import {
  type AnyConnection,
  type PostgresConnection,
  type RedisConnection,
  withHost,
} from "../core/connection";
import { type Foundation, type GeneratedLogin, serverTlsFiles, TLS } from "../core/foundation";
import type { ScrapeTarget } from "../core/metrics";
import { listening } from "../core/probes";
import { FILES, type WorkloadSpec } from "../core/workload";
import { BACKUP_QUERIES } from "./postgres/backup-metrics";
import type { RedisRights } from "./redis";
import { type ScrapedArgs, scrapedArgs, scrapeTarget } from "./scrape";

const EXPORTER_BASE = {
  user: { uid: 65534, gid: 65534 },
  writable: ["/tmp"],
  resources: { cpu: 0.25, memoryMiB: 64 },
} as const;

const POSTGRES_PORT = 9187;

/** What the exporter of PostgreSQL measures. */
export interface PostgresMeasured extends PostgresConnection {
  /** Tells of the backups too, which write how they stand into a table. @default false */
  readonly backups?: boolean;
}

/** The exporter of PostgreSQL's statistics. Its flags: github.com/prometheus-community/postgres_exporter. */
export function postgresExporterSpec(
  args: ScrapedArgs & { postgres: PostgresMeasured },
): WorkloadSpec<"metrics"> {
  const { postgres } = args;
  const queries =
    postgres.backups === true ? { [`${FILES}/queries.yml`]: JSON.stringify(BACKUP_QUERIES) } : {};
  return {
    ...EXPORTER_BASE,
    image: "postgres-exporter",
    command: [
      "postgres_exporter",
      `--web.config.file=${FILES}/web.yml`,
      ...args.listen.map((address) => `--web.listen-address=${address}:${POSTGRES_PORT}`),
      ...Object.keys(queries).map((file) => `--extend.query-path=${file}`),
      "--log.format=json",
    ],
    env: {
      DATA_SOURCE_URI: withHost(
        postgres.address,
        (host) =>
          `${host}:${postgres.address.port}/${postgres.database}?sslmode=verify-full&sslrootcert=${TLS.ca}`,
      ),
      DATA_SOURCE_USER: postgres.login.username,
      DATA_SOURCE_PASS_FILE: `${FILES}/secrets/postgres-password`,
    },
    files: {
      ...serverTlsFiles(args.leaf, postgres.trust),
      ...queries,
      [`${FILES}/web.yml`]: webConfig([args.scrape]),
      [`${FILES}/secrets/postgres-password`]: postgres.login.password,
    },
    ports: { metrics: { number: POSTGRES_PORT } },
    ready: listening(POSTGRES_PORT),
    uses: [postgres],
  };
}

/** The file that makes a Prometheus program serve TLS to those who know a password; JSON is valid YAML. */
export function webConfig(users: readonly GeneratedLogin[]) {
  return pulumi.all(users.map((user) => user.bcryptHash.unwrap())).apply((hashes) =>
    JSON.stringify({
      tls_server_config: { cert_file: TLS.certificate, key_file: TLS.key, min_version: "TLS12" },
      basic_auth_users: Object.fromEntries(users.map((user, i) => [user.username, hashes[i]])),
    }),
  );
}

const REDIS_PORT = 9121;

/** What the exporter does at Redis: it asks for statistics and sees no key. */
export const REDIS_STATISTICS: RedisRights = {
  keys: [],
  commands: ["+info", "+ping", "+config|get", "+slowlog", "+latency", "+client|setname"],
};

/** The exporter of Redis' statistics. Its variables: github.com/oliver006/redis_exporter. */
export function redisExporterSpec(args: ScrapedArgs & { redis: RedisConnection }): WorkloadSpec<"metrics"> {
  const { redis } = args;
  const secret = (file: string) => `"$(cat ${FILES}/secrets/${file})"`;
  return {
    ...EXPORTER_BASE,
    image: "redis-exporter",
    command: [
      "sh",
      "-c",
      `REDIS_PASSWORD=${secret("redis-password")} REDIS_EXPORTER_BASIC_AUTH_PASSWORD=${secret("scrape-password")} exec redis_exporter`,
    ],
    env: {
      REDIS_ADDR: withHost(redis.address, (host) => `rediss://${host}:${redis.address.port}`),
      REDIS_USER: redis.login.username,
      REDIS_EXPORTER_TLS_CA_CERT_FILE: TLS.ca,
      REDIS_EXPORTER_TLS_SERVER_CERT_FILE: TLS.certificate,
      REDIS_EXPORTER_TLS_SERVER_KEY_FILE: TLS.key,
      REDIS_EXPORTER_BASIC_AUTH_USERNAME: args.scrape.username,
      REDIS_EXPORTER_LOG_FORMAT: "json",
      REDIS_EXPORTER_WEB_LISTEN_ADDRESS: `${args.listen[0] ?? "127.0.0.1"}:${REDIS_PORT}`,
    },
    files: {
      ...serverTlsFiles(args.leaf, redis.trust),
      [`${FILES}/secrets/redis-password`]: redis.login.password,
      [`${FILES}/secrets/scrape-password`]: args.scrape.password,
    },
    ports: { metrics: { number: REDIS_PORT } },
    ready: listening(REDIS_PORT),
    uses: [redis],
  };
}

/** One of the exporters, with what Prometheus needs to scrape it. */
abstract class Exporter<C extends AnyConnection> extends pulumi.ComponentResource {
  readonly target: ScrapeTarget;

  constructor(
    type: string,
    service: "postgres-exporter" | "redis-exporter",
    foundation: Foundation,
    measured: C,
    spec: (args: ScrapedArgs, measured: C) => WorkloadSpec<"metrics">,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super(type, service, {}, opts);
    const args = scrapedArgs(foundation, service);
    const server = foundation.platform.run(service, spec(args, measured), this);
    this.target = scrapeTarget(foundation, server, args);
    this.registerOutputs({});
  }
}

/** Metrics of PostgreSQL. */
export class PostgresExporter extends Exporter<PostgresMeasured> {
  constructor(foundation: Foundation, postgres: PostgresMeasured, opts: pulumi.ComponentResourceOptions) {
    const spec = (args: ScrapedArgs, connection: PostgresMeasured) =>
      postgresExporterSpec({ ...args, postgres: connection });
    super("semblance:service:PostgresExporter", "postgres-exporter", foundation, postgres, spec, opts);
  }
}

/** Metrics of Redis. */
export class RedisExporter extends Exporter<RedisConnection> {
  constructor(foundation: Foundation, redis: RedisConnection, opts: pulumi.ComponentResourceOptions) {
    const spec = (args: ScrapedArgs, connection: RedisConnection) =>
      redisExporterSpec({ ...args, redis: connection });
    super("semblance:service:RedisExporter", "redis-exporter", foundation, redis, spec, opts);
  }
}
