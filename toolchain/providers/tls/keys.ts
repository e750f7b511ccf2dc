import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { Props, ResourceType } from "../base/resource";
import { opensshPrivateKey, opensshPublicKey } from "./openssh";

/** Names of the curves: the provider's and OpenSSL's. */
const CURVES: Readonly<Record<string, string>> = {
  P224: "secp224r1",
  P256: "prime256v1",
  P384: "secp384r1",
  P521: "secp521r1",
};

const generate = promisify(generateKeyPair);

/** PrivateKey: made once; nothing outside this state knows it. */
export const privateKey: ResourceType = {
  properties: {
    algorithm: { type: "string", required: true, oneOf: ["RSA", "ECDSA", "ED25519"], replaces: true },
    ecdsaCurve: { type: "string", oneOf: Object.keys(CURVES), default: "P224", replaces: true },
    rsaBits: { type: "number", integer: true, min: 1024, default: 2048, replaces: true },
  },
  outputs: [
    "privateKeyPem",
    "privateKeyPemPkcs8",
    "privateKeyOpenssh",
    "publicKeyPem",
    "publicKeyOpenssh",
    "publicKeyFingerprintMd5",
    "publicKeyFingerprintSha256",
  ],
  secretOutputs: ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"],
  create: async (inputs) => {
    const key = await newKey(inputs);
    const publicDer = createPublicKey(key).export({ type: "spki", format: "der" });
    return {
      id: createHash("sha1").update(publicDer).digest("hex"),
      state: { ...inputs, ...spellings(key) },
    };
  },
  read: (id, olds) => {
    if (Object.keys(olds.state).length === 0) {
      throw new Error("a tls PrivateKey cannot be imported: it exists in Pulumi's state only");
    }
    return Promise.resolve({ id, ...olds });
  },
  delete: () => Promise.resolve(),
};

async function newKey(inputs: Props): Promise<KeyObject> {
  switch (inputs["algorithm"]) {
    case "RSA":
      return (await generate("rsa", { modulusLength: Number(inputs["rsaBits"]) })).privateKey;
    case "ECDSA":
      return (await generate("ec", { namedCurve: CURVES[String(inputs["ecdsaCurve"])] ?? "" })).privateKey;
    default:
      return (await generate("ed25519")).privateKey;
  }
}

function spellings(key: KeyObject): Props {
  const publicKey = createPublicKey(key);
  const ssh = opensshPublicKey(publicKey);
  const md5 = ssh && createHash("md5").update(ssh.blob).digest("hex").match(/../g)?.join(":");
  const sha256 = ssh && createHash("sha256").update(ssh.blob).digest("base64").replace(/=+$/, "");
  return {
    privateKeyPem: traditionalPem(key),
    privateKeyPemPkcs8: key.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    // OpenSSH has no P224 keys; the official provider leaves these empty then.
    privateKeyOpenssh: ssh ? opensshPrivateKey(key, ssh) : "",
    publicKeyOpenssh: ssh ? `${ssh.type} ${ssh.blob.toString("base64")}\n` : "",
    publicKeyFingerprintMd5: md5 ?? "",
    publicKeyFingerprintSha256: sha256 === undefined ? "" : `SHA256:${sha256}`,
  };
}

/** PKCS#1 for RSA, SEC 1 for elliptic curves, PKCS#8 where there is nothing older: what the official provider writes. */
function traditionalPem(key: KeyObject): string {
  if (key.asymmetricKeyType === "rsa") return key.export({ type: "pkcs1", format: "pem" }).toString();
  if (key.asymmetricKeyType === "ec") return key.export({ type: "sec1", format: "pem" }).toString();
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

/** The provider's name for a key's algorithm. */
export function algorithmName(key: KeyObject): string {
  switch (key.asymmetricKeyType) {
    case "rsa":
      return "RSA";
    case "ec":
      return "ECDSA";
    case "ed25519":
      return "ED25519";
    default:
      throw new Error(`a key of type ${key.asymmetricKeyType}; RSA, ECDSA and ED25519 are supported`);
  }
}

/** Reads a private key; the message names the property, never the text. */
export function parsePrivateKey(property: string, pem: unknown): KeyObject {
  try {
    return createPrivateKey(String(pem));
  } catch {
    throw new Error(`${property} is not a private key in PEM format`);
  }
}
