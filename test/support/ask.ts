import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { readAll } from "./engine";

/** Where and how to ask a server that is dialled by its address. */
export interface Ask {
  readonly url: string;
  /** The name that the server's certificate must carry. */
  readonly name: string;
  readonly ca: string;
  /** The certificate to show; none is shown without it. */
  readonly as?: { readonly certificate: string; readonly key: string };
  /** Username and password, with a colon between them. */
  readonly login?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default POST with a body, GET without one */
  readonly method?: string;
  /** Body: a value to send as JSON, or the fields of a form. */
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
}

/** What a question came to. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One question over TLS with a verified name, on a connection of its own. An error of the handshake is thrown. */
export function ask(question: Ask): Promise<Answer> {
  const { url, name, ca, as, login, headers } = question;
  const body = bodyOf(question);
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        ca,
        servername: name,
        agent: false,
        timeout: 20_000,
        method: question.method ?? (body === undefined ? "GET" : "POST"),
        headers: { ...(body === undefined ? {} : { "content-type": body.type }), ...headers },
        ...(as === undefined ? {} : { cert: as.certificate, key: as.key }),
        ...(login === undefined ? {} : { auth: login }),
      },
      (response) => {
        readAll(response).then(
          (answer) =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: answer.toString("utf8"),
            }),
          reject,
        );
      },
    );
    sent.on("error", reject).on("timeout", () => sent.destroy(new Error(`${url} does not answer`)));
    sent.end(body?.text);
  });
}

function bodyOf({ json, form }: Ask): { readonly type: string; readonly text: string } | undefined {
  if (json !== undefined) return { type: "application/json", text: JSON.stringify(json) };
  if (form === undefined) return undefined;
  return { type: "application/x-www-form-urlencoded", text: new URLSearchParams(form).toString() };
}
