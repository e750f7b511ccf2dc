import { at, isUnknown, items, text, texts, type Value } from "../../../../policies/core/value";
import { documentOf } from "../../../../policies/models/iam";
import { word } from "../exposure/model";
import { gatewayHosts } from "../gateway";
import { jsonOf, type Told, toldOf } from "../texts";
import type { View } from "../view";
import { noRights, type Right, type Rights, type System, together } from "./model";

/**
 * Rights that the platform's own services give: as far as their set-up jobs and configurations say them in plain text.
 * Redis keeps its users in a secret file, MLflow, Grafana and Label Studio keep theirs in databases: those are not here.
 */
export const platformRights = (view: View): Rights => {
  const told = toldOf(view);
  return together([
    { ...noRights, given: peopleAtTheGateway(view) },
    ...told.map(ofMinio),
    ...told.map((one) => ({ ...noRights, given: [...ofPostgres(one), ...ofDoor(one)] })),
    ...told.map(ofSearch),
    ...told.map(ofWeaviate),
    { ...noRights, given: cacheUsers(view) },
  ]);
};

const right = (system: System, who: string, may: string, on: string): Right => ({
  system,
  who,
  may,
  on,
  when: "",
});

/** People, by their login at the gateway; where it asks for none, everybody who gets there. */
const peopleAtTheGateway = (view: View): Right[] =>
  gatewayHosts(view).flatMap(({ host, logins, otherwise }) =>
    logins.length > 0
      ? logins.map((login) => right("gateway", login, "open pages", host))
      : [right("gateway", "everybody", `open pages with ${otherwise}`, host)],
  );

/** A job that makes a user of MinIO, with an IAM document. */
function ofMinio({ env, files, workload }: Told): Rights {
  const policy = files.get("policy.json");
  if (policy === undefined || !env.has("CLIENT")) return noRights;
  const who = word(env.get("CLIENT"));
  const { statements, unread } = documentOf(policy, "policy.json");
  return {
    given: statements.flatMap(({ actions, resources }) =>
      actions.flatMap((action) =>
        orServer(resources).map((on) => right("minio", who, word(action), word(on))),
      ),
    ),
    denied: [],
    unread: unread.map((path) => `${path} of ${workload} cannot be read`),
  };
}

/** What names no resource is about the server itself. */
const orServer = (resources: readonly Value[]): readonly Value[] =>
  resources.length === 0 ? ["the server"] : resources;

/** A job that makes roles of PostgreSQL: its variables say which, and its script, what each may do. */
function ofPostgres({ env, files }: Told): Right[] {
  const named = (key: string): string | undefined => {
    const value = env.get(key);
    return value === undefined || value === "" ? undefined : word(value);
  };
  const may = (who: string | undefined, what: string, on: string): Right[] =>
    who === undefined ? [] : [right("postgres", who, what, on)];
  const database = named("DATABASE") ?? "";
  const databases = (named("DATABASES") ?? "").split(" ").filter((one) => one !== "");
  if (files.has("database.sh"))
    return [
      ...may(named("DATABASE"), "own", `database ${database}`),
      ...may(named("READER"), "connect, and read what the owner shows", `database ${database}`),
    ];
  if (files.has("monitor.sh"))
    return [
      ...may(named("MONITOR"), "read statistics", "the server"),
      ...databases.flatMap((one) => may(named("MONITOR"), "read every row", `database ${one}`)),
    ];
  return files.has("backup-role.sh") ? may(named("BACKUP"), "read every row", "every database") : [];
}

/** The job that makes roles of Elasticsearch or OpenSearch: requests, and their bodies. */
function ofSearch({ files, workload }: Told): Rights {
  const requests = files.get("setup/requests");
  if (requests === undefined) return noRights;
  const list = (text(requests) ?? "").split("\n").flatMap((line): { role: string; body: Value }[] => {
    const [, role, body] = /^PUT \S*\/(?:role|roles)\/(\S+) (\S+)$/.exec(line) ?? [];
    return role === undefined || body === undefined
      ? []
      : [{ role, body: jsonOf(files.get(`setup/${body}`)) }];
  });
  const given = list.flatMap(({ role, body }) => {
    const cluster = [...texts(at(body, "cluster")), ...texts(at(body, "cluster_permissions"))];
    const indices: readonly Value[] = [
      ...items(at(body, "indices")),
      ...items(at(body, "index_permissions")),
    ];
    return [
      ...cluster.map((may) => right("elasticsearch", role, may, "the cluster")),
      ...indices.flatMap((one) =>
        [...texts(at(one, "names")), ...texts(at(one, "index_patterns"))].flatMap((index) =>
          [...texts(at(one, "privileges")), ...texts(at(one, "allowed_actions"))].map((may) =>
            right("elasticsearch", role, may, `index ${index}`),
          ),
        ),
      ),
    ];
  });
  const unread = list
    .filter(({ body }) => body === undefined)
    .map(({ role }) => `role ${role} of ${workload} cannot be read`);
  return { given, denied: [], unread: isUnknown(requests) ? [`requests of ${workload}`] : unread };
}

/** The job that makes roles of Weaviate. */
function ofWeaviate({ files }: Told): Rights {
  const setup = jsonOf(files.get("setup.json"));
  const given = items(at(setup, "clients")).flatMap((client) =>
    items(at(client, "permissions")).map((permission) => {
      const on = at(permission, "collections", "collection") ?? at(permission, "data", "collection");
      return right(
        "weaviate",
        word(at(client, "name")),
        word(at(permission, "action")),
        `collection ${word(on)}`,
      );
    }),
  );
  return { ...noRights, given };
}

/** A door in front of a server without logins: methods and paths by client. */
const ofDoor = ({ files, workload }: Told): Right[] =>
  items(at(jsonOf(files.get("door.json")), "fronts")).flatMap((front) =>
    items(at(front, "clients")).flatMap((client) =>
      items(at(client, "allow")).flatMap((allow) =>
        texts(at(allow, "paths")).flatMap((path) =>
          texts(at(allow, "methods")).map((method) =>
            right("door", `${workload}: ${word(at(client, "name"))}`, method, path),
          ),
        ),
      ),
    ),
  );

/** Users of ElastiCache, whose rights are one text in Redis' own words. */
const cacheUsers = (view: View): Right[] =>
  view.of("aws:elasticache/user:User").map(({ props }) => {
    const rights: Value = props["accessString"];
    return right("elasticache", word(props["userName"]), word(rights), "the cache");
  });
