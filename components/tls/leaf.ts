import type * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import type { Leaf } from "../core/foundation";
import { Sensitive } from "../core/values";

const HOURS_PER_DAY = 24;
const KEY = { algorithm: "ECDSA", ecdsaCurve: "P256" } as const;
const ORGANIZATION = "Semblance Curation";

/** Who signs: a certificate and its key. */
export interface Signer {
  readonly certificate: pulumi.Input<string>;
  readonly key: tls.PrivateKey;
}

/** What a certificate is for. */
export interface LeafArgs {
  readonly commonName: string;
  /** DNS names of a server; none for a client. */
  readonly names: readonly string[];
  readonly use: "server_auth" | "client_auth";
}

/** A leaf, and when it ends. */
export interface SignedLeaf extends Leaf {
  readonly notAfter: pulumi.Output<string>;
}

/** A key and a certificate over it, made anew a month before it ends. Resources are called `<prefix>-key`, `-request`, `-certificate`. */
export function signedLeaf(
  prefix: string,
  signer: Signer,
  { commonName, names, use }: LeafArgs,
  parent: pulumi.ComponentResource,
): SignedLeaf {
  const opts = { parent };
  const key = new tls.PrivateKey(`${prefix}-key`, KEY, opts);
  const request = new tls.CertRequest(
    `${prefix}-request`,
    {
      privateKeyPem: key.privateKeyPem,
      subject: { commonName, organization: ORGANIZATION },
      ...(use === "client_auth"
        ? {}
        : { dnsNames: [...new Set([...names, "localhost"])], ipAddresses: ["127.0.0.1"] }),
    },
    opts,
  );
  const certificate = new tls.LocallySignedCert(
    `${prefix}-certificate`,
    {
      certRequestPem: request.certRequestPem,
      caPrivateKeyPem: signer.key.privateKeyPem,
      caCertPem: signer.certificate,
      allowedUses: ["digital_signature", use],
      validityPeriodHours: 397 * HOURS_PER_DAY,
      earlyRenewalHours: 30 * HOURS_PER_DAY,
    },
    opts,
  );
  return {
    certificate: certificate.certPem,
    key: Sensitive.of(key.privateKeyPem),
    notAfter: certificate.validityEndTime,
  };
}

/** A certificate that signs others, for ten years. */
export function authorityCertificate(
  prefix: string,
  commonName: string,
  opts: pulumi.CustomResourceOptions,
): Signer {
  const key = new tls.PrivateKey(`${prefix}-key`, KEY, opts);
  const { certPem } = new tls.SelfSignedCert(
    `${prefix}-certificate`,
    {
      privateKeyPem: key.privateKeyPem,
      subject: { commonName, organization: ORGANIZATION },
      isCaCertificate: true,
      setSubjectKeyId: true,
      allowedUses: ["cert_signing", "crl_signing"],
      validityPeriodHours: 3650 * HOURS_PER_DAY,
      earlyRenewalHours: 90 * HOURS_PER_DAY,
    },
    opts,
  );
  return { certificate: certPem, key };
}
