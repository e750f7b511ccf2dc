import { createHash } from "node:crypto";
import type { ResourceType } from "../base/resource";
import { x509Library } from "./certificate";
import { algorithmName, parsePrivateKey } from "./keys";
import { algorithmOf, keyPair } from "./signing";
import { alternativeNames, distinguishedName, subjectSchema } from "./subject";

/** CertRequest: a key's owner asks an authority for a certificate. */
export const certRequest: ResourceType = {
  properties: {
    ...subjectSchema,
    privateKeyPem: { type: "string", required: true, secret: true, replaces: true },
  },
  outputs: ["certRequestPem", "keyAlgorithm"],
  create: async (inputs) => {
    const lib = await x509Library();
    const key = parsePrivateKey("privateKeyPem", inputs["privateKeyPem"]);
    const algorithm = algorithmOf("privateKeyPem", key);
    const names = alternativeNames(inputs);
    const request = await lib.Pkcs10CertificateRequestGenerator.create({
      name: distinguishedName(inputs["subject"]),
      keys: await keyPair(key, algorithm),
      signingAlgorithm: algorithm,
      extensions: names.length > 0 ? [new lib.SubjectAlternativeNameExtension(names)] : [],
    });
    const certRequestPem = `${request.toString("pem")}\n`;
    return {
      id: createHash("sha1").update(certRequestPem.trim()).digest("hex"),
      state: { ...inputs, certRequestPem, keyAlgorithm: algorithmName(key) },
    };
  },
  read: (id, olds) => {
    if (Object.keys(olds.state).length === 0) {
      throw new Error("a tls CertRequest cannot be imported: it exists in Pulumi's state only");
    }
    return Promise.resolve({ id, ...olds });
  },
  delete: () => Promise.resolve(),
};
