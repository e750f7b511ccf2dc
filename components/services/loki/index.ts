import * as pulumi from "@pulumi/pulumi";
import type { MutualTlsConnection, TlsTrust } from "../../core/connection";
import { type Debug, debugOf } from "../../core/debug";
import { type Foundation, type Leaf, serverTlsFiles } from "../../core/foundation";
import type { ScrapeTarget } from "../../core/metrics";
import { FILES, type WorkloadSpec } from "../../core/workload";
import type { ServiceName } from "../../topology";
import { CLIENTS_CA, DATA, HEALTH_PORT, lokiConfiguration, PORT } from "./configuration";

const MEMORY_MIB = 384;

/** What a Loki server needs. */
export interface LokiSpecArgs extends Debug {
  readonly leaf: Leaf;
  readonly trust: TlsTrust;
  /** The authority that signs its clients' certificates and nothing else. */
  readonly clientsTrust: TlsTrust;
  readonly retentionDays: number;
}

/**
 * Loki in one process, on a volume. It has no logins: it lets in who shows a certificate of its clients' authority. It dials
 * nobody, so it may listen in every network that it is in.
 */
export function lokiSpec(args: LokiSpecArgs): WorkloadSpec<"https"> {
  return {
    image: "loki",
    command: ["loki", `-config.file=${FILES}/loki.yaml`],
    // The garbage collector works harder before the kernel kills.
    env: { GOMEMLIMIT: `${Math.floor(MEMORY_MIB * 0.85)}MiB` },
    files: {
      ...serverTlsFiles(args.leaf, args.trust),
      [CLIENTS_CA]: args.clientsTrust.caCertificate,
      [`${FILES}/loki.yaml`]: JSON.stringify(lokiConfiguration(args.retentionDays, args), undefined, 2),
    },
    ports: { https: { number: PORT } },
    volumes: { data: { mountPath: DATA, onDown: "keep", sizeGiB: 20 } },
    ready: {
      command: ["loki", "-health", `-health.url=http://127.0.0.1:${HEALTH_PORT}/ready`],
      intervalSeconds: 5,
      timeoutSeconds: 5,
      failures: 6,
      startSeconds: 60,
    },
    // Those of the official image, whose folder the volume takes its owner from.
    user: { uid: 10001, gid: 10001 },
    writable: ["/tmp"],
    resources: { cpu: 1, memoryMiB: MEMORY_MIB },
    stopGraceSeconds: 60,
    uses: [],
  };
}

/** Args of `Loki`: its clients by name, each of which gets a certificate of its own; Prometheus is one in any case. */
export interface LokiArgs<C extends ServiceName> {
  readonly clients: readonly C[];
  readonly retentionDays: number;
}

/** Loki, which keeps and searches logs. */
export class Loki<C extends ServiceName> extends pulumi.ComponentResource {
  /** What Prometheus scrapes. */
  readonly target: ScrapeTarget;
  private readonly connections: ReadonlyMap<ServiceName, MutualTlsConnection>;

  constructor(
    name: string,
    foundation: Foundation,
    args: LokiArgs<C>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:Loki", name, {}, opts);
    const { platform, certificates } = foundation;
    const issuer = certificates.clientsOf("loki");
    const spec = lokiSpec({
      ...debugOf(foundation, "loki"),
      leaf: certificates.issue("loki", platform.namesOf("loki")),
      trust: certificates.trust,
      clientsTrust: issuer.trust,
      retentionDays: args.retentionDays,
    });
    const server = platform.run("loki", spec, this);
    const connect = (client: ServiceName): MutualTlsConnection => ({
      server: "loki",
      port: "https",
      address: server.address("https"),
      trust: certificates.trust,
      readyWhen: server.readyWhen,
      identity: issuer.issue(client),
    });
    const scraper = connect("prometheus");
    const others = args.clients.filter((client) => client !== "prometheus");
    this.connections = new Map<ServiceName, MutualTlsConnection>([
      ["prometheus", scraper],
      ...others.map((client) => [client, connect(client)] as const),
    ]);
    const { identity } = scraper;
    this.target = { connection: scraper, path: "/metrics", credential: { kind: "certificate", identity } };
    this.registerOutputs({});
  }

  /** The connection of a client that `clients` names. Logs go to `/otlp/v1/logs`, queries to `/loki/api/v1/…`. */
  connection(client: C): MutualTlsConnection {
    const connection = this.connections.get(client);
    if (connection === undefined) throw new Error(`loki has no client ${client}`);
    return connection;
  }
}
