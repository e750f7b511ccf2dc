import type * as pulumi from "@pulumi/pulumi";
import type { Settings } from "./config";
import type { Foundation } from "./core/foundation";
import type { ServiceState } from "./core/metrics";
import { Minio } from "./services/minio";
import { Postgres } from "./services/postgres";
import { PostgresExporter, RedisExporter } from "./services/exporters";
import { Prometheus } from "./services/prometheus";
import { Redis } from "./services/redis";
import { siteOf } from "./site";

/**
 * The wiring of the platform, top to bottom: stores first, then what works on them, then what watches them, then the door.
 * Every connection that is handed over here is an arrow of `topology.ts`.
 */
export function assemble(settings: Settings, foundation: Foundation, opts: pulumi.ComponentResourceOptions) {
  const site = siteOf(settings);

  const postgres = new Postgres("postgres", foundation, opts);
  const redis = new Redis(
    "redis",
    foundation,
    { clients: { "redis-exporter": { keys: [], commands: ["+info", "+ping", "+config|get", "+slowlog", "+latency", "+client|setname"] } } },
    opts,
  );
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

  const database = postgres.database("label-studio", { reader: "label-studio-exporter" });
  const bucket = minio.bucket("label-studio", "read-write");

  const postgresExporter = new PostgresExporter(foundation, postgres.monitor("postgres-exporter"), opts);
  const redisExporter = new RedisExporter(foundation, redis.connection("redis-exporter"), opts);
  const minioMetrics = minio.metrics("prometheus");
  const states: ServiceState[] = [
    { service: "postgres", expression: "pg_up" },
    { service: "redis", expression: "redis_up" },
    { service: "minio", expression: 'up{job="minio"}' },
  ];
  const prometheus = new Prometheus(
    "prometheus",
    foundation,
    {
      targets: [
        postgresExporter.target,
        redisExporter.target,
        {
          connection: minioMetrics,
          path: "/minio/v2/metrics/cluster",
          credential: { kind: "bearer", token: minioMetrics.token },
        },
      ],
      states,
      retentionDays: settings.prometheus.retentionDays,
    },
    opts,
  );
  return { database, bucket, prometheus };
}
