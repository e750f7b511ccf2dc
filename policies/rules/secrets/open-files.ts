import { keysOf } from "../../models/settings";

/** A file by which a program is told to let everybody in. */
export interface OpenFile {
  readonly service: string;
  /** Its name, by which everybody calls it. */
  readonly file: RegExp;
  /** Whether what it says lets everybody in. */
  readonly opens: (content: string) => boolean;
}

const YES = /^(true|1|yes|on|enabled)$/i;
const NO = /^(false|0|no|off|disabled)$/i;

/** Whether a key of a file, with its section or the keys above it, has such a value. */
const says =
  (key: string, value: RegExp) =>
  (content: string): boolean =>
    keysOf(content).some(([name, found]) => name === key && value.test(found));

const any =
  (...tests: readonly ((content: string) => boolean)[]) =>
  (content: string): boolean =>
    tests.some((test) => test(content));

/** What MinIO's client is told to open a bucket to everybody. */
export const PUBLIC_BUCKET = /\bmc\s+(?:-\S+\s+)*(anonymous|policy)\s+set\s+(public|download|upload)\b/;

const lines = (content: string): readonly string[] =>
  content.split("\n").map((line) => line.replace(/#.*$/, "").trim());

/** A line of pg_hba.conf that asks nobody from another machine for a password. */
function trusts(line: string): boolean {
  const [kind = "", , , address = "", ...method] = line.split(/\s+/);
  return (
    kind.startsWith("host") &&
    !/^(127\.|::1|localhost$|samehost$)/.test(address) &&
    method.slice(0, 2).includes("trust")
  );
}

/** A user of Redis's own list, who is on and has no password after all that its line says. */
function needsNoPassword(line: string): boolean {
  const [user, , ...words] = line.split(/\s+/);
  if (user !== "user") return false;
  let [on, free] = [false, false];
  for (const word of words) {
    if (word === "on" || word === "off") on = word === "on";
    if (word === "nopass") free = true;
    else if (word === "resetpass" || word === "reset" || word.startsWith(">")) free = false;
  }
  return on && free;
}

/** Redis answers everybody, and asks nobody. Without a password it answers its own machine alone, until it is told otherwise. */
const unprotected = (content: string): boolean =>
  says("protected-mode", NO)(content) &&
  !keysOf(content).some(([key, value]) => /^(requirepass|aclfile|user|include)$/.test(key) && value !== '""');

/** An empty token switches the login off, unless there is a password. */
const withoutToken = (content: string): boolean =>
  /\b(ServerApp|NotebookApp)\.allow_unauthenticated_access\s*=\s*True\b/.test(content) ||
  (/\.token\s*=\s*b?(''|"")\s*(#|$)|"token"\s*:\s*""/m.test(content) &&
    !/\b(hashed_)?password"?\s*[=:]\s*["'][^"']/.test(content));

/** Files without which a login is asked for. */
export const openFiles: readonly OpenFile[] = [
  { service: "PostgreSQL", file: /(^|\/)pg_hba\.conf$/, opens: (content) => lines(content).some(trusts) },
  {
    service: "Redis",
    file: /(^|\/)[\w.-]*(\.acl|(redis|valkey|keydb)[\w.-]*\.conf)$/,
    opens: any((content) => lines(content).some(needsNoPassword), unprotected),
  },
  {
    service: "Grafana",
    file: /(^|\/)(grafana|custom|defaults)\.ini$/,
    opens: says("auth.anonymous.enabled", YES),
  },
  {
    service: "MLflow",
    // Without a word every login may read everything.
    file: /(^|\/)(basic_)?auth\.ini$/,
    opens: (content) =>
      /^\s*\[mlflow\]/m.test(content) && !says("mlflow.default_permission", /^NO_PERMISSIONS$/)(content),
  },
  { service: "Jupyter", file: /(^|\/)jupyter_(\w+_)?config\.(py|json)$/, opens: withoutToken },
  {
    service: "Elasticsearch",
    file: /(^|\/)elasticsearch\.yml$/,
    opens: any(says("xpack.security.enabled", NO), says("xpack.security.authc.anonymous.roles", /\S/)),
  },
  {
    service: "OpenSearch",
    file: /(^|\/)(opensearch|opensearch-security\/config)\.yml$/,
    opens: any(
      says("plugins.security.disabled", YES),
      says("config.dynamic.http.anonymous_auth_enabled", YES),
    ),
  },
  {
    service: "Weaviate",
    file: /(^|\/)weaviate[\w.-]*\.(ya?ml|json)$/,
    opens: says("authentication.anonymous_access.enabled", YES),
  },
  { service: "MongoDB", file: /(^|\/)mongod?\.conf$/, opens: says("security.authorization", NO) },
  { service: "Traefik", file: /(^|\/)traefik\.ya?ml$/, opens: says("api.insecure", YES) },
  { service: "code-server", file: /(^|\/)code-server[\w./-]*\.ya?ml$/, opens: says("auth", /^none$/) },
  { service: "Airflow", file: /(^|\/)airflow\.cfg$/, opens: says("api.auth_backends", /backend\.default$/) },
  {
    service: "kubelet",
    file: /(^|\/)kubelet[\w.-]*$/,
    opens: says("authentication.anonymous.enabled", YES),
  },
  { service: "a bucket of MinIO", file: /\.sh$/, opens: (content) => PUBLIC_BUCKET.test(content) },
];
