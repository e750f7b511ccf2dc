import type { Resource } from "../../core/resource";
import { type Report, resourceRule, stackRule } from "../../core/rule";
import { at, isMissing, isUnknown, items, text, texts, type Value } from "../../core/value";
import { containersOf } from "../../models/containers";
import { podOf } from "../../models/pods";
import { contains, isWorld } from "../../models/ports";
import { selectsAll, some } from "../../models/selectors";
import { podTypes } from "../../models/types";
import { isDataStore } from "./data-stores";
import { type Direction, directions, isAbout, networkPolicyTypes, rulesOf } from "./network-policy";

/** Where clouds hand out the credentials of a machine to whoever asks. */
const METADATA = "169.254.169.254";

/** What the two ends of a rule are called. */
const PEERS: Readonly<Record<Direction, string>> = { Ingress: "from", Egress: "to" };

/** Policies that are there and isolate nobody. */
export const policyWidth = resourceRule({
  name: "net-03-policy-width",
  group: "network",
  severity: "high",
  summary: "NetworkPolicies name who may connect, and none opens a way to the metadata service of a cloud.",
  why: "A rule without peers, or with the whole internet as one, isolates nobody; a way out to everywhere includes the address that hands out the machine's credentials.",
  fix: "Name the peers in from and to, by podSelector and namespaceSelector or by a narrow ipBlock; give an ipBlock of everything an except with 169.254.0.0/16 and the private ranges.",
  maps: ["C-0030", "CIS-EKS-4.3.2"],
  unknown: "cannot tell",
  bad: `new k8s.networking.v1.NetworkPolicy("db", {
  metadata: { namespace: "shop" },
  spec: { podSelector: { matchLabels: { app: "db" } }, ingress: [{ ports: [{ port: 5432 }] }] },
});`,
  good: `new k8s.networking.v1.NetworkPolicy("db", {
  metadata: { namespace: "shop" },
  spec: {
    podSelector: { matchLabels: { app: "db" } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }], ports: [{ port: 5432 }] }],
  },
});`,
  options: {
    edge: { description: "names of NetworkPolicies of what the whole internet may reach", default: [] },
  },
  types: networkPolicyTypes,
  check(policy, report) {
    for (const direction of directions)
      eachPeer(policy, direction, report, (path, peer) => {
        const namespaces = at(peer, "namespaceSelector");
        // Left out, it means the policy's own namespace; empty, it means all of them.
        const everywhere = namespaces !== undefined && namespaces !== null && selectsAll(namespaces) === true;
        if (everywhere && selectsAll(at(peer, "podSelector")) === true)
          report.violation(`${path}.namespaceSelector`, "is about every pod of the cluster");
        const cidr = at(peer, "ipBlock", "cidr");
        if (isUnknown(cidr)) return report.cannotTell(`${path}.ipBlock.cidr`);
        const range = text(cidr);
        if (range === undefined) return;
        if (direction === "Egress" && !isWorld(range) && contains(range, METADATA))
          return report.violation(`${path}.ipBlock.cidr`, "leads to the metadata service of a cloud");
        if (!isWorld(range)) return;
        if (direction === "Ingress") {
          if (!report.list("edge").includes(policy.name))
            report.violation(`${path}.ipBlock.cidr`, "lets the whole internet in");
        } else if (!range.includes(":")) {
          const except = at(peer, "ipBlock", "except");
          if (texts(except).some((hole) => contains(hole, METADATA))) return;
          report.must(`${path}.ipBlock.except`, except, () => false, "does not leave out 169.254.169.254");
        }
      });
  },
});

/** Data stores that all pods of a namespace or of a cluster reach. */
export const dataStoresClosed = stackRule({
  name: "net-03-data-stores-closed",
  group: "network",
  severity: "high",
  summary:
    "What keeps data is reached by pods that are named, not by all pods of a namespace or of the cluster.",
  why: "A database that every pod reaches is one stolen password, or one unpatched fault, away from everybody who runs any of them.",
  fix: "Give each peer in spec.ingress[].from a podSelector with labels of the client.",
  maps: ["C-0030", "CIS-EKS-4.3.2"],
  unknown: "cannot tell",
  bad: `ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 5432 }] }]`,
  good: `ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }], ports: [{ port: 5432 }] }]`,
  types: [...podTypes, ...networkPolicyTypes],
  check(stack, report) {
    const stores = stack
      .of(...podTypes)
      .filter((resource) => containersOf(resource).some((container) => isDataStore(container, stack)))
      .map(podOf);
    for (const policy of stack.of(...networkPolicyTypes)) {
      if (some(stores.map((store) => isAbout(policy, store))) !== true) continue;
      eachPeer(policy, "Ingress", report, (path, peer) => {
        if (!isMissing(at(peer, "ipBlock"))) return;
        const all = selectsAll(at(peer, "podSelector"));
        if (all === true)
          report.violation(`${path}.podSelector`, "selects every pod, of a data store", policy);
        else if (isUnknown(all)) report.cannotTell(`${path}.podSelector`, policy);
      });
    }
  },
});

/** Visits the peers of a policy's rules. A rule without peers is about everybody, which no rule here accepts. */
function eachPeer(
  policy: Resource,
  direction: Direction,
  report: Report,
  visit: (path: string, peer: Value) => void,
): void {
  const key = PEERS[direction];
  const rules = rulesOf(policy, direction);
  const start = `spec.${direction.toLowerCase()}`;
  if (isUnknown(rules)) return report.cannotTell(start, policy);
  items(rules).forEach((rule, index) => {
    const path = `${start}[${index}].${key}`;
    const peers = at(rule, key);
    if (isUnknown(peers)) return report.cannotTell(path, policy);
    if (isMissing(peers)) return report.violation(path, "names nobody, which means everybody", policy);
    items(peers).forEach((peer, at) => visit(`${path}[${at}]`, peer));
  });
}

/** Policies that protect nothing, because what they select is not there or is called otherwise. */
export const policyDangling = stackRule({
  name: "net-03-policy-dangling",
  group: "network",
  severity: "low",
  summary: "Every NetworkPolicy selects a pod.",
  why: "A policy that selects nothing looks like protection, and the pod that it was written for goes without.",
  fix: "Make spec.podSelector match the labels of the pod's template, in the pod's namespace; delete the policy if the pod is gone.",
  maps: ["KubeLinter-dangling-networkpolicy", "KubeScore-networkpolicy-targets-pod"],
  unknown: "cannot tell",
  bad: `spec: { podSelector: { matchLabels: { app: "wbe" } } } // the pods say: web`,
  good: `spec: { podSelector: { matchLabels: { app: "web" } } }`,
  options: {
    outside: { description: "names of NetworkPolicies for pods that are not of the stack", default: [] },
  },
  types: [...podTypes, ...networkPolicyTypes],
  check(stack, report) {
    const pods = stack.of(...podTypes).map(podOf);
    for (const policy of stack.of(...networkPolicyTypes)) {
      const selector = at(policy.props, "spec", "podSelector");
      if (selectsAll(selector) === true || report.list("outside").includes(policy.name)) continue;
      const selected = some(pods.map((pod) => isAbout(policy, pod)));
      if (selected === false) report.violation("spec.podSelector", "selects no pod of the stack", policy);
      else if (selected !== true) report.cannotTell("spec.podSelector", policy);
    }
  },
});
