import type { Resource as RuleResource } from "../../../policies/core/resource";
import { type Properties, UNKNOWN, type Value } from "../../../policies/core/value";
import { type Json, type Resource, UNKNOWN_TEXT } from "../model";

/** One side of a preview, as the models of the policies see resources. */
export interface View {
  readonly all: readonly RuleResource[];
  of(...types: readonly string[]): readonly RuleResource[];
}

/** The resources of one side, in the words of the policies. */
export function viewOf(resources: readonly Resource[]): View {
  const all = resources.map(ruleResource);
  return {
    all,
    of: (...types) => {
      const wanted = new Set(types);
      return all.filter(({ type }) => wanted.has(type));
    },
  };
}

/** A resource as the policies' models take it. Events tell no dependencies, and no model that is used here needs them. */
const ruleResource = (resource: Resource): RuleResource => ({
  type: resource.type,
  name: resource.name,
  urn: resource.urn,
  props: propertiesOf(resource.inputs),
  protect: resource.protect,
  provider: {},
  parent: resource.parent,
  dependencies: [],
  propertyDependencies: {},
});

const propertiesOf = (object: { readonly [key: string]: Json }): Properties =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, valueOf(value)]));

function valueOf(value: Json): Value {
  if (value === UNKNOWN_TEXT) return UNKNOWN;
  if (isList(value)) return value.map(valueOf);
  return typeof value === "object" && value !== null ? propertiesOf(value) : value;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
