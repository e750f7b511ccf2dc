import { asset } from "../../core/assets";
import type { TlsTrust } from "../../core/connection";
import { serverTlsFiles } from "../../core/foundation";
import type { TextValue } from "../../core/values";
import { FILES, type FilePath, type WorkloadSpec } from "../../core/workload";
import { answers, commonSettings, heapOptions, PORT, type ServerArgs } from "./engine";

/** uid and gid in our image. */
export const OPENSEARCH_USER = { uid: 10011, gid: 10011 };

const CONFIG = "/run/opensearch";

/** What an OpenSearch server needs besides. */
export interface OpenSearchSpecArgs extends ServerArgs {
  /** What it verifies client certificates by; the set-up job has one, and no one else needs one. */
  readonly clientTrust: TlsTrust;
  /** Common name in the set-up job's certificate: who has it may do anything. */
  readonly adminName: string;
}

/**
 * OpenSearch 2.19 as one node with its security plugin and TLS. It starts without any user; who may come in is said by the
 * set-up job. Settings: docs.opensearch.org/latest/security/configuration/yaml.
 */
export function opensearchSpec(args: OpenSearchSpecArgs): WorkloadSpec<"https"> {
  return {
    image: "opensearch",
    command: ["sh", `${FILES}/start.sh`],
    env: {
      OPENSEARCH_JAVA_OPTS: heapOptions(args.memoryMiB),
      OPENSEARCH_PATH_CONF: CONFIG,
    },
    files: {
      ...serverTlsFiles(args.leaf, args.trust),
      [`${FILES}/start.sh`]: asset(__dirname, "app/start-opensearch.sh"),
      [`${FILES}/config/opensearch.yml`]: JSON.stringify(settings(args), undefined, 2),
      [`${FILES}/config/log4j2.properties`]: asset(__dirname, "app/log4j2.properties"),
      [`${FILES}/config/clients-ca.crt`]: args.clientTrust.caCertificate,
      ...securityFiles(),
    },
    ports: { https: { number: PORT } },
    volumes: { data: { mountPath: "/usr/share/opensearch/data", onDown: "keep", sizeGiB: 20 } },
    // The one page that needs no login: whether the security plugin has read its users.
    ready: answers("/_plugins/_security/health", 200),
    user: OPENSEARCH_USER,
    writable: [CONFIG, "/tmp"],
    resources: { cpu: 2, memoryMiB: args.memoryMiB },
    stopGraceSeconds: 60,
    uses: [],
  };
}

function settings(args: OpenSearchSpecArgs): object {
  const tls = (layer: "http" | "transport") => ({
    [`plugins.security.ssl.${layer}.pemcert_filepath`]: "tls/server.crt",
    [`plugins.security.ssl.${layer}.pemkey_filepath`]: "tls/server.key",
    [`plugins.security.ssl.${layer}.enabled_protocols`]: ["TLSv1.3", "TLSv1.2"],
  });
  return {
    ...commonSettings(args.listen),
    "path.data": "/usr/share/opensearch/data",
    "path.logs": "/tmp",
    ...tls("http"),
    "plugins.security.ssl.http.enabled": true,
    "plugins.security.ssl.http.pemtrustedcas_filepath": "tls/clients-ca.crt",
    "plugins.security.ssl.http.clientauth_mode": "OPTIONAL",
    ...tls("transport"),
    "plugins.security.ssl.transport.pemtrustedcas_filepath": "tls/ca.crt",
    "plugins.security.authcz.admin_dn": [`CN=${args.adminName},O=Semblance Curation`],
    // The files below fill an empty index of security, once.
    "plugins.security.allow_default_init_securityindex": true,
    "plugins.security.system_indices.enabled": true,
    // Refused logins and requests are in the log in any case.
    "plugins.security.audit.type": "noop",
  };
}

/** The plugin's own configuration on an empty volume: passwords from its own users, and no user. */
function securityFiles(): Record<FilePath, TextValue> {
  const files: Record<string, readonly [type: string, content: object]> = {
    action_groups: ["actiongroups", {}],
    allowlist: ["allowlist", { config: { enabled: false, requests: {} } }],
    audit: ["audit", { config: { enabled: false } }],
    config: ["config", { config: { dynamic: authentication } }],
    internal_users: ["internalusers", {}],
    nodes_dn: ["nodesdn", {}],
    roles: ["roles", {}],
    roles_mapping: ["rolesmapping", {}],
    tenants: ["tenants", {}],
  };
  return Object.fromEntries(
    Object.entries(files).map(([name, [type, content]]) => [
      `${FILES}/security/${name}.yml`,
      JSON.stringify({ _meta: { type, config_version: 2 }, ...content }),
    ]),
  );
}

const authentication = {
  http: { anonymous_auth_enabled: false, xff: { enabled: false } },
  // A search over `*` finds what the user may see, as it does in Elasticsearch, and is no error.
  do_not_fail_on_forbidden: true,
  authc: {
    basic: {
      http_enabled: true,
      transport_enabled: false,
      order: 0,
      http_authenticator: { type: "basic", challenge: true },
      authentication_backend: { type: "intern" },
    },
  },
};
