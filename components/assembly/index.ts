import type * as pulumi from "@pulumi/pulumi";
import { type Access, access } from "../access";
import type { Settings } from "../config/schema";
import type { Foundation } from "../core/foundation";
import { backgroundTiles, routes } from "../routes";
import { Docs } from "../services/docs";
import { PostgresExporter, RedisExporter } from "../services/exporters";
import { Gateway, gatewayScrape } from "../services/gateway";
import { LabelStudio, LabelStudioExporter } from "../services/label-studio";
import { Postgres } from "../services/postgres";
import { sqlName } from "../services/postgres/accounts";
import { Redis } from "../services/redis";
import { siteOf } from "../site";
import { boughtServers, members, type ServiceName } from "../topology";
import { REDIS_CLIENTS } from "./clients";
import { assembleDevelopment } from "./development";
import { coreStates, minioTarget, unhurried } from "./metrics";
import { assembleMonitoring } from "./monitoring";
import { assembleObjects } from "./objects";
import { assembleTelemetry } from "./telemetry";
import { assembleWork } from "./work";

/** What a stack is made of. */
export interface StackArgs {
  readonly stack: string;
  readonly settings: Settings;
  readonly present: ReadonlySet<ServiceName>;
  /** Members that this machine cannot run, and why. */
  readonly absent: Readonly<Partial<Record<ServiceName, string>>>;
  /** Members whose image, as it was built on this machine, has an API and no pages. */
  readonly withoutPages: readonly ServiceName[];
}

/**
 * The wiring of the platform, top to bottom: stores first, then what works on them, then what watches them, then the door.
 * Every connection that is handed over here is an arrow of `topology/arrows.ts`.
 */
export function assemble(
  args: StackArgs,
  standsOn: Foundation,
  opts: pulumi.ComponentResourceOptions,
): Access {
  const { stack, settings, present } = args;
  const foundation: Foundation = { ...standsOn, debug: new Set(settings.debug) };
  const site = siteOf(settings);

  const postgres = new Postgres("postgres", foundation, opts);
  const redis = new Redis("redis", foundation, { clients: REDIS_CLIENTS }, opts);
  const objects = assembleObjects(site, foundation, opts);
  const { minio } = objects;

  const telemetry = assembleTelemetry(stack, settings, present, foundation, opts);
  const { otlp } = telemetry;

  const database = postgres.database("label-studio", { reader: "label-studio-exporter" });
  const labelStudio = new LabelStudio(
    "label-studio",
    foundation,
    {
      site: { url: site.url("label-studio") },
      administrator: settings.labelStudio.adminEmail,
      stores: {
        postgres: database.connection,
        s3: objects.bucket("label-studio", "read-write", ["label-studio", "label-studio-worker"]),
      },
      redis: { server: redis.connection("label-studio"), worker: redis.connection("label-studio-worker") },
      reader: sqlName("label-studio-exporter"),
      ...(otlp === undefined
        ? {}
        : { otlp: { server: otlp("label-studio"), worker: otlp("label-studio-worker") } }),
    },
    opts,
  );
  const work = assembleWork({ settings, present, site, postgres, objects, labelStudio }, foundation, opts);
  const databases = [database.connection, ...work.databases];
  const backup = present.has("postgres-backup")
    ? postgres.backup({
        schedule: settings.backups,
        databases,
        after: [labelStudio.web, work.doors.mlflow].flatMap((service) => service?.readyWhen ?? []),
      })
    : undefined;
  const development = assembleDevelopment({ present, postgres, databases }, foundation, opts);
  const docs = present.has("docs") ? new Docs("docs", foundation, opts) : undefined;

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
  const monitor = postgres.monitor("postgres-exporter");
  const postgresExporter = new PostgresExporter(
    foundation,
    backup === undefined
      ? monitor
      : { ...monitor, backups: true, readyWhen: [...monitor.readyWhen, ...backup.recordsWhen] },
    opts,
  );
  const redisExporter = new RedisExporter(foundation, redis.connection("redis-exporter"), opts);
  const gatewayMetrics = gatewayScrape(foundation);
  const scraped = [labelStudioExporter, postgresExporter, redisExporter, gatewayMetrics, docs];
  const monitoring = assembleMonitoring(
    {
      settings,
      present,
      site,
      targets: [
        ...scraped.flatMap((service) => (service === undefined ? [] : [service.target])),
        ...(minio === undefined ? [] : [minioTarget(minio)]),
        ...work.targets,
        ...telemetry.targets,
      ],
      states: [...coreStates(present), ...work.states, ...telemetry.states],
      telemetry,
      ...(development.mail === undefined ? {} : { mail: development.mail }),
    },
    foundation,
    opts,
  );

  const others = {
    ...work.doors,
    ...monitoring.doors,
    ...development.doors,
    ...(docs === undefined ? {} : { docs: docs.web }),
    ...(telemetry.traces === undefined ? {} : { jaeger: telemetry.traces }),
  };
  const all = routes(site, {
    labelStudio: labelStudio.web,
    ...(minio === undefined ? {} : { minio: { s3: minio.door("s3"), console: minio.door("console") } }),
    prometheus: monitoring.prometheus.api,
    others,
    withoutPages: args.withoutPages,
  });
  const gateway = new Gateway(
    "gateway",
    foundation,
    {
      stack,
      domain: site.domain,
      published: settings.edge,
      // It has a page for whoever is not there yet, so it waits for nobody.
      routes: all.map((route) => ({ ...route, to: unhurried(route.to) })),
      others: backgroundTiles(new Set([...present, ...boughtServers(foundation.platform.managed ?? {})])),
      absent: Object.fromEntries(Object.entries(args.absent).map(([name, why]) => [titleOf(name), why])),
      state: {
        to: unhurried(monitoring.prometheus.api),
        ...(isLoopback(settings.edge.bind) ? {} : { role: "annotator" }),
      },
      authorityFile: `.semblance/${stack}/ca.crt`,
      ...(docs === undefined ? {} : { docsUrl: site.url("docs") }),
      ...(otlp === undefined ? {} : { otlp: otlp("gateway") }),
      scrape: gatewayMetrics,
    },
    opts,
  );
  const logins = { ...work.logins, ...monitoring.logins };
  return access(site, {
    gateway,
    labelStudio,
    ...(minio === undefined ? {} : { minio }),
    others: logins,
    pages: Object.keys(others),
  });
}

const titleOf = (name: string): string =>
  Object.entries(members).find(([key]) => key === name)?.[1].title ?? name;

/** Who reaches a gateway on the loopback address is on the machine already. */
const isLoopback = (address: string): boolean => address.startsWith("127.");
