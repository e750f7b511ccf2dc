import * as pulumi from "@pulumi/pulumi";
import { type Foundation, serverTlsFiles, TLS } from "../../core/foundation";
import type { ScrapeTarget } from "../../core/metrics";
import { listening } from "../../core/probes";
import { FILES, type WorkloadSpec } from "../../core/workload";
import { webConfig } from "../exporters";
import { type ScrapedArgs, scrapedArgs, scrapeTarget } from "../scrape";
import { type ElasticsearchConnection, urlOf } from "./engine";

const SERVICE = "elasticsearch-exporter";
const PORT = 9114;

/** What the exporter needs. */
export interface ElasticsearchExporterSpecArgs extends ScrapedArgs {
  readonly elasticsearch: ElasticsearchConnection;
}

/** The exporter of the search index' statistics. Its flags: github.com/prometheus-community/elasticsearch_exporter. */
export function elasticsearchExporterSpec(args: ElasticsearchExporterSpecArgs): WorkloadSpec<"metrics"> {
  const { elasticsearch } = args;
  const flags = [
    `--es.uri=${urlOf(elasticsearch)}`,
    `--es.ca=${TLS.ca}`,
    "--es.indices",
    // To see aliases it would need a right that shows mappings too.
    "--no-es.aliases",
    "--es.timeout=8s",
    `--web.config.file=${FILES}/web.yml`,
    ...args.listen.map((address) => `--web.listen-address=${address}:${PORT}`),
    "--log.format=json",
  ];
  return {
    image: SERVICE,
    command: [
      "sh",
      "-c",
      `ES_PASSWORD="$(cat ${FILES}/secrets/elasticsearch-password)" exec elasticsearch_exporter ${flags.join(" ")}`,
    ],
    env: { ES_USERNAME: elasticsearch.login.username },
    files: {
      ...serverTlsFiles(args.leaf, elasticsearch.trust),
      [`${FILES}/web.yml`]: webConfig([args.scrape]),
      [`${FILES}/secrets/elasticsearch-password`]: elasticsearch.login.password,
    },
    ports: { metrics: { number: PORT } },
    ready: listening(PORT),
    user: { uid: 65534, gid: 65534 },
    writable: ["/tmp"],
    resources: { cpu: 0.25, memoryMiB: 64 },
    uses: [elasticsearch],
  };
}

/** Metrics of the search index. */
export class ElasticsearchExporter extends pulumi.ComponentResource {
  readonly target: ScrapeTarget;

  constructor(
    foundation: Foundation,
    elasticsearch: ElasticsearchConnection,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:ElasticsearchExporter", SERVICE, {}, opts);
    const args = scrapedArgs(foundation, SERVICE);
    const spec = elasticsearchExporterSpec({ ...args, elasticsearch });
    this.target = scrapeTarget(foundation, foundation.platform.run(SERVICE, spec, this), args);
    this.registerOutputs({});
  }
}
