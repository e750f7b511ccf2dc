import type { Debug } from "../../core/debug";

/** Who may enter, from the least to the most. An operator may do what a scientist may, who may do what an annotator may. */
export const roles = ["annotator", "scientist", "operator"] as const;
export type Role = (typeof roles)[number];

/** The roles that a page for `role` lets in: the role itself and those above it. */
export const admitted = (role: Role): readonly Role[] => roles.slice(roles.indexOf(role));

/**
 * `own-login`: the service asks for a login itself, so the gateway passes its `Authorization` header through.
 * `everyone`: what can be read there is no secret; no login is asked for, and none is passed on.
 */
export type Access = Role | "own-login" | "everyone";

/** A picture of the home page. */
export type Icon =
  | "label"
  | "chart"
  | "bucket"
  | "database"
  | "queue"
  | "gear"
  | "gauge"
  | "gate"
  | "notebook"
  | "flask"
  | "trace"
  | "bell"
  | "book"
  | "search"
  | "model"
  | "mail";

/** What the home page shows of a service. */
export interface Tile {
  /** Name in the topology; the state of the service is looked up by it. */
  readonly service: string;
  readonly title: string;
  /** One line for a newcomer. */
  readonly description: string;
  readonly icon: Icon;
}

/** A server that the gateway passes requests to. Always over TLS, with a verified name. */
export interface Upstream {
  readonly host: string;
  readonly port: number;
  /** Name that its certificate must carry. */
  readonly serverName: string;
  /** File with the authority that signed its certificate. */
  readonly caFile: string;
  /** File with the whole value of the `Authorization` header that the gateway sends, such as `Basic …`. */
  readonly authorizationFile?: string;
  /** Certificate that the gateway shows to it. */
  readonly clientCertificate?: CertificateFiles;
}

/** A host name below the domain, and the service behind it. */
export interface Route extends Tile {
  /** Label in front of the domain: `label-studio` is `label-studio.semblance.localhost`. */
  readonly host: string;
  readonly access: Access;
  readonly upstream: Upstream;
  /** Largest request body. A larger one is refused with 413, before it is sent where its length is declared. */
  readonly maxBodyBytes: number;
  /** Longest wait for the first byte of an answer, counted from the end of the request. */
  readonly answerWithinSeconds: number;
  /**
   * Content-Security-Policy added to whatever the service sends itself; browsers obey both.
   * @default `frame-ancestors 'self'`
   */
  readonly contentSecurityPolicy?: string;
  /** Whether people open it, or only programs (such as S3). Programs' routes have no link on the home page. @default true */
  readonly forPeople?: boolean;
}

/** PEM files of a certificate and its key. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** A name, and the file with the bcrypt hash of its password. The password itself never reaches the gateway. */
export interface LoginFile {
  readonly username: string;
  readonly hashFile: string;
}

/** All that the gateway's configuration is made of. Plain data without a secret in it: secrets are named by file. */
export interface GatewaySettings extends Debug {
  /** Host of the home page; every route is a name below it. */
  readonly domain: string;
  /** Port of https as people type it: the published one. */
  readonly publicHttpsPort: number;
  /** Ports inside the workload. */
  readonly ports: {
    readonly https: number;
    readonly http: number;
    readonly metrics: number;
  };
  /**
   * Addresses to bind. A network reaches both ways, so the gateway listens only where an arrow leads to it; the networks
   * on which it is a client get nothing.
   */
  readonly listen: { readonly public: readonly string[]; readonly metrics: readonly string[] };
  /** Certificate for the domain and for every name directly below it. */
  readonly certificate: CertificateFiles;
  /** Whether it changes while the gateway runs. */
  readonly renewed: boolean;
  readonly metrics: {
    readonly certificate: CertificateFiles;
    readonly serverName: string;
    readonly login: LoginFile;
  };
  readonly logins: Readonly<Record<Role, LoginFile>>;
  readonly routes: readonly Route[];
  /** Prometheus, which knows the state of services, and who may see it; without `role` whoever sees the home page. */
  readonly state: { readonly upstream: Upstream; readonly role?: Role };
  /** Folder with the files of the home page. */
  readonly homeFolder: string;
  /** Folder of those that are asked for first, and may change while it runs. @default none */
  readonly assetsFolder?: string;
  /** Sends a span per request, to where the environment's OTEL_EXPORTER_OTLP_ENDPOINT points. */
  readonly tracing: boolean;
}

/** Host name of a route. */
export const hostOf = (domain: string, route: Pick<Route, "host">): string => `${route.host}.${domain}`;

/** Address that a person types for a host; the port is left out where it is the usual one. */
export const httpsUrl = (host: string, port: number): string =>
  `https://${host}${port === 443 ? "" : `:${port}`}`;
