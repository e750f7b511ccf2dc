import type { Verdict } from "../guard";
import { type Change, type Json, type Preview, type Properties, type Resource, SECRET_TEXT } from "../model";

const SECRETS = /^kubernetes:(core\/)?v1:Secret(Patch)?$/;
/** Properties of a Secret that hold what it is for. */
const HELD: readonly string[] = ["data", "stringData"];

/**
 * The preview without what Secrets of Kubernetes hold: the engine has masked what the program or the provider calls a secret,
 * and this holds where neither did. The keys stay.
 */
export const masked = (preview: Preview): Preview => ({ ...preview, changes: preview.changes.map(ofChange) });

/** The same of what the guard says. */
export const maskedVerdict = ({ refused, acknowledged, faults }: Verdict): Verdict => ({
  refused: refused.map((one) => ({ ...one, resource: ofResource(one.resource) })),
  acknowledged: acknowledged.map((one) => ({ ...one, resource: ofResource(one.resource) })),
  faults,
});

const ofResource = (resource: Resource): Resource =>
  SECRETS.test(resource.type) ? { ...resource, inputs: hidden(resource.inputs) } : resource;

function ofChange(change: Change): Change {
  const { resource, properties } = change;
  if (!SECRETS.test(resource.type)) return change;
  return {
    ...change,
    resource: ofResource(resource),
    properties: properties.map((property) => {
      const [first = ""] = property.path.split(/[.[]/);
      if (!HELD.includes(first)) return property;
      return { ...property, before: leafless(property.before), after: leafless(property.after) };
    }),
  };
}

const hidden = (inputs: Properties): Properties =>
  Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => [
      key,
      HELD.includes(key) ? (leafless(value) ?? null) : value,
    ]),
  );

/** Every value below becomes the mark of a secret. */
function leafless(value: Json | undefined): Json | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "object" || value === null) return SECRET_TEXT;
  if (isList(value)) return value.map((one) => leafless(one) ?? null);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, leafless(one) ?? null]));
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
