import { z } from "zod";
import { pulumiOk, stackName } from "./stack";

/** How a state that is exported with its secrets open marks them. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const secretSchema = z.looseObject({ [SIGNATURE]: z.string(), plaintext: z.string() });
const exportSchema = z.looseObject({
  deployment: z.looseObject({ resources: z.array(z.looseObject({ urn: z.string(), type: z.string() })) }),
});

/** What to hunt for: pieces of secrets, by a name that tells where each comes from and nothing of its content. */
export type Needles = ReadonlyMap<string, Buffer>;

/**
 * Every secret of a stack in pieces without white space, long and mixed enough not to turn up by chance: passwords, their
 * hashes, keys line by line, tokens out of files. What is public by nature (certificates) is left out.
 */
export async function secretsOf(stack = stackName): Promise<Needles> {
  const exported = exportSchema.parse(
    JSON.parse(await pulumiOk(["stack", "export", "--show-secrets"], { stack })),
  );
  const needles = new Map<string, Buffer>();
  const known = new Set<string>();
  for (const { urn, ...resource } of exported.deployment.resources) {
    const name = urn.split("::").at(-1) ?? urn;
    for (const text of secretTexts(resource)) {
      for (const piece of pieces(text)) {
        if (known.has(piece)) continue;
        known.add(piece);
        needles.set(`${name} #${needles.size}`, Buffer.from(piece));
      }
    }
  }
  return needles;
}

/** All texts below a value that are marked as secret. */
function secretTexts(value: unknown): string[] {
  const secret = secretSchema.safeParse(value);
  if (secret.success) return texts(JSON.parse(secret.data.plaintext));
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(secretTexts);
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(texts);
}

const CERTIFICATE = /-----BEGIN (CERTIFICATE( REQUEST)?|PUBLIC KEY)-----[\s\S]*?-----END \1-----/g;

/** The pieces of a text that are worth a hunt. */
export function pieces(text: string): string[] {
  const words = text.replaceAll(CERTIFICATE, "").split(/[\s"',:=@]+/);
  return words.filter(
    (word) => word.length >= 20 && /\d/.test(word) && /[a-z]/i.test(word) && !/[/.]{1}[a-z]+\//.test(word),
  );
}
