import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

/** PostgreSQL's own number of rounds. */
const ITERATIONS = 4096;

/**
 * What a server keeps in place of a password, which it takes instead of one: nothing that it may log opens anything. The salt
 * comes out of the password, so that the same password gives the same verifier at every run. For passwords in ASCII.
 * @see https://www.postgresql.org/docs/current/catalog-pg-authid.html
 */
export function scramVerifier(username: string, password: string): string {
  const salt = createHmac("sha256", password).update(`salt of ${username}`).digest().subarray(0, 16);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256");
  const hmac = (text: string): Buffer => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString("base64")}$${storedKey}:${hmac("Server Key").toString("base64")}`;
}
