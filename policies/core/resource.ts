import { type PolicyResource, type ResourceValidationArgs, UnknownValueError } from "@pulumi/policy";
import { type Properties, UNKNOWN, type Value } from "./value";

/** A resource as the rules see it, by its inputs. */
export interface Resource {
  /** Type token, such as `aws:s3/bucket:Bucket`. */
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Properties;
  /** Whether Pulumi refuses to delete it. */
  readonly protect: boolean;
  /** Inputs of its provider, such as the default tags of AWS. */
  readonly provider: Properties;
  /** URN of its parent. */
  readonly parent?: string | undefined;
  /** URNs of what it depends on, and by which property. */
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
}

/** Reads one resource. Nothing in it can make this fail. */
export const resourceOf = (args: ResourceValidationArgs): Resource => ({
  ...read(args),
  parent: args.opts.parent,
  dependencies: [],
  propertyDependencies: {},
});

/** Reads one resource among all of the stack: by its inputs where those have been read before, else by its outputs. */
export const joinedResourceOf = (args: PolicyResource, before?: Resource): Resource => ({
  ...(before ?? read(args)),
  parent: args.parent?.urn,
  dependencies: args.dependencies.map(({ urn }) => urn),
  propertyDependencies: Object.fromEntries(
    Object.entries(args.propertyDependencies).map(([key, on]) => [key, on.map(({ urn }) => urn)]),
  ),
});

const read = ({ type, name, urn, props, opts, provider }: ResourceValidationArgs | PolicyResource) => ({
  type,
  name,
  urn,
  props: plainProperties(props),
  protect: opts.protect,
  provider: plainProperties(provider?.props ?? {}),
});

/** Reading an unknown value throws, wherever it lies; here each becomes a mark, and the rest is read all the same. */
function known(get: () => unknown): Value {
  try {
    return plain(get());
  } catch (error) {
    if (error instanceof UnknownValueError) return UNKNOWN;
    throw error;
  }
}

function plain(value: unknown): Value {
  if (value === null || value === undefined) return value;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    return Array.from({ length: list.length }, (_, index) => known(() => list[index]));
  }
  return typeof value === "object" ? plainProperties(value) : undefined;
}

function plainProperties(value: object): Properties {
  return Object.fromEntries(Object.keys(value).map((key) => [key, known(() => Reflect.get(value, key))]));
}
