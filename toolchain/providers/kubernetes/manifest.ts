import { isProps, type Props, type Value } from "../base/value";

/** Which API an object belongs to. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Annotations by which a program steers this provider, the same as the official one's. */
export const ANNOTATIONS = {
  autonamed: "pulumi.com/autonamed",
  skipAwait: "pulumi.com/skipAwait",
  timeoutSeconds: "pulumi.com/timeoutSeconds",
  patchForce: "pulumi.com/patchForce",
  patchFieldManager: "pulumi.com/patchFieldManager",
  deletionPropagation: "pulumi.com/deletionPropagationPolicy",
  waitFor: "pulumi.com/waitFor",
  replaceUnready: "pulumi.com/replaceUnready",
} as const;

/** `namespace/name`, or `name` where the kind has no namespaces: a resource's id. */
export function idOf(namespace: string | undefined, name: string): string {
  return namespace ? `${namespace}/${name}` : name;
}

/** The parts of an id. */
export function parseId(id: string): { namespace: string | undefined; name: string } {
  const [first = "", second] = id.split("/");
  return second === undefined ? { namespace: undefined, name: first } : { namespace: first, name: second };
}

/** The object at a path of keys; empty where there is none. */
export function propsAt(value: Value | undefined, ...path: readonly string[]): Props {
  const found = at(value, ...path);
  return isProps(found) ? found : {};
}

/** The list of objects at a path of keys. */
export function listAt(value: Value | undefined, ...path: readonly string[]): Props[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.filter(isProps) : [];
}

/** The text at a path of keys. */
export function textAt(value: Value | undefined, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
}

/** The number at a path of keys; 0 where there is none, which is what an absent count means. */
export function countAt(value: Value | undefined, ...path: readonly string[]): number {
  const found = at(value, ...path);
  return typeof found === "number" ? found : 0;
}

/** The value at a path of keys. */
export function at(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  return path.reduce<Value | undefined>((inner, key) => (isProps(inner) ? inner[key] : undefined), value);
}

/** The object with a change to its metadata; a value of undefined takes the key out. */
export function withMetadata(manifest: Props, changes: Readonly<Record<string, Value | undefined>>): Props {
  const metadata = { ...propsAt(manifest, "metadata") };
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) delete metadata[key];
    else metadata[key] = value;
  }
  return { ...manifest, metadata };
}

/** An annotation's text. */
export function annotation(manifest: Props, name: string): string | undefined {
  return textAt(manifest, "metadata", "annotations", name);
}

/** True when an annotation says so. */
export function isAnnotated(manifest: Props, name: string): boolean {
  return annotation(manifest, name) === "true";
}

/** True for a Secret of the core API. */
export function isSecret({ apiVersion, kind }: Kind): boolean {
  return apiVersion === "v1" && kind === "Secret";
}

/** "Deployment apps/web", for messages. */
export function titleOf(manifest: Props): string {
  const name = textAt(manifest, "metadata", "name") ?? "";
  return `${String(manifest["kind"])} ${idOf(textAt(manifest, "metadata", "namespace"), name)}`;
}

/** Extension fields of an OpenAPI schema: no names in TypeScript, so the SDK writes them with underscores. */
const EXTENSIONS = [
  ...["embedded_resource", "int_or_string", "list_map_keys", "list_type", "map_type"],
  ...["preserve_unknown_fields", "validations"],
].map((name) => `x_kubernetes_${name}`);
const DASHED = new Map(EXTENSIONS.map((name) => [name, name.replaceAll("_", "-")]));
const UNDERSCORED = new Map(EXTENSIONS.map((name) => [name.replaceAll("_", "-"), name]));

/** The object as the API server spells it. */
export function toServer(manifest: Props): Props {
  return renamed(manifest, DASHED);
}

/** The object as the SDK spells it. */
export function fromServer(object: Props): Props {
  return renamed(object, UNDERSCORED);
}

function renamed(props: Props, names: ReadonlyMap<string, string>): Props {
  const inner = (value: Value): Value => {
    if (Array.isArray(value)) return value.map(inner);
    return isProps(value) ? renamed(value, names) : value;
  };
  return Object.fromEntries(
    Object.entries(props).map(([key, value]) => [names.get(key) ?? key, inner(value)]),
  );
}
