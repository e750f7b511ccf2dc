import type { Rendered, View } from "./conformance-view";
import type { Registered } from "./mocks";

/** A certificate of a server. */
export interface Certificate {
  readonly names: readonly string[];
  /** The certificate of the authority that signed it. */
  readonly authority: string;
}

const ofType = ({ resources }: View, end: string): readonly Registered[] =>
  resources.filter(({ type }) => type.endsWith(end));

/** The certificates of those keys that a process holds and that are a server's. */
export function certificatesOf(view: View, { files }: Rendered): readonly Certificate[] {
  const texts = new Set([...files.values()].map(({ text }) => text));
  return ofType(view, ":CertRequest").flatMap(({ name, inputs: { privateKeyPem, dnsNames } }) => {
    if (!texts.has(String(privateKeyPem)) || !Array.isArray(dnsNames)) return [];
    const signed = `${name.slice(0, -"request".length)}certificate`;
    const certificate = ofType(view, ":LocallySignedCert").find((one) => one.name === signed);
    const authority = certificate?.inputs["caCertPem"];
    return typeof authority === "string" ? [{ names: dnsNames.map(String), authority }] : [];
  });
}

/** Private keys that a process is given. */
export const privateKeysOf = ({ files }: Rendered): readonly string[] =>
  [...files.values()].filter(({ text }) => text.includes("PRIVATE KEY-----\n")).map(({ text }) => text);
