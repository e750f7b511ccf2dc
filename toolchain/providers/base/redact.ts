import { anySecret, type Secrets } from "./wire";
import { isProps, type Value } from "./value";

/** Shorter texts would blot out half of every message, and are no secrets worth the name. */
const SHORTEST = 4;

/** Remembers the secret texts that passed through this process, and takes them out of messages. */
export class Redactor {
  private readonly texts = new Set<string>();

  /** Learns the texts that `secrets` marks in `value`. */
  learn(value: Value | undefined, secrets: Secrets): void {
    if (value === undefined || !anySecret(secrets)) return;
    if (typeof value === "string") {
      // Errors quote a line of a PEM block or a file as easily as the whole.
      for (const line of [value, ...value.split("\n")]) {
        if (line.trim().length >= SHORTEST) this.texts.add(line.trim());
      }
    } else if (Array.isArray(value)) {
      for (const item of value) this.learn(item, true);
    } else if (isProps(value)) {
      for (const [key, item] of Object.entries(value)) {
        this.learn(item, typeof secrets === "boolean" ? secrets : (secrets[key] ?? false));
      }
    }
  }

  /** The message with "[secret]" in place of every text learnt. */
  clean(message: string): string {
    const longestFirst = [...this.texts].sort((a, b) => b.length - a.length);
    return longestFirst.reduce((text, secret) => text.replaceAll(secret, "[secret]"), message);
  }
}
