/** Shorter values would blot out half of every message ("1", "true", "info"). */
const SHORTEST_SECRET = 6;

interface MayHoldSecrets {
  readonly envs?: readonly string[];
  readonly uploads?: readonly { readonly content?: string; readonly contentBase64?: string }[];
}

/**
 * Takes out of a message whatever the container was given as environment or file: the engine quotes bad input, and a
 * health check may print its own password.
 */
export function redact(message: string, inputs: MayHoldSecrets): string {
  const contents = (inputs.uploads ?? []).flatMap(({ content, contentBase64 }) => [
    ...(content ?? "").split("\n").map((line) => line.trim()),
    contentBase64 ?? "",
  ]);
  const values = (inputs.envs ?? []).map((env) => env.slice(env.indexOf("=") + 1));
  return [...values, ...contents]
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length)
    .reduce((text, secret) => text.replaceAll(secret, "[redacted]"), message);
}
