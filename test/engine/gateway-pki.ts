import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** PEM texts of a certificate and its key. */
export interface Pem {
  readonly certificate: string;
  readonly key: string;
}

const EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** A throw-away authority, made by the `openssl` command. Its certificates pass OpenSSL's strict mode, as the stack's do. */
export class ThrowAwayAuthority {
  private readonly folder = mkdtempSync(join(tmpdir(), "gateway-pki-"));
  readonly ca: string;

  constructor() {
    this.openssl(
      "req",
      "-x509",
      ...EC,
      "-days",
      "2",
      "-subj",
      "/CN=throw-away",
      "-addext",
      "keyUsage=critical,keyCertSign,cRLSign",
      "-keyout",
      "ca.key",
      "-out",
      "ca.crt",
    );
    this.ca = this.read("ca.crt");
  }

  /** A certificate for DNS names and addresses, the first of which names its files too. */
  issue(...names: [string, ...string[]]): Pem {
    const file = names[0].replace(/\W/g, "_");
    this.openssl("req", ...EC, "-subj", `/CN=${names[0]}`, "-keyout", `${file}.key`, "-out", `${file}.csr`);
    writeFileSync(
      join(this.folder, `${file}.ext`),
      `subjectAltName=${names.map((name) => `${isIP(name) === 0 ? "DNS" : "IP"}:${name}`).join(",")}
authorityKeyIdentifier=keyid
basicConstraints=critical,CA:FALSE
`,
    );
    const signing = [
      "-CA",
      "ca.crt",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-days",
      "2",
      "-extfile",
      `${file}.ext`,
    ];
    this.openssl("x509", "-req", "-in", `${file}.csr`, ...signing, "-out", `${file}.crt`);
    return { certificate: this.read(`${file}.crt`), key: this.read(`${file}.key`) };
  }

  private openssl(...args: readonly string[]): void {
    execFileSync("openssl", args, { cwd: this.folder, stdio: "pipe" });
  }

  private read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }
}
