import type { Connection, HttpsConnection, MutualTlsConnection, TlsTrust } from "../../core/connection";
import { type GeneratedLogin, type Leaf, TLS } from "../../core/foundation";
import type { Probe } from "../../core/workload";

/**
 * What runs under the name `elasticsearch`. The security of Elasticsearch itself is published in its image only; OpenSearch,
 * which has the same API for documents, searches and templates, can be assembled from package registries with its own.
 */
export type SearchEngine = "elasticsearch" | "opensearch";

/** The number under which both listen, and the one of the protocol between nodes, which stays on the loopback address. */
export const PORT = 9200;
export const TRANSPORT_PORT = 9300;

/** What one client may do: anything with the indices that match, and nothing with any other. */
export interface IndexRights {
  /** Index patterns, such as `datasets-*`. */
  readonly patterns: readonly string[];
}

/** What a client needs to know: which of the two it talks to, and which indices are its own. */
export interface ElasticsearchConnection extends HttpsConnection {
  readonly login: GeneratedLogin;
  readonly engine: SearchEngine;
  readonly patterns: readonly string[];
}

/** The set-up job's connection: a login that Elasticsearch reads from a file, or the certificate by which OpenSearch knows it. */
export type SearchAdmin =
  | (HttpsConnection & { readonly engine: "elasticsearch"; readonly login: GeneratedLogin })
  | (MutualTlsConnection & { readonly engine: "opensearch" });

/** What a server of either kind needs. */
export interface ServerArgs {
  readonly leaf: Leaf;
  readonly trust: TlsTrust;
  readonly listen: readonly string[];
  readonly memoryMiB: number;
}

/** Settings that both know by the same name. Lists are written as one text, which both read as such. */
export function commonSettings(listen: readonly string[]): Record<string, string | number | boolean> {
  return {
    "cluster.name": "semblance",
    "node.name": "elasticsearch",
    "discovery.type": "single-node",
    "transport.host": "127.0.0.1",
    "transport.port": TRANSPORT_PORT,
    "http.host": listen.includes("0.0.0.0") ? "0.0.0.0" : [...listen, "127.0.0.1"].join(","),
    "http.port": PORT,
    // `DELETE /*` is refused, also to who may delete every index by its name.
    "action.destructive_requires_name": true,
    // The defaults are shares of the disk, and a laptop's is nearly full with gigabytes left.
    "cluster.routing.allocation.disk.watermark.low": "4gb",
    "cluster.routing.allocation.disk.watermark.high": "2gb",
    "cluster.routing.allocation.disk.watermark.flood_stage": "1gb",
  };
}

/** Options of Java: half of the memory is the heap's, a quarter at most its buffers'; the rest is for code and threads. */
export function heapOptions(memoryMiB: number): string {
  const heap = Math.floor(memoryMiB / 2);
  return `-Xms${heap}m -Xmx${heap}m -XX:MaxDirectMemorySize=${Math.floor(heap / 2)}m`;
}

/** Ready when that page of its own gives that status, over TLS. No secret is needed for either page. */
export function answers(path: string, status: number): Probe {
  const asked = `curl --silent --ipv4 --output /dev/null --write-out '%{http_code}' --max-time 5 --cacert ${TLS.ca} https://localhost:${PORT}${path}`;
  return {
    command: ["sh", "-c", `test "$(${asked})" = ${status}`],
    intervalSeconds: 5,
    timeoutSeconds: 8,
    failures: 12,
    startSeconds: 120,
  };
}

/** Where clients dial it. */
export const urlOf = ({ address }: Connection): string => `https://${address.host}:${address.port}`;
