import { type Input, output, type Resource } from "@pulumi/pulumi";
import type { ServiceName } from "../topology";
import type { Leaf } from "./foundation";
import type { Login, Sensitive } from "./values";

/** Where something listens, as a client dials it. The host of a managed server is known once it has been made. */
export interface Address<H extends Input<string> = string> {
  readonly host: H;
  readonly port: number;
}

/** A text with the host in it: a plain one where the host is known. */
export const withHost = ({ host }: Address<Input<string>>, make: (host: string) => string): Input<string> =>
  typeof host === "string" ? make(host) : output(host).apply(make);

/** How a client knows that it speaks to the right server: the authority that signed the server's certificate. */
export interface TlsTrust {
  readonly caCertificate: Input<string>;
}

/** What verifies the servers of all of these: each authority once. */
export function trustOf(first: TlsTrust, ...others: readonly TlsTrust[]): TlsTrust {
  const certificates = [...new Set([first, ...others].map(({ caCertificate }) => caCertificate))];
  if (certificates.length === 1) return first;
  return { caCertificate: output(certificates).apply((all) => all.map((pem) => `${pem.trim()}\n`).join("")) };
}

/**
 * The right and the means to talk to one port of one server. Whoever holds it must have an arrow to that port in
 * `topology/arrows.ts`; the platform refuses the workload otherwise.
 */
export interface Connection<H extends Input<string> = string> {
  readonly server: ServiceName;
  /** Name of the port in the server's spec, as the arrow names it. */
  readonly port: string;
  readonly address: Address<H>;
  readonly trust: TlsTrust;
  /** Resources that exist once the server answers and the client's account is there. */
  readonly readyWhen: readonly Input<Resource>[];
}

/** A connection whose server may be a managed one. */
export type AnyConnection = Connection<Input<string>>;

/** A database of its own for one client, on a PostgreSQL server that speaks TLS only. */
export interface PostgresConnection extends AnyConnection {
  readonly database: string;
  readonly login: Login;
}

/** A Redis user with its own key patterns. */
export interface RedisConnection extends AnyConnection {
  readonly login: Login;
  /** Every key and channel of this client starts with one of these patterns. */
  readonly keyPatterns: readonly string[];
}

/** A bucket, and the right to use it and nothing else, over the S3 protocol. */
export interface S3Connection extends Connection {
  readonly bucket: string;
  readonly region: string;
  /** How the client shows who it is: by keys, or as the workload that it is, to which the platform gives a role. */
  readonly keys: Login | "workload-identity";
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
