import { randomBytes, webcrypto } from "node:crypto";
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
/** The clocks of a machine and of a container on it may differ a little. */
const LEEWAY_MS = 5 * 60_000;
const LIFETIME_MS = 24 * 3_600_000;

/** A certificate and its private key, as PEM. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly certificate: string;
}

/** The certificate authority of one cluster: it signs the API server's certificate and those of its clients. */
export class Authority {
  private constructor(
    private readonly keys: webcrypto.CryptoKeyPair,
    private readonly root: x509.X509Certificate,
  ) {}

  static async create(): Promise<Authority> {
    const keys = await newKeys();
    const root = await x509.X509CertificateGenerator.createSelfSigned({
      ...validity(),
      name: [{ CN: ["cluster for tests"] }],
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return new Authority(keys, root);
  }

  /** The root certificate, as PEM. */
  get certificate(): string {
    return this.root.toString("pem");
  }

  /** A server's certificate. */
  async server(names: readonly string[], addresses: readonly string[]): Promise<KeyAndCertificate> {
    const alternatives = new x509.SubjectAlternativeNameExtension([
      ...names.map((value) => ({ type: "dns" as const, value })),
      ...addresses.map((value) => ({ type: "ip" as const, value })),
    ]);
    return this.issue([{ CN: ["kube-apiserver"] }], x509.ExtendedKeyUsage.serverAuth, [alternatives]);
  }

  /** A client's certificate: Kubernetes reads the user from its common name and the groups from its organizations. */
  async client(user: string, groups: readonly string[]): Promise<KeyAndCertificate> {
    const subject = [{ CN: [user] }, ...groups.map((group) => ({ O: [group] }))];
    return this.issue(subject, x509.ExtendedKeyUsage.clientAuth, []);
  }

  private async issue(
    subject: x509.JsonName,
    usage: x509.ExtendedKeyUsage,
    extensions: x509.Extension[],
  ): Promise<KeyAndCertificate> {
    const keys = await newKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      ...validity(),
      subject,
      issuer: this.root.subjectName,
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        await x509.AuthorityKeyIdentifierExtension.create(this.root),
        ...extensions,
      ],
    });
    const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
    return { key: x509.PemConverter.encode(key, "PRIVATE KEY"), certificate: certificate.toString("pem") };
  }
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

function validity(): { serialNumber: string; notBefore: Date; notAfter: Date } {
  // The first bit of a serial number is its sign: it is 0, and the byte is not, so that the number is as long as it looks.
  const serialNumber = `01${randomBytes(15).toString("hex")}`;
  return {
    serialNumber,
    notBefore: new Date(Date.now() - LEEWAY_MS),
    notAfter: new Date(Date.now() + LIFETIME_MS),
  };
}
