import { randomBytes } from "node:crypto";
import "reflect-metadata";
import type * as x509 from "@peculiar/x509";
import { schemaDiff } from "../base/diff";
import type { Diff, Olds, Props, ResourceType, Schema, Value } from "../base/resource";
import { ALLOWED_USES, usageExtensions } from "./usages";

const HOUR_MS = 3_600_000;

/** Inputs that both kinds of certificate take. */
export const certificateSchema: Schema = {
  allowedUses: {
    type: "list",
    required: true,
    replaces: true,
    items: { type: "string", oneOf: ALLOWED_USES },
  },
  validityPeriodHours: { type: "number", integer: true, min: 0, required: true, replaces: true },
  earlyRenewalHours: { type: "number", integer: true, min: 0, default: 0 },
  isCaCertificate: { type: "boolean", default: false, replaces: true },
  maxPathLength: { type: "number", integer: true, min: -1, default: -1, replaces: true },
  setSubjectKeyId: { type: "boolean", default: false, replaces: true },
};

/** What a certificate's maker needs besides the inputs. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly serialNumber: string;
}

/** What a maker answers: the certificate, and the outputs that only its kind has. */
export interface Made {
  readonly certificate: x509.X509Certificate;
  readonly outputs: Props;
}

/** Loaded when it is first needed: it is most of this plugin's code, and no refresh or unchanged `up` needs it. */
export function x509Library(): Promise<typeof x509> {
  return import("@peculiar/x509");
}

/** A certificate resource around its maker. A certificate that is due is replaced, without a refresh too. */
export function certificateType(
  properties: Schema,
  outputs: readonly string[],
  make: (inputs: Props, validity: Validity) => Promise<Made>,
): ResourceType {
  return {
    properties,
    outputs: ["certPem", "readyForRenewal", "validityStartTime", "validityEndTime", ...outputs],
    diff: (olds, news) => dueDiff(schemaDiff(properties, olds.inputs, news), olds, news),
    create: async (inputs) => {
      const validity = newValidity(hours(inputs["validityPeriodHours"]));
      const { certificate, outputs: own } = await make(inputs, validity);
      return {
        id: BigInt(`0x${validity.serialNumber}`).toString(),
        state: {
          ...inputs,
          ...own,
          certPem: `${certificate.toString("pem")}\n`,
          validityStartTime: rfc3339(validity.notBefore),
          validityEndTime: rfc3339(validity.notAfter),
          readyForRenewal: isDue(rfc3339(validity.notAfter), inputs["earlyRenewalHours"]),
        },
      };
    },
    // Only earlyRenewalHours gets here: it is about when to replace, not about what is in the certificate.
    update: (_id, olds, news) =>
      Promise.resolve({
        ...olds.state,
        ...news,
        readyForRenewal: isDue(olds.state["validityEndTime"], news["earlyRenewalHours"]),
      }),
    read: (id, olds) => {
      if (Object.keys(olds.state).length === 0) {
        throw new Error("a tls certificate cannot be imported: it exists in Pulumi's state only");
      }
      const readyForRenewal = isDue(olds.state["validityEndTime"], olds.inputs["earlyRenewalHours"]);
      return Promise.resolve({ id, inputs: olds.inputs, state: { ...olds.state, readyForRenewal } });
    },
    delete: () => Promise.resolve(),
  };
}

function dueDiff(diff: Diff, olds: Olds, news: Props): Diff {
  return isDue(olds.state["validityEndTime"], news["earlyRenewalHours"])
    ? { ...diff, replace: [...diff.replace, "readyForRenewal"] }
    : diff;
}

function isDue(validityEndTime: Value | undefined, earlyRenewalHours: Value | undefined): boolean {
  return Date.now() >= Date.parse(String(validityEndTime)) - hours(earlyRenewalHours) * HOUR_MS;
}

function newValidity(periodHours: number): Validity {
  // Certificates count in whole seconds.
  const start = Math.floor(Date.now() / 1000) * 1000;
  const serial = randomBytes(16);
  // Positive, and of full length, whatever the bits are.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return {
    notBefore: new Date(start),
    notAfter: new Date(start + periodHours * HOUR_MS),
    serialNumber: serial.toString("hex"),
  };
}

/** The extensions that follow from the inputs alone, and the subject key identifier. */
export async function commonExtensions(
  lib: typeof x509,
  inputs: Props,
  publicKey: x509.PublicKey,
): Promise<x509.Extension[]> {
  const authority = inputs["isCaCertificate"] === true;
  const path = hours(inputs["maxPathLength"]);
  const uses = inputs["allowedUses"];
  return [
    ...usageExtensions(lib, Array.isArray(uses) ? uses : []),
    new lib.BasicConstraintsExtension(authority, authority && path >= 0 ? path : undefined, true),
    // RFC 5280 wants the identifier in every authority's certificate: clients find the issuer by it.
    ...(authority || inputs["setSubjectKeyId"] === true
      ? [await lib.SubjectKeyIdentifierExtension.create(publicKey)]
      : []),
  ];
}

function hours(value: Value | undefined): number {
  return typeof value === "number" ? value : 0;
}

function rfc3339(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}
