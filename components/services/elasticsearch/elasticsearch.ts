import { asset } from "../../core/assets";
import { type GeneratedLogin, serverTlsFiles } from "../../core/foundation";
import type { Sensitive } from "../../core/values";
import { FILES, type WorkloadSpec } from "../../core/workload";
import { answers, commonSettings, heapOptions, PORT, type ServerArgs } from "./engine";

/** uid and gid of the official image. */
export const ELASTICSEARCH_USER = { uid: 1000, gid: 1000 };

const HOME = "/usr/share/elasticsearch";
const CONFIG = "/run/elasticsearch";
const SETUP_ROLE = "semblance-setup";

/** What an Elasticsearch server needs besides. */
export interface ElasticsearchSpecArgs extends ServerArgs {
  /** Login of the set-up job, which Elasticsearch reads from a file: it works on an empty volume, and after a change. */
  readonly admin: GeneratedLogin;
}

/**
 * Elasticsearch 9 as one node with security and TLS on. Its built-in users are switched off; who may come in is said by the
 * set-up job. Settings: elastic.co/docs/reference/elasticsearch/configuration-reference.
 */
export function elasticsearchSpec(args: ElasticsearchSpecArgs): WorkloadSpec<"https"> {
  const { admin } = args;
  return {
    image: "elasticsearch",
    command: ["sh", `${FILES}/start.sh`],
    env: {
      ES_JAVA_OPTS: heapOptions(args.memoryMiB),
      ES_PATH_CONF: CONFIG,
      ES_TMPDIR: "/tmp",
    },
    files: {
      ...serverTlsFiles(args.leaf, args.trust),
      [`${FILES}/start.sh`]: asset(__dirname, "app/start-elasticsearch.sh"),
      [`${FILES}/config/elasticsearch.yml`]: JSON.stringify(settings(args.listen), undefined, 2),
      [`${FILES}/config/users`]: admin.bcryptHash.map((hash) => `${admin.username}:${hash}\n`),
      [`${FILES}/config/users_roles`]: `${SETUP_ROLE}:${admin.username}\n`,
      [`${FILES}/config/roles.yml`]: JSON.stringify({
        [SETUP_ROLE]: { cluster: ["manage_security", "manage_index_templates", "monitor"] },
      }),
    },
    ports: { https: { number: PORT } },
    volumes: { data: { mountPath: `${HOME}/data`, onDown: "keep", sizeGiB: 20 } },
    // It asks who is there, which it does not before its security is up.
    ready: answers("/", 401),
    user: ELASTICSEARCH_USER,
    // Java writes its own log there, and does not start where it cannot.
    writable: [CONFIG, `${HOME}/logs`, "/tmp"],
    resources: { cpu: 2, memoryMiB: args.memoryMiB },
    stopGraceSeconds: 60,
    uses: [],
  };
}

function settings(listen: readonly string[]): object {
  const tls = (layer: "http" | "transport") => ({
    [`xpack.security.${layer}.ssl.enabled`]: true,
    [`xpack.security.${layer}.ssl.certificate`]: "tls/server.crt",
    [`xpack.security.${layer}.ssl.key`]: "tls/server.key",
    [`xpack.security.${layer}.ssl.certificate_authorities`]: "tls/ca.crt",
    [`xpack.security.${layer}.ssl.supported_protocols`]: "TLSv1.3,TLSv1.2",
  });
  return {
    ...commonSettings(listen),
    "path.logs": `${HOME}/logs`,
    "xpack.security.enabled": true,
    "xpack.security.autoconfiguration.enabled": false,
    "xpack.security.enrollment.enabled": false,
    // No `elastic`, no `kibana_system`: users are those of the file and those that the set-up job makes.
    "xpack.security.authc.reserved_realm.enabled": false,
    "xpack.security.authc.realms.file.setup.order": 0,
    "xpack.security.authc.realms.native.clients.order": 1,
    ...tls("http"),
    ...tls("transport"),
    // There is no machine learning here, and no internet to fetch a map of addresses from.
    "xpack.ml.enabled": false,
    "ingest.geoip.downloader.enabled": false,
  };
}

/** The line with which curl shows that it is the set-up job. */
export const elasticsearchCredential = ({ username, password }: GeneratedLogin): Sensitive =>
  password.map((text) => `user = "${username}:${text}"\n`);
