import type { Input, Resource } from "@pulumi/pulumi";
import type { ServiceName } from "../topology";
import type { Leaf } from "./foundation";
import type { Login, Sensitive } from "./values";

/** Where something listens, as a client dials it. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** How a client knows that it speaks to the right server: the authority that signed the server's certificate. */
export interface TlsTrust {
  readonly caCertificate: Input<string>;
}

/**
 * The right and the means to talk to one port of one server. Whoever holds it must have an arrow to that port in
 * `topology/arrows.ts`; the platform refuses the workload otherwise.
 */
export interface Connection {
  readonly server: ServiceName;
  /** Name of the port in the server's spec, as the arrow names it. */
  readonly port: string;
  readonly address: Address;
  readonly trust: TlsTrust;
  /** Resources that exist once the server answers and the client's account is there. */
  readonly readyWhen: readonly Input<Resource>[];
}

/** A database of its own for one client, on a PostgreSQL server that speaks TLS only. */
export interface PostgresConnection extends Connection {
  readonly database: string;
  readonly login: Login;
}

/** A Redis user with its own key patterns. */
export interface RedisConnection extends Connection {
  readonly login: Login;
  /** Every key and channel of this client starts with one of these patterns. */
  readonly keyPatterns: readonly string[];
}

/** A bucket and a user with a policy on it, over the S3 protocol. */
export interface S3Connection extends Connection {
  readonly bucket: string;
  readonly region: string;
  readonly keys: Login;
  /** The one URL under which the bucket's server is known inside and outside, so that a presigned link works in both. */
  readonly endpoint: string;
}

/** An HTTPS server with a user of its own for this client. */
export interface HttpsConnection extends Connection {
  readonly login?: Login;
}

/** A server without logins of its own: it lets in who shows a certificate of its clients' authority. */
export interface MutualTlsConnection extends Connection {
  readonly identity: Leaf;
}

/** An HTTPS server that wants a token of this client's own as `Authorization: Bearer …`. */
export interface BearerConnection extends Connection {
  readonly token: Sensitive;
}
