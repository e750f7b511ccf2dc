import type { Resource } from "../../../../policies/core/resource";
import { at, items, text, type Value } from "../../../../policies/core/value";
import {
  bindingTypes,
  type RbacRole,
  type RbacRule,
  roleOf,
  roleTypes,
} from "../../../../policies/models/rbac";
import { kindOf } from "../../../../policies/models/types";
import { NOT_KNOWN, word } from "../exposure/model";
import type { View } from "../view";
import { type Right, type Rights, whatever } from "./model";

/** What bindings give to whom: each subject with every verb on every resource of the role that it is bound to. */
export function kubernetesRights(view: View): Rights {
  const roles = view
    .of(...roleTypes)
    .map((resource) => ({ ...roleOf(resource), namespace: namespaceOf(resource) }));
  const bindings = view.of(...bindingTypes);
  return {
    given: bindings.flatMap((binding) => ofBinding(binding, roles)),
    denied: [],
    unread: roles.flatMap(({ name, unread }) => unread.map((path) => `${path} of role ${name ?? NOT_KNOWN}`)),
  };
}

interface PlacedRole extends RbacRole {
  readonly namespace: string;
}

const namespaceOf = ({ props }: Resource): string => word(at(props, "metadata", "namespace"), "default");

function ofBinding(binding: Resource, roles: readonly PlacedRole[]): Right[] {
  const everywhere = kindOf(binding.type) === "ClusterRoleBinding";
  const namespace = namespaceOf(binding);
  const wanted = at(binding.props, "roleRef");
  const [kind, name] = [text(at(wanted, "kind")), word(at(wanted, "name"))];
  const role = roles.find(
    (one) =>
      one.name === name &&
      (kind === "ClusterRole" ? one.everywhere : !one.everywhere && one.namespace === namespace),
  );
  const place = everywhere ? "the whole cluster" : namespace;
  const what: Pick<Right, "may" | "on">[] =
    role === undefined
      ? [{ may: whatever(`${kind ?? "role"} ${name}`), on: place }]
      : role.rules.flatMap((rule) => ofRule(rule, place));
  return items(at(binding.props, "subjects")).flatMap((subject) =>
    what.map((one): Right => ({ system: "kubernetes", who: subjectOf(subject), ...one, when: "" })),
  );
}

/** Groups and users are the cluster's, service accounts are a namespace's. */
function subjectOf(subject: Value): string {
  const namespace = text(at(subject, "namespace"));
  const prefix = namespace === undefined ? "" : `${namespace}/`;
  return `${word(at(subject, "kind"))} ${prefix}${word(at(subject, "name"))}`;
}

function ofRule(rule: RbacRule, place: string): Pick<Right, "may" | "on">[] {
  const names = rule.resourceNames.length === 0 ? [""] : rule.resourceNames.map((name) => ` ${word(name)}`);
  const groups = rule.apiGroups.length === 0 ? [""] : rule.apiGroups.map((group) => word(group));
  const resources = groups.flatMap((group) =>
    rule.resources.flatMap((resource) =>
      names.map((name) => `${word(resource)}${group === "" ? "" : `.${group}`}${name} in ${place}`),
    ),
  );
  const urls = rule.nonResourceURLs.map((url) => `${word(url)} of the API`);
  return rule.verbs.flatMap((verb) => [...resources, ...urls].map((on) => ({ may: word(verb), on })));
}
