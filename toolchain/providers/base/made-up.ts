import { createHash } from "node:crypto";
import { childPath } from "./paths";
import type { Property, Schema } from "./schema";
import { isProps, UNKNOWN, type Props, type Value } from "./value";

/** By it a value, and a person, tells what no server has given. */
const MARK = "pretended";
const TEXT = { type: "string" } as const;

/** The id of a resource that a provider pretends to have made. */
export function madeUpId(urn: string): string {
  return `${MARK}-${wordsOf(urn)}`;
}

/** Whether a resource is one that a provider has only pretended to make. */
export function isMadeUp(id: string): boolean {
  return id.startsWith(`${MARK}-`);
}

/**
 * A state without unknown values: what is unknown, and what `types` requires and is not there, is made up of the resource's
 * name and the place of the value. So it is the same in every run, and two resources never share one.
 */
export function withMadeUp(state: Props, types: Schema, urn: string): Props {
  return complete(state, types, "", urn);
}

function complete(given: Props, types: Schema, path: string, urn: string): Props {
  const whole: Props = {};
  for (const [key, value] of Object.entries(given))
    whole[key] = filled(value, types[key], childPath(path, key), urn);
  for (const [key, type] of Object.entries(types)) {
    if (type.required === true && whole[key] === undefined)
      whole[key] = madeUp(type, childPath(path, key), urn);
  }
  return whole;
}

function filled(value: Value, type: Property | undefined, path: string, urn: string): Value {
  if (value === UNKNOWN) return madeUp(type ?? TEXT, path, urn);
  if (Array.isArray(value)) {
    const items = type?.type === "list" ? type.items : undefined;
    return value.map((item, index) => filled(item, items, childPath(path, index), urn));
  }
  if (!isProps(value)) return value;
  return complete(value, type?.type === "object" ? type.properties : {}, path, urn);
}

function madeUp(type: Property, path: string, urn: string): Value {
  switch (type.type) {
    case "string":
      return text(path, urn);
    case "number":
      return type.default ?? 1;
    case "boolean":
      return type.default ?? false;
    case "list":
      return [madeUp(type.items, childPath(path, 0), urn)];
    case "map":
      return {};
    case "object":
      return complete({}, type.properties, path, urn);
  }
}

/** A text that looks like what it stands for, so that the program can take it apart and put it together. */
function text(path: string, urn: string): string {
  const [name = ""] = /\w+$/.exec(path) ?? [];
  const words = wordsOf(urn);
  if (/arn$/i.test(name)) return `arn:aws:${MARK}:::${words}/${path}`;
  if (/(digest|imageid)$/i.test(name)) return `sha256:${sha256(`${urn} ${path}`)}`;
  if (/(endpoint|url|issuer)$/i.test(name)) return `https://${words}.${MARK}.invalid`;
  if (/(address|domain|dnsname|hostname|host)$/i.test(name)) return `${words}.${MARK}.invalid`;
  if (/(certificate|data)$/i.test(name)) return Buffer.from(`${MARK} ${words}`).toString("base64");
  if (/ip$/i.test(name)) return "192.0.2.1";
  if (/cidr(block)?$/i.test(name)) return "192.0.2.0/24";
  return `${MARK}-${words}-${path}`;
}

/** The resource's name for people, and enough of its URN to tell it from one of another type. */
function wordsOf(urn: string): string {
  return `${urn.split("::").at(-1) ?? ""}-${sha256(urn).slice(0, 6)}`;
}

const sha256 = (content: string): string => createHash("sha256").update(content).digest("hex");
