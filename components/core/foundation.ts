import type { Output } from "@pulumi/pulumi";
import type { MutualTlsConnection, TlsTrust } from "./connection";
import type { Debuggable } from "./debug";
import type { Platform } from "./platform";
import type { Login, Sensitive, TextValue } from "./values";
import { FILES, type FilePath } from "./workload";

/** A login whose password is generated, with the hash that a server may keep instead of the password. */
export interface GeneratedLogin extends Login {
  readonly bcryptHash: Sensitive;
}

/** A server's certificate and the key that belongs to it, both as PEM. */
export interface Leaf {
  readonly certificate: Output<string>;
  readonly key: Sensitive;
}

/** Where certificates come from. */
export interface CertificateIssuer {
  readonly trust: TlsTrust;
  /** A certificate for a server that its clients dial as one of `names`, or on its own loopback address. */
  issue(server: string, names: readonly string[]): Leaf;
  /**
   * Certificates for the clients of a server that has no logins, out of an authority that signs for nothing else: who holds
   * one may come in, and a client of another server may not.
   */
  clientsOf(server: string): ClientIssuer;
  /** When each certificate ends, those among them that are issued after this is called. */
  ends(): Output<readonly CertificateEnd[]>;
}

/** When a certificate ends. */
export interface CertificateEnd {
  /** Name of it, such as `postgres` or `loki-clients-grafana`. */
  readonly certificate: string;
  /** RFC 3339, as the provider that made it tells. */
  readonly notAfter: string;
}

/** Gives the clients of one server their certificates. */
export interface ClientIssuer {
  /** What the server verifies its clients by. */
  readonly trust: TlsTrust;
  /** The certificate of one client; it can be used as a client's only. */
  issue(client: string): Leaf;
}

/** Where generated secrets come from. */
export interface SecretSource {
  /** A login for `client` at `server`. The password is letters and digits, so that it needs no escaping anywhere. */
  login(server: string, client: string, username: string): GeneratedLogin;
  /** Random bytes, for keys: as hexadecimal digits, and in base64. */
  key(purpose: string, bytes: number): { readonly hex: Sensitive; readonly base64: Sensitive };
}

/** What every service stands on. */
export interface Foundation {
  readonly platform: Platform;
  readonly certificates: CertificateIssuer;
  readonly secrets: SecretSource;
  /** Services that log at debug level. @default none */
  readonly debug?: ReadonlySet<Debuggable>;
}

/** Where the TLS files of a workload lie. */
export const TLS = {
  certificate: `${FILES}/tls/server.crt`,
  key: `${FILES}/tls/server.key`,
  ca: `${FILES}/tls/ca.crt`,
} as const satisfies Record<string, FilePath>;

/** Where the TLS files of a workload lie that shows a certificate to one server: `clientTlsFiles`. */
export const clientTls = (server: string) =>
  ({
    certificate: `${FILES}/tls/${server}.client.crt`,
    key: `${FILES}/tls/${server}.client.key`,
  }) as const satisfies Record<string, FilePath>;

/** The files with which a client shows who it is to a server of `MutualTlsConnection`. */
export function clientTlsFiles(to: MutualTlsConnection): Record<FilePath, TextValue> {
  const at = clientTls(to.server);
  return { [at.certificate]: to.identity.certificate, [at.key]: to.identity.key };
}

/** The authority's certificate, for a workload that is a client only. */
export function trustFiles(trust: TlsTrust): Record<FilePath, TextValue> {
  return { [TLS.ca]: trust.caCertificate };
}

/** The files of a TLS server, which verifies others by the same authority. */
export function serverTlsFiles(leaf: Leaf, trust: TlsTrust): Record<FilePath, TextValue> {
  return { ...trustFiles(trust), [TLS.certificate]: leaf.certificate, [TLS.key]: leaf.key };
}
