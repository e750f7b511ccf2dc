import type * as pulumi from "@pulumi/pulumi";
import type { Settings } from "./config";
import type { Foundation } from "./core/foundation";
import type { ScrapeTarget, ServiceState } from "./core/metrics";
import { backgroundTiles, routes } from "./routes";
import { PostgresExporter, RedisExporter } from "./services/exporters";
import { Gateway, gatewayScrape } from "./services/gateway";
import { Minio } from "./services/minio";
import { Postgres } from "./services/postgres";
import { Prometheus } from "./services/prometheus";
import { Redis } from "./services/redis";
import { siteOf } from "./site";

/**
 * The wiring of the platform, top to bottom: stores first, then what works on them, then what watches them, then the door.
 * Every connection that is handed over here is an arrow of `topology.ts`.
 */
export function assemble(
  stack: string,
  settings: Settings,
  foundation: Foundation,
  opts: pulumi.ComponentResourceOptions,
) {
  const site = siteOf(settings);

  const postgres = new Postgres("postgres", foundation, opts);
  const redis = new Redis("redis", foundation, { clients: { "redis-exporter": REDIS_STATISTICS } }, opts);
  const minio = new Minio(
    "minio",
    foundation,
    {
      s3: { host: site.host("s3"), port: site.httpsPort },
      consoleUrl: site.url("minio"),
      corsOrigins: [site.url("label-studio")],
    },
    opts,
  );

  const postgresExporter = new PostgresExporter(foundation, postgres.monitor("postgres-exporter"), opts);
  const redisExporter = new RedisExporter(foundation, redis.connection("redis-exporter"), opts);
  const minioMetrics = minio.metrics("prometheus");
  const minioTarget: ScrapeTarget = {
    connection: minioMetrics,
    path: "/minio/v2/metrics/cluster",
    credential: { kind: "bearer", token: minioMetrics.token },
  };
  const gatewayMetrics = gatewayScrape(foundation);
  const prometheus = new Prometheus(
    "prometheus",
    foundation,
    {
      targets: [postgresExporter.target, redisExporter.target, minioTarget, gatewayMetrics.target],
      states: STATES,
      retentionDays: settings.prometheus.retentionDays,
    },
    opts,
  );

  const gateway = new Gateway(
    "gateway",
    foundation,
    {
      stack,
      domain: site.domain,
      published: settings.edge,
      routes: routes({
        s3: minio.door("s3"),
        minioConsole: minio.door("console"),
        prometheus: prometheus.api,
      }),
      others: backgroundTiles,
      state: { to: prometheus.api },
      authorityFile: `.semblance/${stack}/ca.crt`,
      scrape: gatewayMetrics,
    },
    opts,
  );
  return { gateway };
}

/** What the exporter of Redis asks for. */
const REDIS_STATISTICS = {
  keys: [],
  commands: ["+info", "+ping", "+config|get", "+slowlog", "+latency", "+client|setname"],
};

/** How each service's state is read off its metrics. */
const STATES: readonly ServiceState[] = [
  { service: "postgres", expression: "pg_up" },
  { service: "redis", expression: "redis_up" },
  { service: "minio", expression: 'up{job="minio"}' },
  { service: "gateway", expression: 'up{job="gateway"}' },
  { service: "prometheus", expression: 'up{job="prometheus"}' },
];
