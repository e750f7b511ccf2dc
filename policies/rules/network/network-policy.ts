import type { Resource } from "../../core/resource";
import { at, isMissing, isUnknown, UNKNOWN, type Value } from "../../core/value";
import type { PodLike } from "../../models/pods";
import { type Answer, every, includes, sameNamespace, selects, selectsAll } from "../../models/selectors";
import { withPatch } from "../../models/types";

/** Both kinds of NetworkPolicy. */
export const networkPolicyTypes: readonly string[] = withPatch(
  "kubernetes:networking.k8s.io/v1:NetworkPolicy",
  "kubernetes:extensions/v1beta1:NetworkPolicy",
);

/** The two ways in which a NetworkPolicy isolates. */
export const directions = ["Ingress", "Egress"] as const;
export type Direction = (typeof directions)[number];

/** The list of a policy's rules for a direction. */
export const rulesOf = ({ props }: Resource, direction: Direction): Value =>
  at(props, "spec", direction.toLowerCase());

/** Whether a policy says anything about a direction. Where it names none it is about ingress, and about egress if it has rules. */
export function appliesTo(policy: Resource, direction: Direction): Answer {
  const types = at(policy.props, "spec", "policyTypes");
  if (!isMissing(types)) return includes(types, direction);
  if (direction === "Ingress") return true;
  const rules = rulesOf(policy, direction);
  return isUnknown(rules) ? UNKNOWN : !isMissing(rules);
}

/** Whether a policy is about a pod. */
export const isAbout = (policy: Resource, pod: PodLike): Answer =>
  every([
    sameNamespace(policy, pod.resource),
    selects(at(policy.props, "spec", "podSelector"), at(pod.metadata, "labels")),
  ]);

/** Whether a policy denies everything in a direction to every pod of its namespace. */
export function denies(policy: Resource, direction: Direction): Answer {
  const rules = rulesOf(policy, direction);
  return every([
    selectsAll(at(policy.props, "spec", "podSelector")),
    appliesTo(policy, direction),
    isUnknown(rules) ? UNKNOWN : isMissing(rules),
  ]);
}
