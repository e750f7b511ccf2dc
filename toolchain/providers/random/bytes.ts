import { randomBytes as entropy } from "node:crypto";
import { constant } from "./constant";

const keepers = { type: "map", values: { type: "string" }, replaces: true } as const;
const size = { type: "number", integer: true, min: 1, required: true, replaces: true } as const;

/** RandomBytes: a key of so many bytes, secret in both spellings. */
export const randomBytes = constant({
  properties: { keepers, length: size },
  outputs: ["base64", "hex"],
  secretOutputs: ["base64", "hex"],
  create: async (inputs) => {
    const bytes = entropy(Number(inputs["length"]));
    return { id: "none", state: { ...inputs, ...spellings(bytes) } };
  },
  importId: async (id) => {
    const bytes = Buffer.from(id, "base64");
    const inputs = { length: bytes.length };
    return { id: "none", inputs, state: { ...inputs, ...spellings(bytes) } };
  },
});

/** RandomId: a number that makes a name unique; no secret. */
export const randomId = constant({
  properties: { keepers, byteLength: size, prefix: { type: "string", replaces: true } },
  outputs: ["b64Std", "b64Url", "dec", "hex"],
  create: async (inputs) => {
    const bytes = entropy(Number(inputs["byteLength"]));
    const prefix = typeof inputs["prefix"] === "string" ? inputs["prefix"] : "";
    return { id: bytes.toString("base64url"), state: { ...inputs, ...identifiers(bytes, prefix) } };
  },
  importId: async (given) => {
    // "prefix,id" or the id alone.
    const comma = given.lastIndexOf(",");
    const prefix = given.slice(0, Math.max(comma, 0));
    const bytes = Buffer.from(given.slice(comma + 1), "base64url");
    const inputs = { byteLength: bytes.length, ...(prefix === "" ? {} : { prefix }) };
    return { id: bytes.toString("base64url"), inputs, state: { ...inputs, ...identifiers(bytes, prefix) } };
  },
});

function spellings(bytes: Buffer) {
  return { base64: bytes.toString("base64"), hex: bytes.toString("hex") };
}

function identifiers(bytes: Buffer, prefix: string) {
  return {
    b64Std: prefix + bytes.toString("base64"),
    b64Url: prefix + bytes.toString("base64url"),
    dec: prefix + BigInt(`0x${bytes.toString("hex")}`).toString(),
    hex: prefix + bytes.toString("hex"),
  };
}
