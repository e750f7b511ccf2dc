import type { IncomingHttpHeaders } from "node:http";
import http from "node:http";
import https from "node:https";
import { text } from "node:stream/consumers";

/** An answer, read to its end. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Where the gateway is, and whom to trust. */
export interface Door {
  readonly address: string;
  readonly port: number;
  readonly ca: string;
}

/** What to ask. */
export interface Ask {
  readonly host: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Name and password for basic authentication. */
  readonly login?: string;
  readonly body?: string;
  readonly publicPort?: number;
}

/** The options of a request that dials the gateway's address but asks for a host by name. */
export function optionsOf(door: Door, ask: Ask): https.RequestOptions {
  return {
    host: door.address,
    port: door.port,
    ca: door.ca,
    servername: ask.host,
    method: ask.method ?? "GET",
    path: ask.path ?? "/",
    headers: { Host: `${ask.host}:${ask.publicPort ?? 8443}`, ...ask.headers },
    ...(ask.login === undefined ? {} : { auth: ask.login }),
    agent: false,
  };
}

/** Asks over https, certificate and name verified. */
export function get(door: Door, ask: Ask): Promise<Reply> {
  return finish(https.request(optionsOf(door, ask)), ask.body);
}

/** Asks over plain http. */
export function getPlain(door: Omit<Door, "ca">, ask: Ask): Promise<Reply> {
  return finish(http.request(optionsOf({ ...door, ca: "" }, ask)), ask.body);
}

/** Sends the body, waits for the answer. */
export async function finish(request: http.ClientRequest, body?: string): Promise<Reply> {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.on("response", resolve);
    request.on("error", reject);
    request.end(body);
  });
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}
