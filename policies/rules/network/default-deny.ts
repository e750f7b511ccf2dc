import type { Resource } from "../../core/resource";
import { stackRule } from "../../core/rule";
import { at, isMissing, text, UNKNOWN } from "../../core/value";
import { type Answer, equal, every, namespaceOf, some } from "../../models/selectors";
import { withPatch } from "../../models/types";
import { denies, directions, networkPolicyTypes } from "./network-policy";

const namespaceTypes = withPatch("kubernetes:core/v1:Namespace");

/** What happens to a pod in a namespace before anybody has written a policy for it. */
export const defaultDeny = stackRule({
  name: "net-02-default-deny",
  group: "network",
  severity: "high",
  summary: "Every namespace denies all connections in both directions, until a policy allows one.",
  why: "NetworkPolicies only add: without one that denies everything, a pod that nobody thought of is open in every direction.",
  fix: "Add a NetworkPolicy to the namespace with podSelector {}, policyTypes Ingress and Egress, and no rules; put what is allowed into policies of its own.",
  maps: ["Kyverno-add-network-policy", "C-0030", "CIS-EKS-4.3.2"],
  unknown: "cannot tell",
  bad: `new k8s.core.v1.Namespace("shop", { metadata: { name: "shop" } });`,
  good: `new k8s.core.v1.Namespace("shop", { metadata: { name: "shop" } });
new k8s.networking.v1.NetworkPolicy("deny", {
  metadata: { namespace: "shop" },
  spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
});`,
  options: {
    exceptNamespaces: { description: "namespaces in which somebody else keeps order", default: [] },
  },
  types: [...namespaceTypes, ...networkPolicyTypes],
  check(stack, report) {
    const policies = stack.of(...networkPolicyTypes);
    const except = report.list("exceptNamespaces");
    for (const namespace of stack.of(...namespaceTypes)) {
      if (except.includes(text(at(namespace.props, "metadata", "name")) ?? "")) continue;
      for (const direction of directions) {
        const denied = some(
          policies.map((policy) => every([isIn(policy, namespace), denies(policy, direction)])),
        );
        if (denied === false)
          report.violation("metadata.name", `has no NetworkPolicy that denies all ${direction}`, namespace);
        else if (denied !== true) report.cannotTell("metadata.name", namespace);
      }
    }
  },
});

/** A name that Pulumi or the cluster makes up is not known yet, but the policy depends on the namespace for it. */
function isIn(object: Resource, namespace: Resource): Answer {
  if (object.propertyDependencies["metadata"]?.includes(namespace.urn) === true) return true;
  const name = at(namespace.props, "metadata", "name");
  return equal(isMissing(name) ? UNKNOWN : name, namespaceOf(object));
}
