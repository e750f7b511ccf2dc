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
export function resourceOf(args: ResourceValidationArgs | PolicyResource): Resource {
  const joins =
    "dependencies" in args
      ? {
          parent: args.parent?.urn,
          dependencies: args.dependencies.map(({ urn }) => urn),
          propertyDependencies: Object.fromEntries(
            Object.entries(args.propertyDependencies).map(([key, on]) => [key, on.map(({ urn }) => urn)]),
          ),
        }
      : { parent: args.opts.parent, dependencies: [], propertyDependencies: {} };
  return {
    type: args.type,
    name: args.name,
    urn: args.urn,
    props: plainProperties(args.props),
    protect: args.opts.protect,
    provider: plainProperties(args.provider?.props ?? {}),
    ...joins,
  };
}

/** Reading an unknown value throws, wherever it lies; here each becomes a mark, and the rest is read all the same. */
function read(get: () => unknown): Value {
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
    return Array.from({ length: list.length }, (_, index) => read(() => list[index]));
  }
  return typeof value === "object" ? plainProperties(value) : undefined;
}

function plainProperties(value: object): Properties {
  return Object.fromEntries(Object.keys(value).map((key) => [key, read(() => Reflect.get(value, key))]));
}
