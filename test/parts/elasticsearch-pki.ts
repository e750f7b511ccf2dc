import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Pem } from "../engine/gateway-pki";

/** A certificate of a client, out of an authority that signs for nothing else. */
export function clientCertificate(commonName: string): Pem & { readonly ca: string } {
  const folder = mkdtempSync(join(tmpdir(), "t-elasticsearch-"));
  const openssl = (...args: string[]): string =>
    execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  try {
    const ca = openssl("req", "-x509", ...key, "-days", "2", "-subj", "/CN=clients", "-keyout", "ca.key");
    writeFileSync(join(folder, "ca.crt"), ca);
    const subject = `/O=Semblance Curation/CN=${commonName}`;
    writeFileSync(join(folder, "csr"), openssl("req", ...key, "-subj", subject, "-keyout", "key"));
    const signing = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"];
    const certificate = openssl("x509", "-req", "-in", "csr", ...signing);
    // In the form that the stack's own keys have.
    return { ca, certificate, key: openssl("ec", "-in", "key") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
