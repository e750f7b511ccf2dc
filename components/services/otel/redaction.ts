import { quote } from "./ottl";

/**
 * What a credential looks like in a text, and what is left of it. Nothing logs one on purpose: this is the second line of
 * defence, so it takes out too much rather than too little. Regular expressions of Go.
 */
export const CREDENTIALS: readonly (readonly [pattern: string, left: string])[] = [
  // A private key, whole.
  ["-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(-----END [A-Z ]*PRIVATE KEY-----)?", "[redacted]"],
  // JSON web tokens.
  [String.raw`\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*`, "[redacted]"],
  // Authorization: Bearer …
  [String.raw`(?i)\b(bearer|basic|token)(\s+)[\w.~+/=%-]{16,}`, "$1$2[redacted]"],
  // password=…, "api_key": "…", X-Amz-Signature=… in a URL. Plurals such as "tokens: 512" are numbers.
  [
    String.raw`(?i)((?:token|password|passwd|pwd|secret|signature|credential|api[_-]?key|access[_-]?key|secret[_-]?key|authorization)` +
      String.raw`(?:\\?["'])?\s*[=:]\s*(?:\\?["'])?)([^\s"'&,;(){}\[\]\\]{6,})`,
    "$1[redacted]",
  ],
  // postgresql://user:password@host
  [String.raw`(://[^/\s:@]+):[^/\s@]+@`, "$1:[redacted]@"],
];

/** Names of fields that hold nothing but a credential. */
const FIELDS =
  String.raw`(?i)(^|[._-])(authorization|cookie|set-cookie|password|passwd|secret|api[_-]?key|secret[_-]?key|` +
  String.raw`(access|refresh|id|auth|csrf|session)[_-]?token)([._-]\d+)?$`;

/** Statements that take credentials out of a map of attributes, such as `span.attributes`. */
export const redactAttributes = (path: string): string[] => [
  `delete_matching_keys(${path}, ${quote(FIELDS)})`,
  ...CREDENTIALS.map(
    ([pattern, left]) => `replace_all_patterns(${path}, "value", ${quote(pattern)}, ${quote(left)})`,
  ),
];

/** Statements that take credentials out of a text, such as `log.body`. */
export const redactText = (path: string): string[] =>
  CREDENTIALS.map(
    ([pattern, left]) =>
      `replace_pattern(${path}, ${quote(pattern)}, ${quote(left)}) where IsString(${path})`,
  );
