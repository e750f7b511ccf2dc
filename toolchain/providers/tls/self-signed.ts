import { certificateSchema, certificateType, commonExtensions, x509Library } from "./certificate";
import { algorithmName, parsePrivateKey } from "./keys";
import { algorithmOf, keyPair } from "./signing";
import { alternativeNames, distinguishedName, subjectSchema } from "./subject";

/** SelfSignedCert: an authority's root, or a certificate for tests. */
export const selfSignedCert = certificateType(
  {
    ...certificateSchema,
    ...subjectSchema,
    privateKeyPem: { type: "string", required: true, secret: true, replaces: true },
    setAuthorityKeyId: { type: "boolean", default: false, replaces: true },
  },
  ["keyAlgorithm"],
  async (inputs, validity) => {
    const lib = await x509Library();
    const key = parsePrivateKey("privateKeyPem", inputs["privateKeyPem"]);
    const algorithm = algorithmOf("privateKeyPem", key);
    const keys = await keyPair(key, algorithm);
    const publicKey = new lib.PublicKey(
      await lib.cryptoProvider.get().subtle.exportKey("spki", keys.publicKey),
    );
    const names = alternativeNames(inputs);
    const certificate = await lib.X509CertificateGenerator.createSelfSigned({
      ...validity,
      name: distinguishedName(inputs["subject"]),
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        ...(await commonExtensions(lib, inputs, publicKey)),
        ...(inputs["setAuthorityKeyId"] === true
          ? [await lib.AuthorityKeyIdentifierExtension.create(publicKey)]
          : []),
        ...(names.length > 0 ? [new lib.SubjectAlternativeNameExtension(names)] : []),
      ],
    });
    return { certificate, outputs: { keyAlgorithm: algorithmName(key) } };
  },
);
