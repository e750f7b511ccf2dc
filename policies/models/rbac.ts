import type { Resource } from "../core/resource";
import { at, isUnknown, items, text, type Value } from "../core/value";
import { kindOf, withPatch } from "./types";

const VERSIONS = ["v1", "v1beta1", "v1alpha1"];
const everyVersion = (kind: string): string[] =>
  withPatch(...VERSIONS.map((version) => `kubernetes:rbac.authorization.k8s.io/${version}:${kind}`));

/** Kinds that say what may be done. */
export const roleTypes: readonly string[] = [...everyVersion("Role"), ...everyVersion("ClusterRole")];

/** Kinds that say who has a role. */
export const bindingTypes: readonly string[] = [
  ...everyVersion("RoleBinding"),
  ...everyVersion("ClusterRoleBinding"),
];

/** One rule of a role; what is not known is the one member of its list. */
export interface RbacRule {
  /** Where it is: `rules[0]`. */
  readonly path: string;
  readonly apiGroups: readonly Value[];
  readonly resources: readonly Value[];
  readonly verbs: readonly Value[];
  readonly resourceNames: readonly Value[];
  readonly nonResourceURLs: readonly Value[];
}

/** A role, of a namespace or of the cluster. */
export interface RbacRole {
  /** Its name in the cluster, if that is known. */
  readonly name: string | undefined;
  readonly everywhere: boolean;
  readonly rules: readonly RbacRule[];
  /** Rules that are not known yet. */
  readonly unread: readonly string[];
}

/** A rule as it is written, and where. */
interface Placed {
  readonly rule: Value;
  readonly path: string;
}

/** The role that a resource of `roleTypes` declares. */
export function roleOf({ type, props }: Resource): RbacRole {
  const rules = props["rules"];
  const listed = isUnknown(rules)
    ? []
    : items(rules).map((rule, i): Placed => ({ rule, path: `rules[${i}]` }));
  const list = ({ rule }: Placed, key: string) => listOf(at(rule, key));
  return {
    name: text(at(props, "metadata", "name")),
    everywhere: kindOf(type) === "ClusterRole",
    rules: listed
      .filter(({ rule }) => !isUnknown(rule))
      .map((one) => ({
        path: one.path,
        apiGroups: list(one, "apiGroups"),
        resources: list(one, "resources"),
        verbs: list(one, "verbs"),
        resourceNames: list(one, "resourceNames"),
        nonResourceURLs: list(one, "nonResourceURLs"),
      })),
    unread: isUnknown(rules)
      ? ["rules"]
      : listed.filter(({ rule }) => isUnknown(rule)).map((one) => one.path),
  };
}

const listOf = (value: Value): readonly Value[] => (isUnknown(value) ? [value] : items(value));

/** Something that a rule may give: these verbs on these resources of a group. */
export interface Right {
  readonly apiGroup: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** The parts of a right that a rule gives, as `verb resource`; undefined if nobody can tell yet. Nothing that matches: empty. */
export function given(rule: RbacRule, right: Right): readonly string[] | undefined {
  const groups = matching(rule.apiGroups, [right.apiGroup]);
  const resources = matching(rule.resources, right.resources);
  const verbs = matching(rule.verbs, right.verbs);
  const parts = [groups, resources, verbs];
  if (parts.some((part) => part.known.length === 0 && !part.unsure)) return [];
  if (parts.some((part) => part.known.length === 0)) return undefined;
  return verbs.known.flatMap((verb) => resources.known.map((resource) => `${verb} ${resource}`));
}

/** Which of the wanted words a list names; `*` names all, and `*` with a subresource that subresource of all. */
function matching(list: readonly Value[], wanted: readonly string[]) {
  const names = (word: string): boolean => {
    const [, subresource] = word.split("/");
    return list.some((one) => one === "*" || one === word || (subresource && one === `*/${subresource}`));
  };
  return { known: wanted.filter(names), unsure: list.some(isUnknown) };
}
