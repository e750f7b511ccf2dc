import * as pulumi from "@pulumi/pulumi";
import type { MutualTlsConnection, TlsTrust } from "../../core/connection";
import {
  clientTlsFiles,
  type Foundation,
  type GeneratedLogin,
  type Leaf,
  serverTlsFiles,
} from "../../core/foundation";
import type { ScrapeTarget } from "../../core/metrics";
import type { OtlpConnection } from "../../core/telemetry";
import { Sensitive } from "../../core/values";
import type { WorkloadSpec } from "../../core/workload";
import type { ServiceName } from "../../topology";
import {
  type CollectorSettings,
  collectorConfiguration,
  DATA,
  HTPASSWD,
  METRICS_PORT,
  OTLP_PORT,
} from "./collector-config";
import { COMMAND, CONFIG, READY } from "./common";

const MEMORY_MIB = 256;

/** What the collector needs. */
export interface OtelCollectorSpecArgs extends CollectorSettings {
  readonly leaf: Leaf;
  readonly trust: TlsTrust;
  readonly clients: readonly GeneratedLogin[];
  /** Login with which Prometheus scrapes; it may not send, and who sends may not scrape. */
  readonly scrape: GeneratedLogin;
}

/** The one door for telemetry: OTLP in; out to Loki and Jaeger, and to Prometheus, which fetches. */
export function otelCollectorSpec(args: OtelCollectorSpecArgs): WorkloadSpec<"otlp" | "metrics"> {
  return {
    image: "otel-collector",
    command: COMMAND,
    // The garbage collector works harder before the memory limiter refuses.
    env: { GOMEMLIMIT: `${Math.floor(MEMORY_MIB * 0.75)}MiB` },
    files: {
      ...serverTlsFiles(args.leaf, args.trust),
      ...clientTlsFiles(args.loki),
      ...clientTlsFiles(args.jaeger),
      [CONFIG]: JSON.stringify(collectorConfiguration(args), undefined, 2),
      [HTPASSWD.clients]: htpasswd(args.clients),
      [HTPASSWD.scrape]: htpasswd([args.scrape]),
    },
    ports: { otlp: { number: OTLP_PORT }, metrics: { number: METRICS_PORT } },
    volumes: { queues: { mountPath: DATA, onDown: "delete", sizeGiB: 2 } },
    ready: READY,
    user: { uid: 10010, gid: 10010 },
    writable: ["/tmp"],
    resources: { cpu: 1, memoryMiB: MEMORY_MIB },
    uses: [args.loki, args.jaeger],
  };
}

const htpasswd = (logins: readonly GeneratedLogin[]): Sensitive =>
  Sensitive.format(
    (...lines) => lines.map((line) => `${line}\n`).join(""),
    ...logins.map(({ username, bcryptHash }) => bcryptHash.map((hash) => `${username}:${hash}`)),
  );

/**
 * The logins of the collector's clients. They are made before the collector, so that a store to which it sends can be one of
 * its clients.
 */
export interface OtlpDoor<C extends ServiceName> {
  readonly logins: Readonly<Record<C, GeneratedLogin>>;
  /** The connection of a client that does not wait for the collector: what it has to say then is lost or kept by itself. */
  connection(client: C): OtlpConnection;
}

/** Makes a login per client. Call it once. */
export function otlpDoor<C extends ServiceName>(foundation: Foundation, clients: readonly C[]): OtlpDoor<C> {
  const { platform, certificates, secrets } = foundation;
  const logins = Object.fromEntries(
    clients.map((client) => [client, secrets.login("otel-collector", client, client)]),
  ) as Record<C, GeneratedLogin>;
  return {
    logins,
    connection: (client) => ({
      server: "otel-collector",
      port: "otlp",
      address: { host: platform.namesOf("otel-collector")[0], port: OTLP_PORT },
      trust: certificates.trust,
      readyWhen: [],
      login: logins[client],
    }),
  };
}

/** Args of `OtelCollector`. */
export interface OtelCollectorArgs<C extends ServiceName> {
  readonly stack: string;
  readonly door: OtlpDoor<C>;
  readonly loki: MutualTlsConnection;
  readonly jaeger: MutualTlsConnection;
}

/** The OpenTelemetry Collector. */
export class OtelCollector<C extends ServiceName> extends pulumi.ComponentResource {
  /** What Prometheus scrapes: what clients send, RED metrics out of spans, and the collector's own. */
  readonly target: ScrapeTarget;
  private readonly readyWhen: OtlpConnection["readyWhen"];
  private readonly door: OtlpDoor<C>;

  constructor(
    name: string,
    foundation: Foundation,
    args: OtelCollectorArgs<C>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:OtelCollector", name, {}, opts);
    const { platform, certificates, secrets } = foundation;
    const scrape = secrets.login("otel-collector", "prometheus", "prometheus");
    const spec = otelCollectorSpec({
      ...args,
      leaf: certificates.issue("otel-collector", platform.namesOf("otel-collector")),
      trust: certificates.trust,
      clients: Object.values(args.door.logins),
      scrape,
      otlpListen: platform.listen("otel-collector", "otlp"),
      metricsListen: platform.listen("otel-collector", "metrics")[0] ?? "127.0.0.1",
    });
    const server = platform.run("otel-collector", spec, this);
    this.door = args.door;
    this.readyWhen = server.readyWhen;
    this.target = {
      connection: {
        server: "otel-collector",
        port: "metrics",
        address: server.address("metrics"),
        trust: certificates.trust,
        readyWhen: server.readyWhen,
      },
      path: "/metrics",
      credential: { kind: "basic", login: scrape },
    };
    this.registerOutputs({});
  }

  /** The connection of a client that waits for the collector. */
  otlp(client: C): OtlpConnection {
    return { ...this.door.connection(client), readyWhen: this.readyWhen };
  }
}
