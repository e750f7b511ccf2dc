import { stackRule } from "../../core/rule";
import { podOf } from "../../models/pods";
import { every, isListed, some } from "../../models/selectors";
import { podTypes } from "../../models/types";
import { appliesTo, directions, isAbout, networkPolicyTypes } from "./network-policy";

/** Pods that no NetworkPolicy is about, and which everybody reaches. */
export const podIsolated = stackRule({
  name: "net-01-pod-isolated",
  group: "network",
  severity: "high",
  summary: "Every pod is selected by NetworkPolicies for what comes in and for what goes out.",
  why: "A pod that no NetworkPolicy selects can be reached by every pod of the cluster, and reaches all of them and the internet.",
  fix: "Add a NetworkPolicy in the pod's namespace whose spec.podSelector matches its labels, with policyTypes Ingress and Egress.",
  maps: [
    "CKV2_K8S_6",
    "KubeLinter-non-isolated-pod",
    "KubeScore-pod-networkpolicy",
    "Polaris-missingNetworkPolicy",
    "CIS-EKS-4.3.2",
    "C-0260",
    "C-0030",
  ],
  unknown: "cannot tell",
  bad: `new k8s.apps.v1.Deployment("web", { metadata: { namespace: "shop" }, spec: { … } });`,
  good: `new k8s.networking.v1.NetworkPolicy("web", {
  metadata: { namespace: "shop" },
  spec: { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress", "Egress"], ingress: [ … ], egress: [ … ] },
});
new k8s.apps.v1.Deployment("web", { metadata: { namespace: "shop" }, spec: { … } });`,
  options: {
    tools: { description: "what somebody else isolates, as namespace/name or namespace/*", default: [] },
    directions: { description: "directions that must be covered: Ingress, Egress", default: [...directions] },
  },
  types: [...podTypes, ...networkPolicyTypes],
  check(stack, report) {
    const policies = stack.of(...networkPolicyTypes);
    const tools = report.list("tools");
    const wanted = directions.filter((direction) => report.list("directions").includes(direction));
    for (const pod of stack.of(...podTypes).map(podOf)) {
      // A patch that leaves the pod alone.
      if (pod.spec === undefined) continue;
      if (isListed(pod.resource, tools)) continue;
      const path = pod.path.replace(/spec$/, "metadata.labels");
      for (const direction of wanted) {
        const covered = some(
          policies.map((policy) => every([isAbout(policy, pod), appliesTo(policy, direction)])),
        );
        if (covered === false)
          report.violation(path, `is selected by no NetworkPolicy for ${direction}`, pod.resource);
        else if (covered !== true) report.cannotTell(path, pod.resource);
      }
    }
  },
});
