import type { Output } from "@pulumi/pulumi";
import type { TlsTrust } from "./connection";
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
}

/** Where the TLS files of a workload lie. */
export const TLS = {
  certificate: `${FILES}/tls/server.crt`,
  key: `${FILES}/tls/server.key`,
  ca: `${FILES}/tls/ca.crt`,
} as const satisfies Record<string, FilePath>;

/** The authority's certificate, for a workload that is a client only. */
export function trustFiles(trust: TlsTrust): Record<FilePath, TextValue> {
  return { [TLS.ca]: trust.caCertificate };
}

/** The files of a TLS server, which verifies others by the same authority. */
export function serverTlsFiles(leaf: Leaf, trust: TlsTrust): Record<FilePath, TextValue> {
  return { ...trustFiles(trust), [TLS.certificate]: leaf.certificate, [TLS.key]: leaf.key };
}
