import { request as plain, Agent as PlainAgent, type IncomingMessage } from "node:http";
import { request as secure, Agent } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { Props, Value } from "../../base/value";
import { ApiError, Unreachable } from "./errors";
import type { Access } from "./kubeconfig";

const SILENCE_MS = 60_000;
const ATTEMPTS = 5;
/** The server is busy, or on its way; asking again is right. */
const BUSY = new Set([429, 502, 503, 504]);
const BROKEN = new Set(["ECONNRESET", "EPIPE"]);

/** One question to the API server. All that are asked here may be asked twice. */
export interface Question {
  readonly method: "GET" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Props;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
}

/** A success: the object, and what the server warned of. */
export interface Answer {
  readonly code: number;
  readonly body: Value;
  readonly warnings: readonly string[];
}

/** JSON over one API server's HTTPS. */
export class Http {
  // One connection per request in flight, kept for the next.
  private readonly secure = new Agent({ keepAlive: true });
  private readonly plain = new PlainAgent({ keepAlive: true });

  constructor(private readonly access: Access) {}

  /** Asks; throws ApiError for a refusal and Unreachable where nobody answers. */
  async ask(question: Question): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once(question);
      } catch (error) {
        question.signal?.throwIfAborted();
        const again =
          attempt < ATTEMPTS &&
          ((error instanceof ApiError && BUSY.has(error.code)) || BROKEN.has(codeOf(error)));
        if (!again) throw error instanceof ApiError ? error : new Unreachable(this.access.server, error);
        await sleep(100 * 2 ** attempt, undefined, { ref: true });
      }
    }
  }

  private async once({ method, path, query, body, contentType, signal }: Question): Promise<Answer> {
    const url = new URL(this.access.server.replace(/\/+$/, "") + path);
    for (const [key, value] of Object.entries(query ?? {})) url.searchParams.set(key, value);
    const options = await this.access.options();
    const isSecure = url.protocol === "https:";
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = (isSecure ? secure : plain)(url, {
        ...options,
        method,
        agent: isSecure ? this.secure : this.plain,
        headers: {
          ...options.headers,
          Accept: "application/json",
          ...(payload === undefined
            ? {}
            : {
                "Content-Type": contentType ?? "application/json",
                "Content-Length": Buffer.byteLength(payload),
              }),
        },
        ...(signal ? { signal } : {}),
      });
      request.setTimeout(SILENCE_MS, () => request.destroy(new Error(`silent for ${SILENCE_MS / 1000} s`)));
      request.on("response", resolve);
      request.on("error", reject);
      request.end(payload);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const code = response.statusCode ?? 0;
    const json = parse(text);
    if (code < 200 || code > 299) throw ApiError.of(code, json, text);
    return { code, body: json ?? null, warnings: warningsOf(response.headers["warning"]) };
  }
}

/** A body that is no JSON is no object: what the proxy in front of the server says, say. */
function parse(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}

/** The texts of a Warning header: `299 - "first", 299 - "second"`. */
export function warningsOf(header: string | undefined): string[] {
  return [...(header ?? "").matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) =>
    text.replace(/\\(.)/g, "$1"),
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
