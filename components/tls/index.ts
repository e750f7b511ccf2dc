import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import type { TlsTrust } from "../core/connection";
import type { CertificateIssuer, Leaf } from "../core/foundation";
import { Sensitive } from "../core/values";

const HOURS_PER_DAY = 24;

/** Args of `Authority`. */
export interface AuthorityArgs {
  /** Shown as the issuer in a browser, such as `Semblance Curation (dev)`. */
  readonly commonName: string;
}

/**
 * The stack's certificate authority. Its certificate is what clients trust and what a person may add to a browser, so it is
 * kept on `down`; the leaves are cheap and are made anew a month before they end.
 */
export class Authority extends pulumi.ComponentResource implements CertificateIssuer {
  readonly certificate: pulumi.Output<string>;
  private readonly key: tls.PrivateKey;

  constructor(
    private readonly name: string,
    args: AuthorityArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:tls:Authority", name, {}, opts);
    const kept = { parent: this, protect: true };
    this.key = new tls.PrivateKey(`${name}-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, kept);
    const certificate = new tls.SelfSignedCert(
      `${name}-certificate`,
      {
        privateKeyPem: this.key.privateKeyPem,
        subject: { commonName: args.commonName, organization: "Semblance Curation" },
        isCaCertificate: true,
        setSubjectKeyId: true,
        allowedUses: ["cert_signing", "crl_signing"],
        validityPeriodHours: 3650 * HOURS_PER_DAY,
        earlyRenewalHours: 90 * HOURS_PER_DAY,
      },
      kept,
    );
    this.certificate = certificate.certPem;
    this.registerOutputs({ certificate: this.certificate });
  }

  /** What a client needs to verify any server of this stack. */
  get trust(): TlsTrust {
    return { caCertificate: this.certificate };
  }

  issue(server: string, names: readonly string[]): Leaf {
    const prefix = `${this.name}-${server}`;
    const key = new tls.PrivateKey(
      `${prefix}-key`,
      { algorithm: "ECDSA", ecdsaCurve: "P256" },
      { parent: this },
    );
    const request = new tls.CertRequest(
      `${prefix}-request`,
      {
        privateKeyPem: key.privateKeyPem,
        subject: { commonName: server, organization: "Semblance Curation" },
        dnsNames: [...new Set([...names, "localhost"])],
        ipAddresses: ["127.0.0.1"],
      },
      { parent: this },
    );
    const certificate = new tls.LocallySignedCert(
      `${prefix}-certificate`,
      {
        certRequestPem: request.certRequestPem,
        caPrivateKeyPem: this.key.privateKeyPem,
        caCertPem: this.certificate,
        allowedUses: ["digital_signature", "server_auth"],
        validityPeriodHours: 397 * HOURS_PER_DAY,
        earlyRenewalHours: 30 * HOURS_PER_DAY,
      },
      { parent: this },
    );
    return { certificate: certificate.certPem, key: Sensitive.of(key.privateKeyPem) };
  }
}
