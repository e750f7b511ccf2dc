import { existsSync, readFileSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
// Its KubeConfig class needs Node.js 22 (undici 8); these two parts of it do not.
import {
  newClusters,
  newContexts,
  newUsers,
  type Cluster,
  type Context,
  type User,
} from "@kubernetes/client-node/dist/config_types";
import { ExecAuth } from "@kubernetes/client-node/dist/exec_auth";
import { load } from "js-yaml";
import { UserError } from "../../../errors";
import { isProps, type Props, type Value } from "../../base/value";

/** What of the provider's configuration says which API server is meant, and as whom. */
export interface Choice {
  /** A kubeconfig's path or its content. Default: $KUBECONFIG, then ~/.kube/config. */
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly cluster?: string;
}

/** One API server, and how to be let in. */
export interface Access {
  readonly server: string;
  /** The context's namespace. */
  readonly namespace: string | undefined;
  /** TLS material and headers, asked for before each request: credentials of a program expire. */
  options(): Promise<RequestOptions>;
}

interface KubeConfig {
  readonly clusters: readonly Cluster[];
  readonly users: readonly User[];
  readonly contexts: readonly Context[];
  readonly current: string | undefined;
}

/** Reads the kubeconfig and picks context, cluster and user. Dials nothing. */
export function accessOf(choice: Choice): Access {
  const config = readConfig(choice.kubeconfig);
  const wanted = choice.context || config.current;
  const context = config.contexts.find(({ name }) => name === wanted);
  if (wanted !== undefined && context === undefined) {
    throw missing("context", wanted, config.contexts);
  }
  const clusterName = choice.cluster || context?.cluster;
  const cluster = config.clusters.find(({ name }) => name === clusterName);
  if (cluster === undefined) throw missing("cluster", clusterName ?? "(none)", config.clusters);
  if (cluster.proxyUrl !== undefined) {
    throw new UserError(
      `kubeconfig: cluster "${cluster.name}" is behind a proxy (proxy-url), which this project's kubernetes provider for closed networks does not speak to`,
      "use the official plugin (SEMBLANCE_PLUGINS=official), or a network that reaches the server directly",
    );
  }
  const user = config.users.find(({ name }) => name === context?.user);
  const exec = new ExecAuth();
  return {
    server: cluster.server,
    namespace: context?.namespace,
    options: async () => {
      const options = { ...tlsOf(cluster, user), headers: headersOf(user) };
      if (user && exec.isAuthProvider(user)) await exec.applyAuthentication(user, options);
      return options;
    },
  };
}

function tlsOf(cluster: Cluster, user: User | undefined): RequestOptions {
  const material = {
    ca: material64(cluster.caData, cluster.caFile),
    cert: material64(user?.certData, user?.certFile),
    key: material64(user?.keyData, user?.keyFile),
    servername: cluster.tlsServerName,
  };
  const given = Object.entries(material).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), rejectUnauthorized: !cluster.skipTLSVerify };
}

function material64(data: string | undefined, file: string | undefined): string | undefined {
  if (data) return Buffer.from(data, "base64").toString();
  return file ? readFileSync(file, "utf8") : undefined;
}

function headersOf(user: User | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  if (user?.token) headers["Authorization"] = `Bearer ${user.token}`;
  else if (user?.username)
    headers["Authorization"] =
      `Basic ${Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64")}`;
  if (user?.impersonateUser) headers["Impersonate-User"] = user.impersonateUser;
  return headers;
}

function readConfig(pathOrContent: string | undefined): KubeConfig {
  if (pathOrContent && !isPath(pathOrContent)) return parse(pathOrContent, process.cwd(), "kubeconfig");
  const paths = pathOrContent
    ? [expand(pathOrContent)]
    : (process.env["KUBECONFIG"] || join(homedir(), ".kube", "config")).split(delimiter).filter(Boolean);
  const found = paths.filter((path) => existsSync(path));
  if (found.length === 0) {
    throw new UserError(
      `kubernetes provider: no kubeconfig at ${paths.join(" or ")}`,
      "pulumi config set --path kubernetes:kubeconfig <path>, or export KUBECONFIG=<path>",
    );
  }
  const parts = found.map((path) => parse(readFileSync(path, "utf8"), dirname(resolve(path)), path));
  return {
    clusters: parts.flatMap(({ clusters }) => clusters),
    users: parts.flatMap(({ users }) => users),
    contexts: parts.flatMap(({ contexts }) => contexts),
    current: parts.map(({ current }) => current).find((name) => name !== undefined),
  };
}

/** The content has lines or braces; a path has neither. */
function isPath(text: string): boolean {
  return !/[\n{]/.test(text);
}

function expand(path: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
}

function parse(text: string, folder: string, origin: string): KubeConfig {
  const raw = load(text) as Value;
  if (!isProps(raw)) throw new UserError(`${origin} is no kubeconfig`, "kubectl config view --raw --flatten");
  const current = raw["current-context"];
  return {
    clusters: newClusters(withPaths(raw["clusters"], "cluster", ["certificate-authority"], folder)),
    users: newUsers(
      withPaths(raw["users"], "user", ["client-certificate", "client-key", "tokenFile"], folder),
    ),
    contexts: newContexts(raw["contexts"] ?? []),
    current: typeof current === "string" && current !== "" ? current : undefined,
  };
}

/** Files are named relative to the kubeconfig that names them. */
function withPaths(
  entries: Value | undefined,
  part: string,
  keys: readonly string[],
  folder: string,
): Props[] {
  if (!Array.isArray(entries)) return [];
  return entries.filter(isProps).map((entry) => {
    const inner = entry[part];
    if (!isProps(inner)) return entry;
    const absolute = keys.flatMap((key) => {
      const path = inner[key];
      return typeof path === "string" ? [[key, resolve(folder, path)] as const] : [];
    });
    return { ...entry, [part]: { ...inner, ...Object.fromEntries(absolute) } };
  });
}

function missing(what: string, name: string, there: readonly { readonly name: string }[]): UserError {
  const names = there.map((each) => each.name).join(", ") || "none";
  return new UserError(
    `kubeconfig: there is no ${what} "${name}"; it has ${names}`,
    `pulumi config set kubernetes:context <one of: ${names}>`,
  );
}
