import * as pulumi from "@pulumi/pulumi";
import type { MutualTlsConnection, TlsTrust } from "../../core/connection";
import { type Debug, debugOf } from "../../core/debug";
import { type Foundation, type Leaf, serverTlsFiles } from "../../core/foundation";
import type { OtlpConnection } from "../../core/telemetry";
import { FILES, type WorkloadSpec } from "../../core/workload";
import type { ServiceName } from "../../topology";
import {
  AUTHORIZATION,
  DATA,
  HEALTH_PORT,
  jaegerConfiguration,
  OTLP_PORT,
  QUERY_PORT,
  READERS_CA,
  WRITERS_CA,
} from "./configuration";

export type JaegerPort = "otlp" | "query";

const MEMORY_MIB = 768;
const CONFIGURATION = `${FILES}/jaeger.yaml`;

/** What a Jaeger server needs. */
export interface JaegerSpecArgs extends Debug {
  readonly leaf: Leaf;
  readonly trust: TlsTrust;
  /** The authorities of those who write spans and of those who query them; each signs for nothing else. */
  readonly clientsTrust: Readonly<Record<JaegerPort, TlsTrust>>;
  readonly listen: Readonly<Record<JaegerPort, readonly string[]>>;
  readonly retentionDays: number;
  /** Where its own metrics go. Absent: nowhere. */
  readonly otlp?: OtlpConnection | undefined;
}

/**
 * Jaeger in one process, with its traces in Badger on a volume. It has no logins: each of its ports lets in who shows a
 * certificate of that port's clients. The image that is built from the Go module has the API and a placeholder in place of
 * the pages, whose source is no part of the module and which no registry of packages has; the published image has them.
 */
export function jaegerSpec(args: JaegerSpecArgs): WorkloadSpec<JaegerPort> {
  const { listen, otlp } = args;
  const [queryListen, another] = listen.query;
  if (queryListen === undefined || another !== undefined)
    throw new Error(`jaeger answers queries on one address, not on ${listen.query.length}`);
  const configuration = jaegerConfiguration({
    otlpListen: listen.otlp,
    queryListen,
    retentionDays: args.retentionDays,
    memoryMiB: MEMORY_MIB,
    telemetry: otlp,
    debug: args.debug ?? false,
  });
  return {
    image: "jaeger",
    command: ["/cmd/jaeger/jaeger-linux", `--config=${CONFIGURATION}`],
    // The garbage collector works harder before the kernel kills.
    env: { GOMEMLIMIT: `${Math.floor(MEMORY_MIB * 0.85)}MiB` },
    files: {
      ...serverTlsFiles(args.leaf, args.trust),
      [WRITERS_CA]: args.clientsTrust.otlp.caCertificate,
      [READERS_CA]: args.clientsTrust.query.caCertificate,
      [CONFIGURATION]: JSON.stringify(configuration, undefined, 2),
      ...(otlp === undefined ? {} : { [AUTHORIZATION]: basicAuthorization(otlp) }),
    },
    ports: { otlp: { number: OTLP_PORT }, query: { number: QUERY_PORT } },
    volumes: { data: { mountPath: DATA, onDown: "keep", sizeGiB: 10 } },
    ready: {
      command: ["busybox", "wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${HEALTH_PORT}/status`],
      intervalSeconds: 5,
      timeoutSeconds: 5,
      failures: 6,
      startSeconds: 60,
    },
    user: { uid: 10009, gid: 10009 },
    resources: { cpu: 1, memoryMiB: MEMORY_MIB },
    uses: otlp === undefined ? [] : [otlp],
  };
}

const basicAuthorization = ({ login }: OtlpConnection) =>
  login.password.map(
    (password) => `Basic ${Buffer.from(`${login.username}:${password}`).toString("base64")}`,
  );

/** Args of `Jaeger`: its clients by port and name, each of which gets a certificate of its own. */
export interface JaegerArgs<W extends ServiceName, R extends ServiceName> {
  readonly clients: { readonly otlp: readonly W[]; readonly query: readonly R[] };
  readonly retentionDays: number;
  /** Where its own metrics go. Absent: nowhere. */
  readonly otlp?: OtlpConnection | undefined;
}

/** Jaeger, which keeps and searches traces. */
export class Jaeger<W extends ServiceName, R extends ServiceName> extends pulumi.ComponentResource {
  private readonly writers: ReadonlyMap<ServiceName, MutualTlsConnection>;
  private readonly readers: ReadonlyMap<ServiceName, MutualTlsConnection>;

  constructor(
    name: string,
    foundation: Foundation,
    args: JaegerArgs<W, R>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:Jaeger", name, {}, opts);
    const { platform, certificates } = foundation;
    const issuers = {
      otlp: certificates.clientsOf("jaeger-otlp"),
      query: certificates.clientsOf("jaeger-query"),
    };
    const spec = jaegerSpec({
      ...debugOf(foundation, "jaeger"),
      leaf: certificates.issue("jaeger", platform.namesOf("jaeger")),
      trust: certificates.trust,
      clientsTrust: { otlp: issuers.otlp.trust, query: issuers.query.trust },
      listen: { otlp: platform.listen("jaeger", "otlp"), query: platform.listen("jaeger", "query") },
      retentionDays: args.retentionDays,
      otlp: args.otlp,
    });
    const server = platform.run("jaeger", spec, this);
    const connect = (port: JaegerPort, client: ServiceName): [ServiceName, MutualTlsConnection] => [
      client,
      {
        server: "jaeger",
        port,
        address: server.address(port),
        trust: certificates.trust,
        readyWhen: server.readyWhen,
        identity: issuers[port].issue(client),
      },
    ];
    this.writers = new Map(args.clients.otlp.map((client) => connect("otlp", client)));
    this.readers = new Map(args.clients.query.map((client) => connect("query", client)));
    this.registerOutputs({});
  }

  /** The connection of a client that writes spans, by OTLP over HTTP. */
  otlp(client: W): MutualTlsConnection {
    return this.writers.get(client) ?? unknown(client);
  }

  /** The connection of a client that reads traces: the API and the pages. */
  query(client: R): MutualTlsConnection {
    return this.readers.get(client) ?? unknown(client);
  }
}

function unknown(client: string): never {
  throw new Error(`jaeger has no client ${client}`);
}
