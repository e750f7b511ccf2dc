import { createPublicKey, webcrypto, type KeyObject } from "node:crypto";
import { algorithmName } from "./keys";

/** A WebCrypto algorithm: what @peculiar/x509 signs with. */
export type Algorithm =
  webcrypto.RsaHashedImportParams | (webcrypto.EcKeyImportParams & { hash: string }) | { name: string };

const CURVES: Readonly<Record<string, { namedCurve: string; hash: string }>> = {
  prime256v1: { namedCurve: "P-256", hash: "SHA-256" },
  secp384r1: { namedCurve: "P-384", hash: "SHA-384" },
  secp521r1: { namedCurve: "P-521", hash: "SHA-512" },
};

/** The algorithm that a key signs with: the hash fits the strength of the key. */
export function algorithmOf(property: string, key: KeyObject): Algorithm {
  switch (algorithmName(key)) {
    case "RSA":
      return { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    case "ED25519":
      return { name: "Ed25519" };
    default: {
      const curve = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ""];
      if (!curve)
        throw new Error(`${property} is a P224 key, which cannot sign here; use P256, P384 or P521`);
      return { name: "ECDSA", ...curve };
    }
  }
}

/** Both halves of a private key, for WebCrypto. */
export async function keyPair(key: KeyObject, algorithm: Algorithm): Promise<webcrypto.CryptoKeyPair> {
  const [pkcs8, spki] = [
    key.export({ type: "pkcs8", format: "der" }),
    createPublicKey(key).export({ type: "spki", format: "der" }),
  ];
  const { subtle } = webcrypto;
  return {
    privateKey: await subtle.importKey("pkcs8", pkcs8, algorithm, false, ["sign"]),
    publicKey: await subtle.importKey("spki", spki, algorithm, true, ["verify"]),
  };
}
