import { readFile } from "node:fs/promises";
import { rootCertificates } from "node:tls";

/** Where distributions keep the certificates that the machine trusts. */
const BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/cert.pem",
];

/** What a build needs of this machine to reach package registries, and nothing that ends in a final image. */
const PASSED = [
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "GOPROXY",
  "GOSUMDB",
  "MAVEN_MIRROR_URL",
  "PIP_INDEX_URL",
];

/**
 * The certificates that this machine trusts, in PEM: on a network that inspects TLS a build reaches its registries only
 * with them. Builder stages use it; it is not copied into the final ones.
 */
export async function trustedCertificates(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  for (const path of [env["SSL_CERT_FILE"], env["NODE_EXTRA_CA_CERTS"], ...BUNDLES]) {
    if (path === undefined || path === "") continue;
    const text = await readFile(path, "utf8").catch(() => "");
    if (text.includes("BEGIN CERTIFICATE")) return text;
  }
  return rootCertificates.join("\n");
}

/** Build arguments that say how this machine reaches the network. */
export function networkArguments(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name of PASSED) {
    const value = env[name];
    if (value !== undefined && value !== "") result[name] = value;
  }
  return result;
}
