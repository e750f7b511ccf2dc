import type { Demand, Registration } from "../../components/platforms/kubernetes/inventory";
import { namespaceOf, namespaceOfMember, selectorOf } from "../../components/platforms/kubernetes/names";
import { tiersOf } from "../../components/platforms/kubernetes/namespaces";
import { denyAll, type Outside, policyFor } from "../../components/platforms/kubernetes/network-rules";
import { arrows, type ServiceName } from "../../components/topology";
import type { Cluster, Party, PolicyObject } from "./network-evaluator";
import type { RecordedProgram } from "./recorded-program";

const STACK = "test";

/** Asks for next to nothing. */
export const smallDemand: Demand = {
  pods: 1,
  requests: { cpu: 0.1, memoryMiB: 64 },
  limits: { cpu: 0.5, memoryMiB: 64 },
  claims: [],
  services: 1,
  loadBalancers: 0,
  nodePorts: 0,
};

/** What a platform would note of the workloads and jobs of a program. */
export function registrationsOf({ workloads }: RecordedProgram): readonly Registration[] {
  return workloads.map(({ member, server, uses }) => ({
    member,
    ports: Object.fromEntries(
      Object.entries(server?.ports ?? {}).map(([name, { number }]) => [name, number]),
    ),
    arrows: uses.map(({ server: to, port }) => {
      const arrow = arrows.find((one) => one.from === member && one.to === to && one.port === port);
      if (arrow === undefined) throw new Error(`no arrow ${member} -> ${to}:${port}`);
      return arrow;
    }),
    published: (server?.publish ?? []).map(({ port }) => port),
    egress: server?.egress === true,
    demand: smallDemand,
  }));
}

/** A cluster with the policies of these members. */
export function clusterOf(
  present: ReadonlySet<ServiceName>,
  registrations: readonly Registration[],
  outside: Outside,
): Cluster {
  const namespaces = tiersOf(present).map((tier) => namespaceOf(STACK, tier));
  const own = [...present].map((member) => ({
    namespace: namespaceOfMember(STACK, member),
    spec: policyFor(member, registrations, { ...outside, stack: STACK }),
  }));
  const denials = namespaces.map((namespace) => ({ namespace, spec: denyAll }));
  // As they would travel: what JSON leaves out, the API server does not get.
  const policies: PolicyObject[] = JSON.parse(JSON.stringify([...denials, ...own]));
  return { namespaces: Object.fromEntries([...namespaces, "kube-system"].map((one) => [one, {}])), policies };
}

/** A pod of each member, somewhere in a cluster's usual range. */
export const podsOf = (present: ReadonlySet<ServiceName>): readonly Party[] =>
  [...present].map((member, i) => ({
    name: member,
    ip: `10.244.1.${i + 1}`,
    namespace: namespaceOfMember(STACK, member),
    labels: { ...selectorOf(STACK, member), "pod-template-hash": "x" },
  }));
