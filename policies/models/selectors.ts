import { matches } from "../core/pattern";
import type { Resource } from "../core/resource";
import {
  at,
  entries,
  isMissing,
  isUnknown,
  items,
  text,
  UNKNOWN,
  type Unknown,
  type Value,
} from "../core/value";

/** Yes, no, or nobody can tell before the deployment. */
export type Answer = boolean | Unknown;

/** Yes where all are; one plain no outweighs what nobody can tell. */
export function every(answers: readonly Answer[]): Answer {
  if (answers.includes(false)) return false;
  return answers.includes(UNKNOWN) ? UNKNOWN : true;
}

/** Yes where one is; one plain yes outweighs what nobody can tell. */
export function some(answers: readonly Answer[]): Answer {
  if (answers.includes(true)) return true;
  return answers.includes(UNKNOWN) ? UNKNOWN : false;
}

/** Whether two values are the same. */
export function equal(one: Value, other: Value): Answer {
  if (isUnknown(one) || isUnknown(other)) return UNKNOWN;
  return text(one) !== undefined && text(one) === text(other);
}

/** Whether a list names a text. */
export const includes = (list: Value, wanted: string): Answer =>
  isUnknown(list) ? UNKNOWN : some(items(list).map((one) => equal(one, wanted)));

/** Whether a label selector of Kubernetes selects everything: it is missing, or asks for nothing. */
export const selectsAll = (selector: Value): Answer =>
  isUnknown(selector)
    ? UNKNOWN
    : every(entries(selector).map(([, asked]) => (isUnknown(asked) ? UNKNOWN : isMissing(asked))));

/** Whether a label selector of Kubernetes (`matchLabels`, `matchExpressions`) selects an object with these labels. */
export function selects(selector: Value, labels: Value): Answer {
  if (isUnknown(selector)) return UNKNOWN;
  const asked = at(selector, "matchLabels");
  const expressions = at(selector, "matchExpressions");
  return every([
    isUnknown(asked) ? UNKNOWN : hasLabels(asked, labels),
    isUnknown(expressions) ? UNKNOWN : every(items(expressions).map((one) => satisfies(one, labels))),
  ]);
}

/** Whether an object has each of these labels; the selector of a Service is such a list. */
export const hasLabels = (asked: Value, labels: Value): Answer =>
  every(entries(asked).map(([key, value]) => equal(value, at(labels, key))));

function satisfies(expression: Value, labels: Value): Answer {
  const key = text(at(expression, "key"));
  const operator = text(at(expression, "operator"));
  if (key === undefined || operator === undefined || isUnknown(labels)) return UNKNOWN;
  const label = at(labels, key);
  const present = label !== undefined && label !== null;
  const named = some(items(at(expression, "values")).map((value) => equal(value, label)));
  switch (operator) {
    case "Exists":
      return present;
    case "DoesNotExist":
      return !present;
    case "In":
      return present && (isUnknown(at(expression, "values")) ? UNKNOWN : named);
    case "NotIn":
      return !present || (isUnknown(named) || isUnknown(at(expression, "values")) ? UNKNOWN : !named);
    default:
      return UNKNOWN;
  }
}

/** The namespace of a Kubernetes object: its own, its provider's, or the one that is meant where nobody names any. */
export function namespaceOf({ props, provider }: Resource): Value {
  const own = at(props, "metadata", "namespace");
  if (!isMissing(own)) return own;
  return isMissing(provider["namespace"]) ? "default" : provider["namespace"];
}

/** Whether two Kubernetes objects are in the same namespace. */
export const sameNamespace = (one: Resource, other: Resource): Answer =>
  equal(namespaceOf(one), namespaceOf(other));

/** Whether a list names a Kubernetes object, as `namespace/name`; `*` stands for any characters. */
export function isListed(resource: Resource, list: readonly string[]): boolean {
  const namespace = text(namespaceOf(resource)) ?? "";
  const name = text(at(resource.props, "metadata", "name")) ?? "";
  return list.some((one) => matches(one, `${namespace}/${name}`));
}
