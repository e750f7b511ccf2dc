import type { JsonName, JsonGeneralNames } from "@peculiar/x509";
import type { Props, Schema, Value } from "../base/resource";
import { isProps } from "../base/value";

const part = { type: "string", replaces: true } as const;
const strings = { type: "list", items: { type: "string" }, replaces: true } as const;

/** Inputs that say whom a certificate or a request is about. */
export const subjectSchema: Schema = {
  subject: {
    type: "object",
    replaces: true,
    properties: {
      commonName: part,
      country: part,
      emailAddress: part,
      locality: part,
      organization: part,
      organizationalUnit: part,
      postalCode: part,
      province: part,
      serialNumber: part,
      streetAddresses: strings,
    },
  },
  dnsNames: strings,
  ipAddresses: strings,
  uris: strings,
};

/** Attribute types in the order in which the official provider writes them. */
const ATTRIBUTES: readonly (readonly [property: string, oid: string])[] = [
  ["country", "2.5.4.6"],
  ["organization", "2.5.4.10"],
  ["organizationalUnit", "2.5.4.11"],
  ["locality", "2.5.4.7"],
  ["province", "2.5.4.8"],
  ["streetAddresses", "2.5.4.9"],
  ["postalCode", "2.5.4.17"],
  ["commonName", "2.5.4.3"],
  ["serialNumber", "2.5.4.5"],
  ["emailAddress", "1.2.840.113549.1.9.1"],
];

/** The distinguished name of `subject`. */
export function distinguishedName(subject: Value | undefined): JsonName {
  if (!isProps(subject)) return [];
  return ATTRIBUTES.flatMap(([property, oid]) => texts(subject[property]).map((text) => ({ [oid]: [text] })));
}

/** The subject alternative names of the inputs. */
export function alternativeNames(inputs: Props): JsonGeneralNames {
  const named = (type: "dns" | "ip" | "url", property: string) =>
    texts(inputs[property]).map((value) => ({ type, value }));
  return [...named("dns", "dnsNames"), ...named("ip", "ipAddresses"), ...named("url", "uris")];
}

function texts(value: Value | undefined): string[] {
  return (Array.isArray(value) ? value : [value])
    .filter((item) => typeof item === "string" && item !== "")
    .map(String);
}
