import * as pulumi from "@pulumi/pulumi";
import type { HttpsConnection, TlsTrust } from "../core/connection";
import { type Debug, debugOf } from "../core/debug";
import { ConfigError } from "../core/errors";
import { type Foundation, type GeneratedLogin, type Leaf, serverTlsFiles, TLS } from "../core/foundation";
import type { ScrapeTarget } from "../core/metrics";
import { listening } from "../core/probes";
import { type OtlpConnection, otlpEnv, otlpHeaders } from "../core/telemetry";
import { type Live, liveOf } from "../core/sources";
import { FILES, type FilePath, type WorkloadSpec } from "../core/workload";
import { caddyConfig } from "./gateway/config";
import { HOME_ASSETS, homeFiles } from "./gateway/home";
import { httpsUrl, type LoginFile, type Role, type Route, roles, type Tile } from "./gateway/model";
import { watchCertificate, WATCHED_CONFIG } from "./gateway/renewal";
import { type Backend, bringsCredential, distinct, upstreamFiles, upstreamOf } from "./gateway/upstream";

export type { Access, Icon, Role, Tile } from "./gateway/model";
export type GatewayPort = "https" | "http" | "metrics";

const PORTS = { https: 8443, http: 8080, metrics: 9443 } as const;
const HOME = `${FILES}/home` as const;
/** Where the project's own folder of the home page is mounted. */
const ASSETS = `${FILES}/home-assets` as const;
const CONFIG = `${FILES}/caddy.json` as const;
const RUN = ["caddy", "run", "--config", CONFIG] as const;
const WATCH = ["caddy", "run", "--watch", "--config", WATCHED_CONFIG] as const;
const OTLP_HEADERS = `${FILES}/secrets/otlp-headers` as const;
const PUBLIC = { certificate: `${FILES}/tls/public.crt`, key: `${FILES}/tls/public.key` } as const;

/** A route as the assembly writes it: to a connection, whose credential (if it brings one) the gateway uses on everybody's behalf. */
export interface GatewayRoute extends Omit<Route, "upstream"> {
  readonly to: Backend;
}

/** What the stack says about the gateway. */
export interface GatewayArgs {
  /** Shown on the home page. */
  readonly stack: string;
  readonly domain: string;
  /** Where the operator's machine, or the load balancer, listens. */
  readonly published: { readonly bind: string; readonly httpsPort: number; readonly httpPort: number };
  readonly routes: readonly GatewayRoute[];
  /** Services without a page of their own, for the home page. */
  readonly others: readonly Tile[];
  /** Services that this machine cannot run, for the home page: their titles, and why. */
  readonly absent: Readonly<Record<string, string>>;
  /** Prometheus, which knows the state of services, and the role that may see it; without one whoever sees the home page. */
  readonly state: { readonly to: HttpsConnection; readonly role?: Role };
  /** Path of the authority's certificate, or the command that writes it: told on the home page. */
  readonly authorityFile: string;
  readonly docsUrl?: string;
  /** The collector, which gets a span per request. Absent: no traces. */
  readonly otlp?: OtlpConnection;
}

/** What the gateway needs besides. */
export interface GatewaySpecArgs extends GatewayArgs, Debug, Live {
  /** Certificate of the domain and of all names directly below it. */
  readonly publicLeaf: Leaf;
  /** Certificate of the name under which Prometheus scrapes. */
  readonly leaf: Leaf;
  readonly name: string;
  readonly trust: TlsTrust;
  readonly listen: { readonly public: readonly string[]; readonly metrics: readonly string[] };
  readonly logins: Readonly<Record<Role, GeneratedLogin>>;
  /** Login with which Prometheus scrapes. */
  readonly scrape: GeneratedLogin;
  /** The public certificate changes while the gateway runs. @default false */
  readonly renewed?: boolean;
}

/** Caddy as the one door: TLS, a host name per service, a role per route, the home page, the access log. */
export function gatewaySpec(args: GatewaySpecArgs): WorkloadSpec<GatewayPort> {
  const { domain, published } = args;
  const borrowed = args.routes.find(({ access, to }) => access === "own-login" && bringsCredential(to));
  if (borrowed !== undefined) {
    throw new ConfigError(
      `gateway route ${borrowed.host}: access is own-login, but its connection brings a credential, which would let everybody in; ` +
        `allowed: one of ${roles.join(", ")}, or a connection without one`,
    );
  }
  const routes = args.routes.map(({ to, ...route }): Route => ({ ...route, upstream: upstreamOf(to) }));
  const { otlp } = args;
  const connections = distinct([...args.routes.map((route) => route.to), args.state.to]);
  const { to: stateConnection, ...stateAccess } = args.state;
  const config = caddyConfig({
    domain,
    publicHttpsPort: published.httpsPort,
    ports: PORTS,
    listen: args.listen,
    certificate: PUBLIC,
    renewed: args.renewed ?? false,
    metrics: { certificate: TLS, serverName: args.name, login: loginFile("scrape", args.scrape) },
    logins: {
      annotator: loginFile("annotator", args.logins.annotator),
      scientist: loginFile("scientist", args.logins.scientist),
      operator: loginFile("operator", args.logins.operator),
    },
    routes,
    state: { ...stateAccess, upstream: upstreamOf(stateConnection) },
    homeFolder: HOME,
    ...(args.live ? { assetsFolder: ASSETS } : {}),
    debug: args.debug ?? false,
    tracing: otlp !== undefined,
  });
  const home = homeFiles({ ...args, publicHttpsPort: published.httpsPort, routes });
  return {
    image: "caddy",
    command: commandOf({ traced: otlp !== undefined, renewed: args.renewed ?? false }),
    env: {
      // Caddy looks for a place to write at its start, though there is nothing that it keeps.
      XDG_CONFIG_HOME: "/tmp",
      XDG_DATA_HOME: "/tmp",
      ...(otlp === undefined ? {} : otlpEnv("gateway", otlp)),
    },
    files: {
      [CONFIG]: JSON.stringify(config),
      ...serverTlsFiles(args.leaf, args.trust),
      [PUBLIC.certificate]: args.publicLeaf.certificate,
      [PUBLIC.key]: args.publicLeaf.key,
      ...Object.fromEntries(Object.entries(home).map(([name, text]) => [`${HOME}/${name}`, text])),
      [hashFile("scrape")]: args.scrape.bcryptHash,
      ...Object.fromEntries(roles.map((role) => [hashFile(role), args.logins[role].bcryptHash])),
      ...Object.assign({}, ...connections.map(upstreamFiles)),
      ...(otlp === undefined ? {} : { [OTLP_HEADERS]: otlpHeaders(otlp) }),
    },
    ...(args.live ? { sources: { [ASSETS]: HOME_ASSETS } } : {}),
    ports: {
      https: { number: PORTS.https },
      http: { number: PORTS.http },
      metrics: { number: PORTS.metrics },
    },
    // Caddy listens on all of its ports or ends.
    ready: listening(PORTS.https),
    user: { uid: 10001, gid: 10001 },
    writable: ["/tmp"],
    // The ports are high ones; the file of the official image asks for this capability and does not start without it.
    capabilities: ["NET_BIND_SERVICE"],
    resources: { cpu: 1, memoryMiB: 256 },
    publicCertificate: { ...PUBLIC, names: publicNames(domain) },
    publish: [
      { port: "https", hostPort: published.httpsPort, bind: published.bind },
      { port: "http", hostPort: published.httpPort, bind: published.bind },
    ],
    uses: [...connections, ...(otlp === undefined ? [] : [otlp])],
  };
}

/** Names in the public certificate: the home page's, and those of all routes. */
const publicNames = (domain: string): readonly string[] => [domain, `*.${domain}`];

/** Secrets are read from files when it starts. A renewed certificate is loaded while it runs, and no connection is lost. */
function commandOf({ traced, renewed }: { traced: boolean; renewed: boolean }): readonly string[] {
  const headers = traced ? `OTEL_EXPORTER_OTLP_HEADERS="$(cat ${OTLP_HEADERS})" ` : "";
  if (renewed) return ["sh", "-c", `${watchCertificate(CONFIG, PUBLIC)}\n${headers}exec ${WATCH.join(" ")}`];
  return traced ? ["sh", "-c", `${headers}exec ${RUN.join(" ")}`] : RUN;
}

const hashFile = (login: string): FilePath => `${FILES}/secrets/${login}.hash`;

const loginFile = (name: string, login: GeneratedLogin): LoginFile => ({
  username: login.username,
  hashFile: hashFile(name),
});

/** What Prometheus needs to scrape the gateway. Made before both, since the gateway is a client of Prometheus as well. */
export interface GatewayScrape {
  readonly login: GeneratedLogin;
  readonly target: ScrapeTarget;
}

/** @see GatewayScrape */
export function gatewayScrape({ platform, certificates, secrets }: Foundation): GatewayScrape {
  const login = secrets.login("gateway", "prometheus", "prometheus");
  const connection: HttpsConnection = {
    server: "gateway",
    port: "metrics",
    address: { host: platform.namesOf("gateway")[0], port: PORTS.metrics },
    trust: certificates.trust,
    readyWhen: [],
  };
  return { login, target: { connection, path: "/metrics", credential: { kind: "basic", login } } };
}

/** The gateway, with a generated login per role. */
export class Gateway extends pulumi.ComponentResource {
  /** Address of the home page. */
  readonly url: string;
  readonly logins: Readonly<Record<Role, GeneratedLogin>>;

  constructor(
    name: string,
    foundation: Foundation,
    args: GatewayArgs & { readonly scrape: GatewayScrape },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:Gateway", name, {}, opts);
    const { platform, certificates, secrets } = foundation;
    const { domain, published } = args;
    const login = (role: Role): GeneratedLogin => secrets.login("gateway", role, role);
    this.logins = {
      annotator: login("annotator"),
      scientist: login("scientist"),
      operator: login("operator"),
    };
    this.url = httpsUrl(domain, published.httpsPort);
    const spec = gatewaySpec({
      ...args,
      ...debugOf(foundation, "gateway"),
      ...liveOf(foundation),
      publicLeaf: certificates.issue("gateway-public", publicNames(domain)),
      renewed: platform.bringsPublicCertificate ?? false,
      leaf: certificates.issue("gateway", platform.namesOf("gateway")),
      name: platform.namesOf("gateway")[0],
      trust: certificates.trust,
      listen: { public: platform.listen("gateway", "https"), metrics: platform.listen("gateway", "metrics") },
      logins: this.logins,
      scrape: args.scrape.login,
    });
    platform.run("gateway", spec, this);
    this.registerOutputs({ url: this.url });
  }
}
