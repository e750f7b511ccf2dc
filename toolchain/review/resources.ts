import { z } from "zod";
import { nameIn } from "../commands/run/events";
import { type Json, type Properties, type Resource, SECRET_TEXT } from "./model";

/** The property by which Pulumi marks an object that stands for something else. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

const fields = z.record(z.string(), z.unknown()).nullish();

/** A resource as events and states hold it. */
export const rawSchema = z.looseObject({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean().nullish(),
  parent: z.string().nullish(),
  protect: z.boolean().nullish(),
  retainOnDelete: z.boolean().nullish(),
  inputs: fields,
  outputs: fields,
});
export type Raw = z.infer<typeof rawSchema>;

/** A resource of an event. Its URN is that of the step: an alias may have given it another one. */
export const resourceOf = (raw: Raw, urn: string = raw.urn): Resource => ({
  urn,
  type: raw.type,
  name: nameIn(urn),
  parent: raw.parent || undefined,
  protect: raw.protect ?? false,
  retain: raw.retainOnDelete ?? false,
  inputs: propertiesOf(raw.inputs),
});

/** Properties as plain data: what is secret is masked, whatever Pulumi has put in its place. */
export const propertiesOf = (values: Readonly<Record<string, unknown>> | null | undefined): Properties =>
  Object.fromEntries(Object.entries(values ?? {}).map(([key, value]) => [key, plain(value)]));

function plain(value: unknown): Json {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return scalar(value);
  const object: Readonly<Record<string, unknown>> = { ...value };
  if (object[SIGNATURE] === SECRET) return SECRET_TEXT;
  if (object[SIGNATURE] === OUTPUT) return object["secret"] === true ? SECRET_TEXT : plain(object["value"]);
  return propertiesOf(object);
}

const scalar = (value: unknown): Json =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
