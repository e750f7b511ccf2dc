import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { AnyConnection, Connection, RedisConnection, TlsTrust } from "../core/connection";
import { type Debug, debugOf } from "../core/debug";
import { type Foundation, type GeneratedLogin, type Leaf, serverTlsFiles, TLS } from "../core/foundation";
import { Sensitive } from "../core/values";
import { FILES, type WorkloadSpec } from "../core/workload";

export type RedisPort = "redis";

const PORT = 6379;

/**
 * Nobody logs in as it. Its rights are those of Redis' own reading of the append-only file at a start, though: without them
 * every transaction in the file is dropped, and with it the queue.
 */
const DEFAULT_USER = "user default off resetpass ~* &* +@all";

/** What one client may do. The words are those of Redis' own ACL language. */
export interface RedisRights {
  /** Patterns of keys, such as `rq:*`. */
  readonly keys: readonly string[];
  /** Patterns of channels. @default none */
  readonly channels?: readonly string[];
  /** Commands and categories, such as `+@read` or `-flushall`. */
  readonly commands: readonly string[];
  /** Keys may be read but not written. @default false */
  readonly readOnly?: boolean;
}

/** A client, and what it may do. */
export interface RedisUser {
  readonly login: GeneratedLogin;
  readonly rights: RedisRights;
}

/** What a Redis server needs. */
export interface RedisSpecArgs extends Debug {
  readonly leaf: Leaf;
  readonly trust: TlsTrust;
  readonly users: readonly RedisUser[];
  /** User of the health check, which may say PING and nothing else. */
  readonly probe: GeneratedLogin;
}

/** Redis 8 that speaks TLS only, knows its users from an ACL file, and writes every change to its append-only file. */
export function redisSpec(args: RedisSpecArgs): WorkloadSpec<RedisPort> {
  const users = [...args.users, { login: args.probe, rights: { keys: [], commands: ["+ping"] } }];
  return {
    image: "redis",
    command: ["redis-server", `${FILES}/redis.conf`],
    files: {
      ...serverTlsFiles(args.leaf, args.trust),
      [`${FILES}/redis.conf`]: configuration(args),
      [`${FILES}/users.acl`]: Sensitive.format(
        (...userLines) => [DEFAULT_USER, ...userLines, ""].join("\n"),
        ...users.map(({ login, rights }) =>
          login.password.map((password) => aclLine(login.username, password, rights)),
        ),
      ),
      [`${FILES}/secrets/probe-password`]: args.probe.password,
    },
    ports: { redis: { number: PORT } },
    volumes: { data: { mountPath: "/data", onDown: "keep", sizeGiB: 5 } },
    ready: {
      // redis-cli exits with 0 on an error reply, so the reply itself is asked for.
      command: [
        "sh",
        "-c",
        `REDISCLI_AUTH="$(cat ${FILES}/secrets/probe-password)" redis-cli --no-auth-warning --user ${args.probe.username} ` +
          `--tls --cacert ${TLS.ca} -h 127.0.0.1 -p ${PORT} ping | grep -qx PONG`,
      ],
      intervalSeconds: 3,
      timeoutSeconds: 5,
      failures: 10,
      startSeconds: 30,
    },
    user: { uid: 999, gid: 1000 },
    writable: ["/tmp"],
    resources: { cpu: 1, memoryMiB: 256 },
    uses: [],
  };
}

function configuration({ debug = false }: Debug): string {
  const settings = {
    port: "0",
    "tls-port": String(PORT),
    "tls-cert-file": TLS.certificate,
    "tls-key-file": TLS.key,
    "tls-ca-cert-file": TLS.ca,
    // Clients show who they are by their ACL user; a client certificate is not asked for.
    "tls-auth-clients": "no",
    "tls-protocols": '"TLSv1.2 TLSv1.3"',
    bind: "0.0.0.0",
    "protected-mode": "no",
    aclfile: `${FILES}/users.acl`,
    dir: "/data",
    appendonly: "yes",
    appendfsync: "everysec",
    save: '""',
    // Jobs and sessions must not be evicted; a full memory is an error that the client sees and an alert tells.
    maxmemory: "160mb",
    "maxmemory-policy": "noeviction",
    ...(debug ? { loglevel: "debug" } : {}),
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key} ${value}\n`)
    .join("");
}

/** One line of the ACL file. It holds the password's hash, which is all that Redis wants to know. */
export function aclLine(username: string, password: string, rights: RedisRights): string {
  const hash = createHash("sha256").update(password).digest("hex");
  return ["user", username, "on", `#${hash}`, "resetkeys", ...wordsOf(rights)].join(" ");
}

/** Rights in the words of an ACL line, for a user that has no keys yet. */
export function wordsOf(rights: RedisRights): readonly string[] {
  const keys = rights.keys.map((pattern) => `${rights.readOnly ? "%R~" : "~"}${pattern}`);
  const channels = (rights.channels ?? []).map((pattern) => `&${pattern}`);
  return [...keys, "resetchannels", ...channels, "-@all", ...rights.commands];
}

/** Args of `Redis`: its clients by name, since the server must know them when it starts. */
export interface RedisArgs<C extends string> {
  readonly clients: Readonly<Record<C, RedisRights>>;
}

/** Redis, or what the platform buys in its place, with one user per client. */
export class Redis<C extends string> extends pulumi.ComponentResource {
  private readonly server: AnyConnection;
  private readonly users: ReadonlyMap<string, RedisUser>;

  constructor(
    name: string,
    foundation: Foundation,
    args: RedisArgs<C>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:Redis", name, {}, opts);
    const { platform, secrets } = foundation;
    this.users = new Map(
      Object.entries<RedisRights>(args.clients).map(([client, rights]) => [
        client,
        { login: secrets.login("redis", client, client), rights },
      ]),
    );
    const bought = platform.managed?.redis;
    this.server =
      bought?.server(
        Object.fromEntries(
          [...this.users].map(([client, { login, rights }]) => [client, { login, rights: wordsOf(rights) }]),
        ),
      ) ?? this.run(foundation);
    this.registerOutputs({});
  }

  /** The connection of a client that `clients` names. */
  connection(client: C): RedisConnection {
    const user = this.users.get(client);
    if (user === undefined) throw new Error(`redis has no client ${client}`);
    return { ...this.server, login: user.login, keyPatterns: user.rights.keys };
  }

  /** Runs the server here. */
  private run(foundation: Foundation): Connection {
    const { platform, certificates, secrets } = foundation;
    const spec = redisSpec({
      ...debugOf(foundation, "redis"),
      leaf: certificates.issue("redis", platform.namesOf("redis")),
      trust: certificates.trust,
      users: [...this.users.values()],
      probe: secrets.login("redis", "probe", "probe"),
    });
    const server = platform.run("redis", spec, this);
    return {
      server: "redis",
      port: "redis",
      address: server.address("redis"),
      trust: certificates.trust,
      readyWhen: server.readyWhen,
    };
  }
}
