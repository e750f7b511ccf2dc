import { isUnknown, text, type Value } from "../../core/value";

/** Words at the end of a name that say its value opens something. */
const WORDS = new Set(
  "PASSWORD PASSWORDS PASSWD PASSPHRASE PASS PWD PGPASSWORD REQUIREPASS SECRET TOKEN CREDENTIAL CREDENTIALS APIKEY APIKEYS".split(
    " ",
  ),
);

/** Words before KEY or KEYS that say the same: a key by itself may be anything. */
const KEYS = new Set("API SECRET PRIVATE ACCESS ENCRYPTION SIGNING MASTER ACCOUNT AUTH ALLOWED".split(" "));

/** Words before these that say it is something else: the name of an object, or a number of words of a language model. */
const ELSE = new Set("EXISTING PULL MAX MIN NUM".split(" "));

/** Whether a name says that its value is a secret: `DB_PASSWORD`, `secretKey`, `api-key`; not `PASSWORD_FILE`, `TOKEN_TTL`. */
export function namesSecret(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word !== "" && !/^\d+$/.test(word));
  const last = words.at(-1);
  const before = words.at(-2);
  if (last === undefined || (before !== undefined && ELSE.has(before))) return false;
  // The shell's own variable with the folder that it is in.
  if (last === "PWD") return before !== undefined && before !== "OLD";
  if (/^KEYS?$/.test(last)) return before !== undefined && KEYS.has(before);
  return WORDS.has(last);
}

/** Whether a text says where a secret is, or that there is none, and holds none itself: a path, a reference, a truth value. */
export function harmless(value: string): boolean {
  const bare = value.trim().replace(/^["']|["']$/g, "");
  return bare === "" || /^(true|false|null|none|[/~.$`{<%|>&*].*|file:.*)$/is.test(bare);
}

/** Texts that are secrets whatever they are called, by the words for a message. */
const shapes: readonly (readonly [string, RegExp])[] = [
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ["an access key of AWS", /\b(AKIA|ASIA)[0-9A-Z]{16}\b/],
  ["a token of GitHub", /\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{50})/],
  ["a token of GitLab", /\bglpat-[A-Za-z0-9_-]{20}/],
  ["a token of Slack", /\bxox[abeprs]-[A-Za-z0-9-]{10}/],
  ["a token of Hugging Face", /\bhf_[A-Za-z0-9]{30}/],
  ["an API key of a model provider", /\bsk-[A-Za-z0-9_-]{32}/],
  ["an API key of Google", /\bAIza[0-9A-Za-z_-]{35}/],
  ["a signed token", /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/],
];

const LOGIN = /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:@/'"]*:([^\s@/'"]+)@/gi;

/** The passwords inside of the URLs of a text, references left out. */
export const loginsIn = (value: string): string[] =>
  [...value.matchAll(LOGIN)].flatMap(([, password]) =>
    password === undefined || harmless(password) ? [] : [password],
  );

/** What kind of secret lies in a text, in words that hold nothing of it. */
export function secretIn(value: string): string | undefined {
  const shape = shapes.find(([, pattern]) => pattern.test(value));
  if (shape !== undefined) return shape[0];
  return loginsIn(value).length > 0 ? "a password inside a URL" : undefined;
}

/** A table of names and of the files that hold their values: `DB_PASSWORD: db-password`. */
const isSame = (name: string, value: string): boolean => bare(name) === bare(value);
const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

const LINE = /^[ \t-]*["']?([A-Za-z][\w.-]*)["']?[ \t]*[:=][ \t]*("[^"\n]*"|'[^'\n]*'|[^\s,;]+)/gm;
const VARIABLE = /(?<![\w$])([A-Z][A-Z0-9_]*)=("[^"\n]*"|'[^'\n]*'|[^\s;&|)]+)/g;

/** A setting of a secret's name with a value of its own: `PGPASSWORD=x` in a script, `password: x` in a file. */
export function settingIn(value: string): string | undefined {
  for (const [, name, set] of [...value.matchAll(LINE), ...value.matchAll(VARIABLE)])
    if (name !== undefined && set !== undefined && namesSecret(name) && !harmless(set) && !isSame(name, set))
      return name;
  return undefined;
}

/** Whether one word is too random to be anything but a key: long, of three kinds of characters, none of them expected. */
export function looksRandom(value: string): boolean {
  const word = value.trim();
  if (!/^[A-Za-z0-9+/=_-]{20,256}$/.test(word)) return false;
  if (![/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(word))) return false;
  const counts = new Map<string, number>();
  for (const character of word) counts.set(character, (counts.get(character) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / word.length);
  return shares.reduce((bits, share) => bits - share * Math.log2(share), 0) >= 4;
}

/** What base64 says; Kubernetes writes the contents of its Secrets so. */
export function decoded(value: Value): Value {
  const encoded = text(value);
  return isUnknown(value) || encoded === undefined ? value : Buffer.from(encoded, "base64").toString("utf8");
}
