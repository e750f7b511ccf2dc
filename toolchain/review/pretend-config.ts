import { createHash } from "node:crypto";
import { dump, load } from "js-yaml";
import { z } from "zod";

/** A stack's file without what only its passphrase or key opens. */
export interface PretendedConfig {
  readonly text: string;
  /** Values in place of the secret ones, by the path that `pulumi config set-all --path` takes. */
  readonly secrets: Readonly<Record<string, string>>;
}

const secureSchema = z.strictObject({ secure: z.string() });
const fileSchema = z.looseObject({ config: z.record(z.string(), z.unknown()).nullish() });

/**
 * Takes the encrypted values out of a stack's file. In place of each comes a text made of its ciphertext: the same secret on
 * both sides of a comparison stays the same, and one that was set anew differs, without a key.
 */
export function pretendedConfig(file: string): PretendedConfig {
  const { config, ...rest } = fileSchema.parse(load(file) ?? {});
  const kept = Object.entries(rest).filter(([key]) => !ENCRYPTION.has(key));
  const secrets: Record<string, string> = {};
  const take = (value: unknown, path: string): unknown => {
    const found = secureSchema.safeParse(value);
    if (found.success) {
      secrets[path] = standIn(path, found.data.secure);
      return undefined;
    }
    if (Array.isArray(value)) return value.map((item, index) => take(item, `${path}[${index}]`) ?? "");
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(
      ([key, item]) => [key, take(item, `${path}${step(key)}`)] as const,
    );
    return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
  };
  const plain = Object.entries(config ?? {}).flatMap(([key, value]) => {
    const left = take(value, key);
    return left === undefined ? [] : [[key, left] as const];
  });
  return { text: dump({ ...Object.fromEntries(kept), config: Object.fromEntries(plain) }), secrets };
}

/** What says how secrets are encrypted; a review's state has a passphrase of its own. */
const ENCRYPTION = new Set(["encryptionsalt", "encryptedkey", "secretsprovider"]);

const step = (key: string): string =>
  /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;

function standIn(path: string, ciphertext: string): string {
  const words = `pretended-${createHash("sha256").update(ciphertext).digest("hex").slice(0, 12)}`;
  return /url$/i.test(path) ? `https://${words}.invalid/` : words;
}
