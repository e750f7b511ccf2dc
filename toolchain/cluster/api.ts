import { request, type RequestOptions } from "node:https";
import { z } from "zod";
import type { KeyAndCertificate } from "./certificates";

const TIMEOUT_MS = 30_000;

/** With what a client shows who it is. */
export type Credentials = KeyAndCertificate | { readonly token: string };

/** The API server did not do what it was asked to. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(`${status}: ${message}`);
  }
}

const failure = z.object({ message: z.string() });

/** The API server as one client sees it. Objects go as they are; clients with types leave out what they do not know. */
export class Api {
  private readonly login: RequestOptions;

  constructor(
    private readonly server: string,
    ca: string,
    credentials: Credentials,
  ) {
    this.login =
      "token" in credentials
        ? { ca, headers: { authorization: `Bearer ${credentials.token}` } }
        : { ca, key: credentials.key, cert: credentials.certificate };
  }

  get<T>(path: string): Promise<T> {
    return this.send("GET", path);
  }

  /** Whether there is an answer of 200 at this path; some, such as /readyz, are no objects. */
  async exists(path: string): Promise<boolean> {
    const [status] = await this.exchange("GET", path, "application/json");
    return status === 200;
  }

  async list<T>(path: string): Promise<T[]> {
    return (await this.get<{ items: T[] }>(path)).items;
  }

  create<T extends object>(path: string, object: T): Promise<T> {
    return this.send("POST", path, object);
  }

  replace<T extends object>(path: string, object: T): Promise<T> {
    return this.send("PUT", path, object);
  }

  /** Server-side apply. `query` adds to the path: `dryRun=All&…`. */
  apply(path: string, object: object, query: string): Promise<object> {
    return this.send("PATCH", `${path}?${query}`, object, "application/apply-patch+yaml");
  }

  delete(path: string): Promise<object> {
    return this.send("DELETE", path);
  }

  /** What the server is asked for is what it answers with, or an ApiError. */
  private async send<T>(method: string, path: string, body?: object, type = "application/json"): Promise<T> {
    const [status, answer] = await this.exchange(method, path, type, body && JSON.stringify(body));
    if (status < 300) return JSON.parse(answer) as T;
    const told = answer.startsWith("{") ? failure.safeParse(JSON.parse(answer)).data : undefined;
    throw new ApiError(status, told?.message ?? answer);
  }

  private exchange(method: string, path: string, type: string, body?: string): Promise<[number, string]> {
    const headers = { ...this.login.headers, "content-type": type };
    const options = { ...this.login, method, headers, timeout: TIMEOUT_MS };
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, this.server), options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => resolve([response.statusCode ?? 0, text]));
        response.on("error", reject);
      });
      const late = `${method} ${path}: no answer in ${TIMEOUT_MS / 1000} s`;
      sent.on("timeout", () => sent.destroy(new Error(late)));
      sent.on("error", reject);
      sent.end(body);
    });
  }
}
