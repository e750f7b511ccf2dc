import { readFileSync } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import { UserError } from "../../errors";
import { present } from "./shape";

/** How the engine is reached: the provider's configuration. */
export interface ClientConfig {
  readonly host?: string;
  readonly caMaterial?: string;
  readonly certMaterial?: string;
  readonly keyMaterial?: string;
  readonly certPath?: string;
}

const DEFAULT_HOST = "unix:///var/run/docker.sock";

/** A client for the engine at `host`; it connects at the first call. */
export function connect(config: ClientConfig): Docker {
  const host = config.host || process.env["DOCKER_HOST"] || DEFAULT_HOST;
  if (host.startsWith("unix://")) return new Docker({ socketPath: host.slice("unix://".length) });
  const address = URL.canParse(host) ? new URL(host) : undefined;
  if (address === undefined || !["tcp:", "http:", "https:"].includes(address.protocol)) {
    throw new UserError(
      `docker provider: host is "${host}"; this provider takes unix:///path and tcp://host:port`,
      `pulumi config set docker:host ${DEFAULT_HOST}`,
    );
  }
  const tls = tlsMaterial(config);
  const secure = tls !== undefined || address.protocol === "https:";
  const port = Number(address.port || (secure ? 2376 : 2375));
  return new Docker({ host: address.hostname, port, protocol: secure ? "https" : "http", ...tls });
}

function tlsMaterial(config: ClientConfig): { ca?: string; cert?: string; key?: string } | undefined {
  const { caMaterial: ca, certMaterial: cert, keyMaterial: key, certPath } = config;
  if (certPath) {
    const read = (file: string) => readFileSync(join(certPath, file), "utf8");
    return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
  }
  return ca || cert || key ? present({ ca, cert, key }) : undefined;
}

/** The HTTP status of the engine's refusal, when the error is one. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("statusCode" in error)) return undefined;
  return typeof error.statusCode === "number" ? error.statusCode : undefined;
}

/** The engine's own words, without the client's "(HTTP code 404) …" around them. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? String(error.code) : "";
  if (["ENOENT", "ECONNREFUSED", "EACCES"].includes(code)) {
    return `the Docker engine does not answer (${error.message}); is it running? Try: docker info`;
  }
  const inner = "json" in error && typeof error.json === "object" ? error.json : undefined;
  const message = inner !== null && inner !== undefined && "message" in inner ? inner.message : undefined;
  return typeof message === "string"
    ? message
    : error.message.replace(/^\(HTTP code \d+\)[^-]*- /, "").trim();
}

/** The answer, or undefined where the engine knows no such thing. */
export async function found<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}
