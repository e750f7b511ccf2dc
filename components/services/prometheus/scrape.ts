import { TLS } from "../../core/foundation";
import type { ScrapeTarget } from "../../core/metrics";
import type { Login, TextValue } from "../../core/values";
import { FILES, type FilePath } from "../../core/workload";

const secretFile = (server: string): FilePath => `${FILES}/secrets/${server}`;
const certificateFile = (server: string): FilePath => `${FILES}/secrets/${server}.crt`;

/** What Prometheus verifies a server by. */
export const serverTls = (server: string) => ({ ca_file: TLS.ca, server_name: server });

/** A login whose password is in a file. */
export const basicAuth = (login: Login, server: string) => ({
  username: login.username,
  password_file: secretFile(server),
});

/** How often Prometheus asks for the addresses of copies: as often as it scrapes. */
const REFRESH = "15s";

/**
 * The part of the configuration by which one service is scraped. The job is called as the service is. A copy is dialled by its
 * address, and is verified by the service's name all the same.
 */
export function scrapeConfig(target: ScrapeTarget): object {
  const { server, address } = target.connection;
  const { copies } = target;
  return {
    job_name: server,
    scheme: "https",
    metrics_path: target.path,
    ...authorization(target),
    ...(copies === undefined
      ? { static_configs: [{ targets: [`${address.host}:${address.port}`] }] }
      : { dns_sd_configs: [{ names: [copies], type: "A", port: address.port, refresh_interval: REFRESH }] }),
  };
}

function authorization({ connection: { server }, credential }: ScrapeTarget): object {
  const tls = serverTls(server);
  switch (credential.kind) {
    case "basic":
      return { basic_auth: basicAuth(credential.login, server), tls_config: tls };
    case "bearer":
      return {
        authorization: { type: "Bearer", credentials_file: secretFile(server) },
        tls_config: tls,
      };
    case "certificate":
      return { tls_config: { ...tls, cert_file: certificateFile(server), key_file: secretFile(server) } };
  }
}

/** The files that `scrapeConfig` names. */
export function credentialFiles(targets: readonly ScrapeTarget[]): Record<FilePath, TextValue> {
  const files: Record<FilePath, TextValue> = {};
  for (const {
    connection: { server },
    credential,
  } of targets) {
    switch (credential.kind) {
      case "basic":
        files[secretFile(server)] = credential.login.password;
        break;
      case "bearer":
        files[secretFile(server)] = credential.token;
        break;
      case "certificate":
        files[certificateFile(server)] = credential.identity.certificate;
        files[secretFile(server)] = credential.identity.key;
    }
  }
  return files;
}
