import type * as pulumi from "@pulumi/pulumi";
import type { Settings } from "./config/schema";
import type { Foundation } from "./core/foundation";
import type { ScrapeTarget, ServiceState } from "./core/metrics";
import { type Access, access } from "./access";
import { backgroundTiles, routes } from "./routes";
import { PostgresExporter, REDIS_STATISTICS, RedisExporter } from "./services/exporters";
import { Gateway, gatewayScrape } from "./services/gateway";
import {
  EXPORTER_REDIS_RIGHTS,
  LABEL_STUDIO_REDIS_RIGHTS,
  LABEL_STUDIO_STATES,
  LabelStudio,
  LabelStudioExporter,
} from "./services/label-studio";
import { Minio } from "./services/minio";
import { Postgres } from "./services/postgres";
import { sqlName } from "./services/postgres/accounts";
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
): Access {
  const site = siteOf(settings);

  const postgres = new Postgres("postgres", foundation, opts);
  const clients = {
    "label-studio": LABEL_STUDIO_REDIS_RIGHTS,
    "label-studio-worker": LABEL_STUDIO_REDIS_RIGHTS,
    "label-studio-exporter": EXPORTER_REDIS_RIGHTS,
    "redis-exporter": REDIS_STATISTICS,
  };
  const redis = new Redis("redis", foundation, { clients }, opts);
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
  const labelStudio = new LabelStudio(
    "label-studio",
    foundation,
    {
      site: { url: site.url("label-studio") },
      administrator: settings.labelStudio.adminEmail,
      stores: { postgres: database.connection, s3: minio.bucket("label-studio", "read-write") },
      redis: { server: redis.connection("label-studio"), worker: redis.connection("label-studio-worker") },
      reader: sqlName("label-studio-exporter"),
    },
    opts,
  );

  const labelStudioExporter = new LabelStudioExporter(
    "label-studio-exporter",
    foundation,
    {
      web: labelStudio.web,
      postgres: database.reader,
      redis: redis.connection("label-studio-exporter"),
    },
    opts,
  );
  const postgresExporter = new PostgresExporter(foundation, postgres.monitor("postgres-exporter"), opts);
  const redisExporter = new RedisExporter(foundation, redis.connection("redis-exporter"), opts);
  const gatewayMetrics = gatewayScrape(foundation);
  const targets = [labelStudioExporter, postgresExporter, redisExporter, gatewayMetrics].map(
    ({ target }) => target,
  );
  const prometheus = new Prometheus(
    "prometheus",
    foundation,
    {
      targets: [...targets, minioTarget(minio)],
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
      routes: routes(site, {
        labelStudio: labelStudio.web,
        s3: minio.door("s3"),
        minioConsole: minio.door("console"),
        prometheus: prometheus.api,
      }),
      others: backgroundTiles,
      state: { to: prometheus.api, ...(isLoopback(settings.edge.bind) ? {} : { role: "annotator" }) },
      authorityFile: `.semblance/${stack}/ca.crt`,
      scrape: gatewayMetrics,
    },
    opts,
  );
  return access(site, { gateway, labelStudio, minio });
}

function minioTarget(minio: Minio): ScrapeTarget {
  const connection = minio.metrics("prometheus");
  return {
    connection,
    path: "/minio/v2/metrics/cluster",
    credential: { kind: "bearer", token: connection.token },
  };
}

/** Who reaches a gateway on the loopback address is on the machine already. */
const isLoopback = (address: string): boolean => address.startsWith("127.");

/** How each service's state is read off its metrics. */
const STATES: readonly ServiceState[] = [
  ...LABEL_STUDIO_STATES,
  { service: "postgres", expression: "pg_up" },
  { service: "redis", expression: "redis_up" },
  { service: "minio", expression: 'up{job="minio"}' },
  { service: "gateway", expression: 'up{job="gateway"}' },
  { service: "prometheus", expression: 'up{job="prometheus"}' },
];
