import * as pulumi from "@pulumi/pulumi";
import {
  type HttpsConnection,
  type PostgresConnection,
  type RedisConnection,
  trustOf,
} from "../../core/connection";
import { type Foundation, serverTlsFiles } from "../../core/foundation";
import type { ScrapeTarget } from "../../core/metrics";
import { listening } from "../../core/probes";
import { type Live, liveOf, restarting } from "../../core/sources";
import { FILES, type WorkloadSpec } from "../../core/workload";
import { type ScrapedArgs, scrapedArgs, scrapeTarget } from "../scrape";
import {
  APP,
  BIN,
  LABEL_STUDIO_USER,
  postgresEnv,
  pythonFiles,
  redisEnv,
  redisFiles,
  SOURCES,
} from "./workload";

const SERVICE = "label-studio-exporter";
const PORT = 9400;
const PROGRAM = [`${BIN}/python`, `${APP}/exporter.py`];
const PYTHON = ["exporter.py", "exporter_metrics.py", "semblance_connections.py", "semblance_logging.py"];

/** What the exporter measures, each over a connection of its own that can only read. */
export interface LabelStudioMeasured {
  readonly web: HttpsConnection;
  readonly postgres: PostgresConnection;
  readonly redis: RedisConnection;
}

/** What the exporter needs. */
export interface LabelStudioExporterSpecArgs extends LabelStudioMeasured, ScrapedArgs, Live {}

/** Metrics of projects, tasks, annotations and queues, since Label Studio's own page of metrics is empty. */
export function labelStudioExporterSpec(args: LabelStudioExporterSpecArgs): WorkloadSpec<"metrics"> {
  const { web, postgres, redis } = args;
  return {
    image: "label-studio",
    command: args.live ? restarting(BIN, PROGRAM, APP) : PROGRAM,
    ...(args.live ? { sources: SOURCES } : {}),
    env: {
      PYTHONPATH: APP,
      SEMBLANCE_SERVICE: SERVICE,
      ...postgresEnv(postgres),
      ...redisEnv(redis),
      READY_URL: `https://${web.address.host}:${web.address.port}/readyz`,
      SCRAPE_USER: args.scrape.username,
      LISTEN_ADDRESSES: args.listen.join(","),
      LISTEN_PORT: String(PORT),
    },
    files: {
      ...(args.live ? {} : pythonFiles(PYTHON)),
      ...serverTlsFiles(args.leaf, trustOf(web.trust, postgres.trust, redis.trust)),
      ...redisFiles(redis),
      [`${FILES}/secrets/postgres-password`]: postgres.login.password,
      [`${FILES}/secrets/scrape-password`]: args.scrape.password,
    },
    ports: { metrics: { number: PORT } },
    ready: listening(PORT),
    user: LABEL_STUDIO_USER,
    writable: ["/tmp"],
    resources: { cpu: 0.5, memoryMiB: 128 },
    uses: [web, postgres, redis],
  };
}

/** The exporter, with what Prometheus needs to scrape it. */
export class LabelStudioExporter extends pulumi.ComponentResource {
  readonly target: ScrapeTarget;

  constructor(
    name: string,
    foundation: Foundation,
    measured: LabelStudioMeasured,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:LabelStudioExporter", name, {}, opts);
    const args = scrapedArgs(foundation, SERVICE);
    const spec = labelStudioExporterSpec({ ...measured, ...args, ...liveOf(foundation) });
    this.target = scrapeTarget(foundation, foundation.platform.run(SERVICE, spec, this), args);
    this.registerOutputs({});
  }
}
