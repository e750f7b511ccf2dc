import * as pulumi from "@pulumi/pulumi";
import type { TlsTrust } from "../core/connection";
import type { CertificateEnd, CertificateIssuer, ClientIssuer, Leaf } from "../core/foundation";
import { authorityCertificate, type LeafArgs, signedLeaf, type Signer } from "./leaf";

/** Args of `Authority`. */
export interface AuthorityArgs {
  /** Shown as the issuer in a browser, such as `Semblance Curation (dev)`. */
  readonly commonName: string;
}

/**
 * The stack's certificate authority. Its certificate is what clients trust and what a person may add to a browser, so it is
 * kept on `down`; the leaves are cheap.
 */
export class Authority extends pulumi.ComponentResource implements CertificateIssuer {
  readonly certificate: pulumi.Output<string>;
  private readonly signer: Signer;
  private readonly issued: pulumi.Input<CertificateEnd>[] = [];

  constructor(
    private readonly name: string,
    private readonly args: AuthorityArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:tls:Authority", name, {}, opts);
    this.signer = authorityCertificate(name, args.commonName, { parent: this, protect: true });
    this.certificate = pulumi.output(this.signer.certificate);
    this.registerOutputs({ certificate: this.certificate });
  }

  /** What a client needs to verify any server of this stack. */
  get trust(): TlsTrust {
    return { caCertificate: this.certificate };
  }

  issue(server: string, names: readonly string[]): Leaf {
    return this.sign(server, this.signer, { commonName: server, names, use: "server_auth" });
  }

  clientsOf(server: string): ClientIssuer {
    // Not protected: it says who may come in and keeps nothing, so a new one is as good.
    const prefix = `${this.name}-${server}-clients`;
    const signer = authorityCertificate(prefix, `Clients of ${server}, ${this.args.commonName}`, {
      parent: this,
    });
    return {
      trust: { caCertificate: signer.certificate },
      issue: (client) =>
        this.sign(`${server}-clients-${client}`, signer, {
          commonName: client,
          names: [],
          use: "client_auth",
        }),
    };
  }

  ends(): pulumi.Output<readonly CertificateEnd[]> {
    // The program is written down in one go; a promise is looked at after it, when all certificates are known.
    return pulumi.output(Promise.resolve().then(() => pulumi.all(this.issued)));
  }

  private sign(certificate: string, signer: Signer, args: LeafArgs): Leaf {
    const { notAfter, ...leaf } = signedLeaf(`${this.name}-${certificate}`, signer, args, this);
    this.issued.push(notAfter.apply((end) => ({ certificate, notAfter: end })));
    return leaf;
  }
}
