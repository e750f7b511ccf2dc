import { memberNames } from "../../components/topology";
import type { Resource } from "./model";

/** What a component's resources are called where they belong to no service, by a part of the component's type. */
const HEADINGS: readonly (readonly [type: string, heading: string])[] = [
  ["semblance:network:", "network"],
  ["semblance:aws:Network", "network"],
  ["semblance:aws:Endpoints", "network"],
  ["semblance:secrets:", "secrets"],
  ["semblance:tls:", "certificates"],
  ["semblance:image:", "images"],
  ["semblance:aws:Registry", "images"],
  ["semblance:kubernetes:ServiceAccounts", "rights"],
  ["semblance:kubernetes:Rbac", "rights"],
  ["semblance:kubernetes:Namespaces", "namespaces"],
  ["semblance:kubernetes:", "cluster"],
  ["semblance:aws:Buckets", "object storage"],
  ["semblance:aws:Keys", "encryption keys"],
  ["semblance:aws:Database", "postgres"],
  ["semblance:aws:Cache", "redis"],
  ["semblance:aws:Budget", "budget"],
  ["semblance:aws:AwsFoundation", "aws"],
  ["semblance:aws:", "cluster"],
];

/** Shared components whose children are named after the service that they are for. */
const NAMED_AFTER_SERVICES = [
  "semblance:secrets:",
  "semblance:tls:",
  "semblance:image:",
  "semblance:aws:Registry",
  "semblance:aws:Buckets",
  "semblance:kubernetes:ServiceAccounts",
  "semblance:kubernetes:Rbac",
];

/** Services in the order in which a name is looked for: `label-studio-exporter` before `label-studio`. */
const longestFirst = [...memberNames].sort((a, b) => b.length - a.length);

/** What a resource of the stack belongs to, found by its parents: a service, or a heading such as "network". */
export function groupOf(resource: Resource, resources: ReadonlyMap<string, Resource>): string {
  for (let one: Resource | undefined = resource; one !== undefined; one = parentOf(one, resources)) {
    const { type, name } = one;
    if (type.startsWith("semblance:service:")) return name;
    if (type.startsWith("semblance:") && isService(name)) return name;
    const heading = HEADINGS.find(([part]) => type.startsWith(part))?.[1];
    if (heading === undefined) continue;
    const named = NAMED_AFTER_SERVICES.some((part) => type.startsWith(part));
    return (named ? serviceIn(resource.name, name) : undefined) ?? heading;
  }
  return "stack";
}

const parentOf = ({ parent }: Resource, resources: ReadonlyMap<string, Resource>): Resource | undefined =>
  parent === undefined ? undefined : resources.get(parent);

const isService = (name: string): boolean => memberNames.some((member) => member === name);

/** The service at the start of a name, after that of the component: `postgres` in `secrets-postgres-mlflow`. */
function serviceIn(name: string, component: string): string | undefined {
  const rest = name.startsWith(`${component}-`) ? name.slice(component.length + 1) : name;
  const member = longestFirst.find((one) => rest === one || rest.startsWith(`${one}-`));
  // A service's job is set up by the service's component.
  return member?.replace(/-setup$/, "");
}
