import type { Debug } from "../../core/debug";
import type { Json } from "./caddy";

/** Words in the name of a query parameter that make its value a secret. Presigned S3 links have three of them. */
const secretWords = [
  "token",
  "key",
  "secret",
  "passw",
  "signature",
  "credential",
  "auth",
  "code",
  "sig",
  "session",
];

/** Values of such parameters; the percent-encoded spelling of a name is not looked through, no client writes it. */
export const secretParameter = `(?i)([?&;][^=&;]*(?:${secretWords.join("|")})[^=&;]*=)[^&;]*`;

const redacted = { filter: "regexp", regexp: secretParameter, value: "${1}REDACTED" } as const;

/**
 * Logs, one JSON object a line on standard output: access log and messages alike.
 * Headers are left out as a whole instead of one by one (Authorization, Cookie, X-Amz-Security-Token, a Referer with a
 * token in it …), so that a header that nobody thought of is not logged either. The user agent is added by itself.
 */
export function logging({ debug = false }: Debug = {}): Json {
  return {
    logs: {
      default: {
        level: debug ? "DEBUG" : "INFO",
        writer: { output: "stdout" },
        encoder: {
          format: "filter",
          wrap: { format: "json", time_format: "rfc3339_nano", duration_format: "seconds" },
          fields: {
            "request>uri": redacted,
            // What a request was rewritten to, in debug logs.
            uri: redacted,
            "request>headers": { filter: "delete" },
            resp_headers: { filter: "delete" },
            // What an upstream answered, in debug logs.
            headers: { filter: "delete" },
          },
        },
      },
    },
  };
}

/** Adds the user agent to the access log. */
export const logUserAgent = {
  handler: "log_append",
  key: "user_agent",
  value: "{http.request.header.User-Agent}",
};
