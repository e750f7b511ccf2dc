import type { TlsTrust } from "../../core/connection";
import type { Debug } from "../../core/debug";
import { type GeneratedLogin, type Leaf, serverTlsFiles, TLS } from "../../core/foundation";
import { Sensitive } from "../../core/values";
import { FILES, type WorkloadSpec } from "../../core/workload";

/** `https` is the REST and GraphQL API; `grpc` is what clients write and search vectors by. */
export type WeaviatePort = "https" | "grpc" | "metrics";

/** What the door opens to others. */
const PORTS: Readonly<Record<WeaviatePort, number>> = { https: 8443, grpc: 50051, metrics: 2113 };

/** Where Weaviate itself listens, on the loopback address. Its parts speak to each other on ports that nobody else has. */
const INSIDE = { rest: 8080, grpc: 50052, metrics: 2112 } as const;

/** Name of the one node. It is written into the data, so it must never change. */
const NODE = "weaviate";

/** uid and gid in our image. */
export const WEAVIATE_USER = { uid: 10006, gid: 10006 };

/** What a Weaviate server needs. */
export interface WeaviateSpecArgs extends Debug {
  readonly leaf: Leaf;
  readonly trust: TlsTrust;
  readonly listen: Readonly<Record<WeaviatePort, readonly string[]>>;
  /** May do everything; for set-up jobs. Its password is its API key, as everybody's here. */
  readonly root: GeneratedLogin;
  /** May do what the roles say that a set-up job gives them. */
  readonly clients: readonly GeneratedLogin[];
  /** Login with which Prometheus scrapes. */
  readonly scrape: GeneratedLogin;
}

/**
 * Weaviate on one node: an API key per client, roles, no anonymous access. It runs behind a door (images/door), which speaks
 * TLS for its three ports and asks for a password where it has none, at its metrics.
 */
export function weaviateSpec(args: WeaviateSpecArgs): WorkloadSpec<WeaviatePort> {
  return {
    image: "weaviate",
    command: ["door", `${FILES}/door.json`],
    files: {
      ...serverTlsFiles(args.leaf, args.trust),
      [`${FILES}/door.json`]: JSON.stringify(doorConfiguration(args), undefined, 2),
      [`${FILES}/secrets/api-keys`]: Sensitive.format(
        (...keys) => keys.join(","),
        ...users(args).map(({ password }) => password),
      ),
      [`${FILES}/secrets/prometheus.bcrypt`]: args.scrape.bcryptHash,
    },
    ports: {
      https: { number: PORTS.https },
      grpc: { number: PORTS.grpc },
      metrics: { number: PORTS.metrics },
    },
    volumes: { data: { mountPath: "/var/lib/weaviate", onDown: "keep", sizeGiB: 20 } },
    ready: {
      command: ["door", "check", `${FILES}/door.json`],
      intervalSeconds: 5,
      timeoutSeconds: 5,
      failures: 6,
      startSeconds: 90,
    },
    user: WEAVIATE_USER,
    writable: ["/tmp"],
    resources: { cpu: 1, memoryMiB: 1024 },
    stopGraceSeconds: 60,
    uses: [],
  };
}

/** Everybody who has an API key. Weaviate takes names and keys as two lists in the same order. */
const users = ({ root, clients }: WeaviateSpecArgs): readonly GeneratedLogin[] => [root, ...clients];

function doorConfiguration(args: WeaviateSpecArgs): object {
  const front = (port: WeaviatePort, upstream: number) => ({
    name: port,
    listen: args.listen[port].map((address) => `${address}:${PORTS[port]}`),
    certificate: TLS.certificate,
    key: TLS.key,
    upstream: `http://127.0.0.1:${upstream}`,
  });
  return {
    child: {
      command: ["weaviate", "--scheme=http", "--host=127.0.0.1", `--port=${INSIDE.rest}`],
      environment: environment(args),
      environmentFiles: { AUTHENTICATION_APIKEY_ALLOWED_KEYS: `${FILES}/secrets/api-keys` },
      graceSeconds: 40,
    },
    fronts: [
      { ...front("https", INSIDE.rest), ready: "/v1/.well-known/ready", authentication: "upstream" },
      { ...front("grpc", INSIDE.grpc), protocol: "grpc", authentication: "upstream" },
      {
        ...front("metrics", INSIDE.metrics),
        ready: "/metrics",
        clients: [
          {
            name: args.scrape.username,
            scheme: "basic",
            hashFile: `${FILES}/secrets/prometheus.bcrypt`,
            allow: [{ methods: ["GET"], paths: ["/metrics"] }],
          },
        ],
      },
    ],
  };
}

/** Weaviate's settings: docs.weaviate.io, "Environment variables". */
function environment(args: WeaviateSpecArgs): Record<string, string> {
  return {
    AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED: "false",
    AUTHENTICATION_APIKEY_ENABLED: "true",
    AUTHENTICATION_APIKEY_USERS: users(args)
      .map(({ username }) => username)
      .join(","),
    AUTHORIZATION_RBAC_ENABLED: "true",
    AUTHORIZATION_RBAC_ROOT_USERS: args.root.username,
    // A misspelt name is an error and not a new collection.
    AUTOSCHEMA_ENABLED: "false",
    DEFAULT_VECTORIZER_MODULE: "none",
    PERSISTENCE_DATA_PATH: "/var/lib/weaviate",
    GRPC_PORT: String(INSIDE.grpc),
    // One node that speaks to itself: gossip, data and Raft stay on the loopback address.
    CLUSTER_HOSTNAME: NODE,
    CLUSTER_BIND_ADDR: "127.0.0.1",
    CLUSTER_ADVERTISE_ADDR: "127.0.0.1",
    RAFT_JOIN: NODE,
    RAFT_BOOTSTRAP_EXPECT: "1",
    // Keeps to the container's memory and processor limits.
    LIMIT_RESOURCES: "true",
    PROMETHEUS_MONITORING_ENABLED: "true",
    PROMETHEUS_MONITORING_PORT: String(INSIDE.metrics),
    GO_PROFILING_DISABLE: "true",
    DISABLE_TELEMETRY: "true",
    LOG_FORMAT: "json",
    LOG_LEVEL: args.debug ? "debug" : "info",
  };
}
