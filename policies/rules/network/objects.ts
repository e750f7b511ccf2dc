import type { Resource } from "../../core/resource";
import type { Report } from "../../core/rule";
import { at, isMissing, isUnknown, text, UNKNOWN, type Value } from "../../core/value";
import { type Answer, equal, every, namespaceOf, sameNamespace, some } from "../../models/selectors";
import { kindOf } from "../../models/types";

/** Kubernetes objects of a stack, to be found by kind, namespace and name. */
export class Objects {
  private readonly known = new Set<string>();
  /** Those whose name or namespace is not known yet. */
  private readonly vague: readonly Resource[];

  constructor(resources: readonly Resource[]) {
    const places = resources.map((resource) => ({ resource, place: placeOf(resource) }));
    for (const { place } of places) if (place !== undefined) this.known.add(place);
    this.vague = places.filter(({ place }) => place === undefined).map(({ resource }) => resource);
  }

  /** Reports a name that no object of the kind has, in the namespace of what names it. Nothing is said of what is not named. */
  judge(from: Resource, kind: string, path: string, name: Value, report: Report): void {
    // What is not known yet comes from a resource, so that it is there.
    if (isMissing(name) || isUnknown(name)) return;
    const found = this.has(from, kind, name);
    if (found === false) report.violation(path, `names no ${kind} of the stack in its namespace`, from);
    else if (found !== true) report.cannotTell(path, from);
  }

  private has(from: Resource, kind: string, name: Value): Answer {
    const namespace = text(namespaceOf(from));
    if (namespace !== undefined && this.known.has(`${kind}/${namespace}/${text(name) ?? ""}`)) return true;
    // Where it is looked for is not known either.
    if (namespace === undefined) return UNKNOWN;
    return some(
      this.vague
        .filter(({ type }) => kindOf(type) === kind)
        .map((one) => every([sameNamespace(from, one), equal(nameOf(one), name)])),
    );
  }
}

/** A name that Pulumi makes up is not known yet. */
function nameOf({ props }: Resource): Value {
  const name = at(props, "metadata", "name");
  return isMissing(name) ? UNKNOWN : name;
}

function placeOf(resource: Resource): string | undefined {
  const [namespace, name] = [text(namespaceOf(resource)), text(nameOf(resource))];
  return namespace === undefined || name === undefined
    ? undefined
    : `${kindOf(resource.type)}/${namespace}/${name}`;
}
