import { createHash, X509Certificate } from "node:crypto";
import { type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from "node:http";
import { request } from "node:https";
import type { LookupFunction } from "node:net";
import { connect } from "node:tls";
import { readAll } from "./engine";

/** Names below `localhost` lead to this machine, as browsers and RFC 6761 have it; Node.js asks the resolver, which may not know. */
export const toLoopback: LookupFunction = (_name, options, done) => {
  if (options.all === true) done(null, [{ address: "127.0.0.1", family: 4 }]);
  else done(null, "127.0.0.1", 4);
};

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Question {
  readonly ca: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly login?: { readonly username: string; readonly password: string };
  readonly body?: string | Buffer;
  /** Newest version of TLS to offer. */
  readonly maxVersion?: "TLSv1.1";
}

/** Asks the gateway, with the certificate verified against the stack's authority. */
export async function fetchFrom(url: URL | string, question: Question): Promise<Answer> {
  const { username, password } = question.login ?? {};
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        ca: question.ca,
        lookup: toLoopback,
        method: question.method ?? "GET",
        headers: question.headers ?? {},
        timeout: 30_000,
        // OpenSSL offers the old versions at this level only.
        ...(question.maxVersion === undefined
          ? {}
          : { minVersion: "TLSv1", maxVersion: question.maxVersion, ciphers: "DEFAULT@SECLEVEL=0" }),
        ...(username === undefined ? {} : { auth: `${username}:${password}` }),
      },
      (response) => {
        readAll(response).then(
          (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          reject,
        );
      },
    );
    sent.on("error", reject).on("timeout", () => sent.destroy(new Error(`${String(url)} does not answer`)));
    sent.end(question.body);
  });
}

/** Asks by plain HTTP, and tells where the answer leads. */
export async function fetchPlain(
  host: string,
  port: number,
  path: string,
): Promise<{ readonly status: number; readonly location: string | undefined }> {
  const sent = plainRequest({ host, port, path, lookup: toLoopback, timeout: 30_000 }).end();
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    sent.on("response", resolve).on("error", reject),
  );
  response.resume();
  return { status: response.statusCode ?? 0, location: response.headers.location };
}

/**
 * Verifies chain and name of the server behind a URL, and returns the hash of its public key, for a browser to pin.
 * @throws Error when the certificate is not good for the name.
 */
export async function verifiedKey(url: URL, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(
      { host: url.hostname, port: Number(url.port || 443), servername: url.hostname, ca, lookup: toLoopback },
      () => {
        const certificate = new X509Certificate(socket.getPeerCertificate().raw);
        socket.destroy();
        resolve(
          createHash("sha256")
            .update(certificate.publicKey.export({ type: "spki", format: "der" }))
            .digest("base64"),
        );
      },
    );
    socket.on("error", reject);
  });
}
