import type { HttpsConnection, MutualTlsConnection } from "../../core/connection";
import type { Sensitive, TextValue } from "../../core/values";
import { FILES, type FilePath } from "../../core/workload";
import type { Upstream } from "./model";

/** A server behind the gateway, and what the gateway shows it on everybody's behalf: a login, a certificate, or nothing. */
export type Backend = HttpsConnection | MutualTlsConnection;

const folderOf = (to: Backend): FilePath => `${FILES}/upstreams/${to.server}-${to.port}`;

/** The value of the `Authorization` header for a login. */
export const basicAuthorization = ({ username, password }: { username: string; password: Sensitive }) =>
  password.map((text) => `Basic ${Buffer.from(`${username}:${text}`).toString("base64")}`);

/** What the gateway brings along; undefined where whoever comes has to show something. */
export const bringsCredential = (to: Backend): boolean =>
  "identity" in to || ("login" in to && to.login !== undefined);

/** The server as the configuration names it. */
export function upstreamOf(to: Backend): Upstream {
  const folder = folderOf(to);
  return {
    ...to.address,
    serverName: to.address.host,
    caFile: `${folder}/ca.crt`,
    ...("login" in to && to.login !== undefined ? { authorizationFile: `${folder}/authorization` } : {}),
    ...("identity" in to
      ? { clientCertificate: { certificate: `${folder}/client.crt`, key: `${folder}/client.key` } }
      : {}),
  };
}

/** The files that `upstreamOf` names. */
export function upstreamFiles(to: Backend): Record<FilePath, TextValue> {
  const folder = folderOf(to);
  return {
    [`${folder}/ca.crt`]: to.trust.caCertificate,
    ...("login" in to && to.login !== undefined
      ? { [`${folder}/authorization`]: basicAuthorization(to.login) }
      : {}),
    ...("identity" in to
      ? { [`${folder}/client.crt`]: to.identity.certificate, [`${folder}/client.key`]: to.identity.key }
      : {}),
  };
}

/** Each server once: it may have a page and tell the state of others too. */
export function distinct(all: readonly Backend[]): Backend[] {
  return [...new Map(all.map((to) => [folderOf(to), to])).values()];
}
