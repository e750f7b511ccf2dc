import { createHash } from "node:crypto";
import { isProps, type Props, UNKNOWN, type Value } from "../base/value";
import {
  annotation,
  ANNOTATIONS,
  fromServer,
  isSecret,
  type Kind,
  listAt,
  propsAt,
  textAt,
  toServer,
  withMetadata,
} from "./manifest";

/** Outputs that the official provider keeps beside the object, under the same names: a stack can go back to it. */
export const INPUTS = "__inputs";
const FIELD_MANAGER = "__fieldManager";
const INITIAL_API_VERSION = "__initialApiVersion";

/** The outputs: the object as the server has it. Who manages which field is not kept: it changes with each touch. */
export function stateOf(live: Props, inputs: Props, manager: string): Props {
  return {
    ...fromServer(withMetadata(live, { managedFields: undefined })),
    [INPUTS]: inputs,
    [INITIAL_API_VERSION]: inputs["apiVersion"] ?? null,
    [FIELD_MANAGER]: manager,
  };
}

/**
 * Whose fields they are. Made from the resource's URN, so that a run that was cut off before it could write its state
 * recognises what it made.
 */
export function managerOf(urn: string, inputs: Props, state: Props = {}): string {
  return (
    annotation(inputs, ANNOTATIONS.patchFieldManager) ??
    textAt(state, FIELD_MANAGER) ??
    `pulumi-kubernetes-${createHash("sha256").update(urn).digest("hex").slice(0, 12)}`
  );
}

/** True when `manager` has set fields of the object. */
export function isManagedBy(live: Props, manager: string): boolean {
  return listAt(live, "metadata", "managedFields").some((entry) => entry["manager"] === manager);
}

/** What is sent to the server. Secrets go as `data`: the server keeps no account of who owns a key of `stringData`. */
export function toApply(inputs: Props): Props {
  const manifest = toServer(inputs);
  if (!isSecret({ apiVersion: String(inputs["apiVersion"]), kind: String(inputs["kind"]) })) return manifest;
  const { stringData, ...rest } = manifest;
  if (!isProps(stringData)) return rest;
  const encoded = Object.entries(stringData).map(
    ([key, text]) => [key, Buffer.from(String(text)).toString("base64")] as const,
  );
  return { ...rest, data: { ...propsAt(rest, "data"), ...Object.fromEntries(encoded) } };
}

/** What a preview can say of an object that is not there yet. */
export function previewOf(inputs: Props): Props {
  const unknown: Props = {
    uid: UNKNOWN,
    resourceVersion: UNKNOWN,
    creationTimestamp: UNKNOWN,
    generation: UNKNOWN,
  };
  const known = inputs["metadata"];
  return isProps(known) ? { ...inputs, metadata: { ...unknown, ...known } } : inputs;
}

/** What a dry run says the object will be, without what the real one will get anew. */
export function dryRunOf(kind: Kind, dryRun: Props, inputs: Props): Props {
  const { status: _, ...object } = fromServer(withMetadata(dryRun, { managedFields: undefined }));
  const preview: Props = { ...object, metadata: propsAt(previewOf(inputs), "metadata") };
  const spec = { ...propsAt(object, "spec") };
  if (kind.apiVersion === "v1" && kind.kind === "Service") {
    forget(spec, inputs, ["clusterIP", "clusterIPs", "healthCheckNodePort", "ports"]);
  } else if (kind.apiVersion === "batch/v1" && kind.kind === "Job") {
    // Both carry the object's uid.
    forget(spec, inputs, ["selector", "template"]);
  } else return preview;
  return { ...preview, spec };
}

/** Takes these fields from the inputs, or calls them unknown. */
function forget(spec: Props, inputs: Props, fields: readonly string[]): void {
  const given = propsAt(inputs, "spec");
  for (const field of fields) {
    const value: Value | undefined = given[field];
    if (value !== undefined || field in spec) spec[field] = value ?? UNKNOWN;
  }
}
