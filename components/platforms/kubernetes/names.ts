import type { ServiceName } from "../../topology";
import { type Tier, tierOf } from "./tiers";

/** Labels of everything that belongs to a member, as https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ names them. */
export const LABEL = {
  name: "app.kubernetes.io/name",
  instance: "app.kubernetes.io/instance",
  component: "app.kubernetes.io/component",
  partOf: "app.kubernetes.io/part-of",
  managedBy: "app.kubernetes.io/managed-by",
} as const;

/** Namespace of a tier. */
export const namespaceOf = (stack: string, tier: Tier): string => `semblance-${stack}-${tier}`;

/** Namespace of a member. */
export const namespaceOfMember = (stack: string, member: ServiceName): string =>
  namespaceOf(stack, tierOf[member]);

/** By these the pods of a member are selected: by its Service, its disruption budget, its network policies. */
export const selectorOf = (stack: string, member: ServiceName): Record<string, string> => ({
  [LABEL.name]: member,
  [LABEL.instance]: stack,
});

/** Labels of an object of a member; `component` tells its jobs apart. */
export const labelsOf = (
  stack: string,
  member: ServiceName,
  component: string = member,
): Record<string, string> => ({
  ...selectorOf(stack, member),
  [LABEL.component]: component,
  [LABEL.partOf]: "semblance-curation",
  [LABEL.managedBy]: "pulumi",
});
