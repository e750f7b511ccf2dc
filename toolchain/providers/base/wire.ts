import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { childPath } from "./paths";
import type { Properties } from "./schema";
import { isProps, UNKNOWN, type Props, type Value } from "./value";

/** Key under which the engine says that an object is not plain, and the kinds that it may say. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const REFUSED: Readonly<Record<string, string>> = {
  c44067f5952c0a294b673a41bacd8c17: "an asset",
  "0def7320c3a5731c473e5ecbe6d01bc7": "an archive",
  "5cf8f73096256a8f31e491e813e4eb8e": "a resource reference",
};

const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** A value of each type has a mark of its own on the wire; to a provider they mean the same. */
const UNKNOWN_MARKS = new Set([
  UNKNOWN_STRING,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Which parts of a value were secret. A list with a secret in it is secret as a whole: its order may change. */
export type Secrets = boolean | { readonly [key: string]: Secrets };

/** Properties off the wire: unwrapped, and where they were wrapped. */
export interface Decoded {
  readonly props: Props;
  readonly secrets: { readonly [key: string]: Secrets };
}

/** Reads properties; throws on what a provider here does not take, naming the place. */
export function decode(struct: Struct | undefined): Decoded {
  const props: Props = {};
  const secrets: { [key: string]: Secrets } = {};
  for (const [key, raw] of Object.entries(struct?.toJavaScript() ?? {})) {
    const { value, secret } = decodeValue(raw, childPath("", key));
    props[key] = value;
    secrets[key] = secret;
  }
  return { props, secrets };
}

function decodeValue(raw: unknown, path: string): { value: Value; secret: Secrets } {
  if (typeof raw === "string") return { value: UNKNOWN_MARKS.has(raw) ? UNKNOWN : raw, secret: false };
  if (raw === null || typeof raw === "number" || typeof raw === "boolean")
    return { value: raw, secret: false };
  if (Array.isArray(raw)) {
    const items = raw.map((item: unknown, index) => decodeValue(item, childPath(path, index)));
    return { value: items.map((item) => item.value), secret: items.some((item) => anySecret(item.secret)) };
  }
  const entries = Object.entries(raw ?? {});
  const fields = new Map<string, unknown>(entries);
  const signature = fields.get(SIGNATURE);
  if (signature === SECRET) return { value: decodeValue(fields.get("value"), path).value, secret: true };
  if (signature === OUTPUT) {
    const value = fields.has("value") ? decodeValue(fields.get("value"), path).value : UNKNOWN;
    return { value, secret: fields.get("secret") === true };
  }
  if (signature !== undefined) {
    const kind = REFUSED[String(signature)] ?? "a kind of value that this provider does not know";
    throw new Error(`property ${path} is ${kind}; pass plain values, such as one of its properties`);
  }
  const value: Props = {};
  const secret: { [key: string]: Secrets } = {};
  for (const [key, item] of entries) {
    const inner = decodeValue(item, childPath(path, key));
    value[key] = inner.value;
    secret[key] = inner.secret;
  }
  return { value, secret };
}

/** True when anything in there is secret. */
export function anySecret(secrets: Secrets): boolean {
  return typeof secrets === "boolean" ? secrets : Object.values(secrets).some(anySecret);
}

/** Writes properties; a part that was secret in any of `origins` is marked again, as the engine itself would do. */
export function encode(props: Props, origins: readonly Decoded["secrets"][] = []): Struct {
  return Struct.fromJavaScript(encodeProps(props, origins));
}

function encodeProps(
  props: Props,
  origins: readonly Decoded["secrets"][],
): { [key: string]: JavaScriptValue } {
  return Object.fromEntries(
    Object.entries(props).map(([key, value]) => [
      key,
      encodeValue(
        value,
        origins.flatMap((origin) => origin[key] ?? []),
      ),
    ]),
  );
}

function encodeValue(value: Value, origins: readonly Secrets[]): JavaScriptValue {
  if (isProps(value) && !origins.includes(true)) {
    return encodeProps(
      value,
      origins.filter((origin) => typeof origin !== "boolean"),
    );
  }
  const plain = encodePlain(value);
  return origins.some(anySecret) ? { [SIGNATURE]: SECRET, value: plain } : plain;
}

function encodePlain(value: Value): JavaScriptValue {
  if (value === UNKNOWN) return UNKNOWN_STRING;
  if (Array.isArray(value)) return value.map(encodePlain);
  return isProps(value) ? encodeProps(value, []) : value;
}

/** The parts that a schema calls secret, in the form that `encode` takes. */
export function schemaSecrets(schema: Properties, outputs: readonly string[] = []): Decoded["secrets"] {
  const secrets: { [key: string]: Secrets } = {};
  for (const [key, property] of Object.entries(schema === "any" ? {} : schema)) {
    secrets[key] =
      property.secret === true || (property.type === "object" ? schemaSecrets(property.properties) : false);
  }
  for (const key of outputs) secrets[key] = true;
  return secrets;
}
