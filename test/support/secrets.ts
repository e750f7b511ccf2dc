import { z } from "zod";
import { pulumiOk, stackName } from "./stack";

/** How a state that is exported with its secrets open marks them. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const secretSchema = z.looseObject({ [SIGNATURE]: z.string(), plaintext: z.string() });
const resourceSchema = z.looseObject({
  urn: z.string(),
  type: z.string(),
  inputs: z.unknown().optional(),
  outputs: z.unknown().optional(),
});
const exportSchema = z.looseObject({ deployment: z.looseObject({ resources: z.array(resourceSchema) }) });
const keySchema = z.looseObject({ privateKeyPem: z.string() });
const uploadsSchema = z.looseObject({
  uploads: z.array(z.looseObject({ file: z.string(), content: z.string() })),
});

/** What to hunt for: pieces of secrets, by a name that tells where each comes from and nothing of its content. */
export type Needles = ReadonlyMap<string, Buffer>;

/**
 * Every secret of a stack in pieces without white space, long and mixed enough not to turn up by chance: generated passwords
 * and their hashes, private keys, and what is made of them for files: tokens, headers, access lists.
 */
export async function secretsOf(stack = stackName): Promise<Needles> {
  const exported = exportSchema.parse(
    JSON.parse(await pulumiOk(["stack", "export", "--show-secrets"], { stack })),
  );
  const needles = new Map<string, Buffer>();
  const known = new Set<string>();
  for (const resource of exported.deployment.resources) {
    const name = resource.urn.split("::").at(-1) ?? resource.urn;
    for (const piece of secretTexts(resource).flatMap(pieces)) {
      if (known.has(piece)) continue;
      known.add(piece);
      needles.set(`${name} #${needles.size}`, Buffer.from(piece));
    }
  }
  return needles;
}

/** The texts of a resource that must stay secret. More than that is marked so: whole lists with one secret in them, say. */
function secretTexts({ type, inputs, outputs }: z.infer<typeof resourceSchema>): string[] {
  if (type.startsWith("random:")) return markedTexts(outputs);
  const key = keySchema.safeParse(opened(outputs));
  if (type.startsWith("tls:") && key.success) return [privatePart(key.data.privateKeyPem)];
  const files = uploadsSchema.safeParse(opened(inputs));
  if (!files.success) return [];
  return files.data.uploads
    .filter(({ file, content }) => SECRET_FILE.test(file) && !content.startsWith(PUBLIC))
    .map(({ content }) => (content.includes("PRIVATE KEY-----") ? privatePart(content) : content));
}

/** A certificate lies beside its key; it is shown to whoever asks. */
const PUBLIC = "-----BEGIN CERTIFICATE-----";

const SECRET_FILE = /\/secrets\/|\/authorization$|\.acl$/;

/** Of an elliptic key, the first line holds the secret number; the others are the public key. */
function privatePart(pem: string): string {
  const lines = pem.trim().split("\n").slice(1, -1);
  return pem.includes("BEGIN EC PRIVATE KEY") ? (lines[0] ?? "") : lines.join("\n");
}

/** A value with its secrets opened. */
function opened(value: unknown): unknown {
  const secret = secretSchema.safeParse(value);
  if (secret.success) return opened(JSON.parse(secret.data.plaintext));
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, opened(inner)]));
}

/** All texts below a value that are marked as secret. */
function markedTexts(value: unknown): string[] {
  const secret = secretSchema.safeParse(value);
  if (secret.success) return texts(JSON.parse(secret.data.plaintext));
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(markedTexts);
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(texts);
}

/** The pieces of a text that are worth a hunt. A setting beside a password, such as `keepalives_interval=5`, is none. */
export function pieces(text: string): string[] {
  const words = text.split(/[\s"',:@#~=]+/);
  return words.filter((word) => word.length >= 20 && /\d/.test(word) && /[a-z]/i.test(word));
}
