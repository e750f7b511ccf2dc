import { asset } from "../../core/assets";
import { clientTls, clientTlsFiles, type GeneratedLogin, trustFiles } from "../../core/foundation";
import type { TextValue } from "../../core/values";
import { FILES, type FilePath, type JobSpec } from "../../core/workload";
import { ELASTICSEARCH_USER, elasticsearchCredential } from "./elasticsearch";
import { type IndexRights, type SearchAdmin, type SearchEngine, urlOf } from "./engine";
import { OPENSEARCH_USER } from "./opensearch";
import { indexTemplates } from "./templates";

/** A user of the index: a client with its own indices, or one that sees statistics and no document. */
export interface SearchUser {
  readonly login: GeneratedLogin;
  readonly rights: IndexRights | "statistics";
}

/** A request that says how something has to be, whatever it is now. */
export interface SetupRequest {
  readonly path: string;
  readonly body: TextValue;
}

/** What a role may do, in the words of each engine. */
const roleOf: Readonly<Record<SearchEngine, (rights: SearchUser["rights"]) => object>> = {
  elasticsearch: (rights) =>
    rights === "statistics"
      ? { cluster: ["monitor"], indices: [{ names: ["*"], privileges: ["monitor"] }] }
      : {
          cluster: ["cluster:monitor/main"],
          indices: [{ names: rights.patterns, privileges: ["all"] }],
        },
  opensearch: (rights) =>
    rights === "statistics"
      ? {
          cluster_permissions: ["cluster_monitor"],
          index_permissions: [{ index_patterns: ["*"], allowed_actions: ["indices_monitor"] }],
        }
      : {
          // What reaches several indices at once is asked of the cluster first, and of each index then.
          cluster_permissions: ["cluster:monitor/main", "cluster_composite_ops", "indices:data/read/scroll*"],
          index_permissions: [{ index_patterns: rights.patterns, allowed_actions: ["indices_all"] }],
        },
};

/** Where each engine keeps its roles and users, and what it calls the things that we say of a user. */
const accounts = {
  elasticsearch: { path: "/_security", users: "user", roles: "role", hash: "password_hash", of: "roles" },
  opensearch: {
    path: "/_plugins/_security/api",
    users: "internalusers",
    roles: "roles",
    hash: "hash",
    of: "opendistro_security_roles",
  },
} as const;

/** All that has to be there, in the order in which it can be made. The server gets hashes of passwords and never a password. */
export function setupRequests(engine: SearchEngine, users: readonly SearchUser[]): SetupRequest[] {
  const names = accounts[engine];
  return [
    ...Object.entries(indexTemplates).map(([name, template]) => ({
      path: `/_index_template/${name}`,
      body: JSON.stringify(template),
    })),
    ...users.flatMap(({ login: { username, bcryptHash }, rights }) => [
      { path: `${names.path}/${names.roles}/${username}`, body: JSON.stringify(roleOf[engine](rights)) },
      {
        path: `${names.path}/${names.users}/${username}`,
        body: bcryptHash.map((hash) => JSON.stringify({ [names.hash]: hash, [names.of]: [username] })),
      },
    ]),
  ];
}

/** The job that brings roles, users and index templates. It runs in the server's own image, which has curl. */
export function setupJob(admin: SearchAdmin, users: readonly SearchUser[]): JobSpec {
  const requests = setupRequests(admin.engine, users);
  const folder = `${FILES}/setup` as const;
  const bodies = Object.fromEntries(
    requests.map(({ body }, i) => [`${folder}/${i}.json` satisfies FilePath, body]),
  );
  return {
    image: admin.engine,
    command: ["sh", `${FILES}/setup.sh`],
    env: { URL: urlOf(admin) },
    files: {
      ...trustFiles(admin.trust),
      ...credentialFiles(admin, `${folder}/credential`),
      [`${FILES}/setup.sh`]: asset(__dirname, "app/setup.sh"),
      [`${folder}/requests`]: requests.map(({ path }, i) => `PUT ${path} ${i}.json\n`).join(""),
      ...bodies,
    },
    user: admin.engine === "elasticsearch" ? ELASTICSEARCH_USER : OPENSEARCH_USER,
    writable: ["/tmp"],
    resources: { cpu: 0.5, memoryMiB: 64 },
    uses: [admin],
    rerunOn: [],
    timeoutSeconds: 180,
  };
}

/** How curl shows who it is, in a file of options: never an argument. */
function credentialFiles(admin: SearchAdmin, options: FilePath): Record<FilePath, TextValue> {
  if (admin.engine === "elasticsearch") return { [options]: elasticsearchCredential(admin.login) };
  const at = clientTls(admin.server);
  return { ...clientTlsFiles(admin), [options]: `cert = "${at.certificate}"\nkey = "${at.key}"\n` };
}
