import type { X509Certificate } from "@peculiar/x509";
import { createPublicKey, type KeyObject } from "node:crypto";
import { certificateSchema, certificateType, commonExtensions, x509Library } from "./certificate";
import { algorithmName, parsePrivateKey } from "./keys";
import { algorithmOf, keyPair } from "./signing";

const SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";

/** LocallySignedCert: a request signed by an authority whose key is at hand. */
export const locallySignedCert = certificateType(
  {
    ...certificateSchema,
    certRequestPem: { type: "string", required: true, replaces: true },
    caCertPem: { type: "string", required: true, replaces: true },
    caPrivateKeyPem: { type: "string", required: true, secret: true, replaces: true },
  },
  ["caKeyAlgorithm"],
  async (inputs, validity) => {
    const lib = await x509Library();
    const request = parse(
      "certRequestPem",
      () => new lib.Pkcs10CertificateRequest(String(inputs["certRequestPem"])),
    );
    const authority = parse("caCertPem", () => new lib.X509Certificate(String(inputs["caCertPem"])));
    if (!(await request.verify())) throw new Error("certRequestPem is not signed by the key that it names");
    const key = parsePrivateKey("caPrivateKeyPem", inputs["caPrivateKeyPem"]);
    if (!belongsTo(key, authority))
      throw new Error("caPrivateKeyPem is not the key of the certificate in caCertPem");
    const algorithm = algorithmOf("caPrivateKeyPem", key);
    const { privateKey } = await keyPair(key, algorithm);
    const issuer = authority.getExtension(lib.SubjectKeyIdentifierExtension);
    const names = request.getExtension(SUBJECT_ALTERNATIVE_NAME);
    const certificate = await lib.X509CertificateGenerator.create({
      ...validity,
      subject: request.subjectName.toJSON(),
      issuer: authority.subjectName.toJSON(),
      publicKey: request.publicKey,
      signingKey: privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        ...(await commonExtensions(lib, inputs, request.publicKey)),
        ...(issuer ? [new lib.AuthorityKeyIdentifierExtension(issuer.keyId)] : []),
        ...(names ? [names] : []),
      ],
    });
    return { certificate, outputs: { caKeyAlgorithm: algorithmName(key) } };
  },
);

function belongsTo(key: KeyObject, certificate: X509Certificate): boolean {
  const publicKey = createPublicKey(key).export({ type: "spki", format: "der" });
  return publicKey.equals(Buffer.from(certificate.publicKey.rawData));
}

function parse<T>(property: string, read: () => T): T {
  try {
    return read();
  } catch {
    throw new Error(`${property} is not in PEM format, or not what it should be`);
  }
}
