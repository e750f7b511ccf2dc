import assert from "node:assert/strict";
import type { Registration } from "../../components/platforms/kubernetes/inventory";
import type { Outside } from "../../components/platforms/kubernetes/network-rules";
import { arrows, arrowsAmong, edge, type ServiceName } from "../../components/topology";
import { allowedPairs, allows, type Cluster, type Party } from "../support/network-evaluator";
import { clusterOf, podsOf, registrationsOf } from "../support/network-topology";
import { type RecordedProgram, recordedProgram } from "../support/recorded-program";

const open: Outside = { sourceRanges: [], nodeRanges: [], egressExcept: [] };
const somewhere: Party = { name: "somewhere", ip: "203.0.113.7" };
const dns: Party = {
  name: "dns",
  ip: "10.244.0.2",
  namespace: "kube-system",
  labels: { "k8s-app": "kube-dns", "pod-template-hash": "y" },
};
/** What nobody may reach: the API server as a cluster address and as a machine, the cloud's credentials, the node. */
const forbidden: readonly Party[] = [
  { name: "the API server", ip: "10.96.0.1" },
  { name: "the API server on EKS", ip: "172.20.0.1" },
  { name: "a control plane machine", ip: "192.168.1.10" },
  { name: "the cloud's metadata", ip: "169.254.169.254" },
  { name: "a pod in a shared address range", ip: "100.64.3.4" },
];

/** A program, the policies of its members, and every port number that anything listens on. */
class World {
  readonly registrations: readonly Registration[];
  readonly cluster: Cluster;
  readonly pods: readonly Party[];
  readonly ports: readonly number[];

  constructor(
    readonly program: RecordedProgram,
    outside = open,
    change = (all: readonly Registration[]) => all,
  ) {
    this.registrations = change(registrationsOf(program));
    this.cluster = clusterOf(program.present, this.registrations, outside);
    this.pods = podsOf(program.present);
    const listened = this.registrations.flatMap(({ ports }) => Object.values(ports));
    this.ports = [...new Set([...listened, 22, 53, 80, 443, 6443, 10250])];
  }

  number(member: ServiceName, port: string): number {
    return (
      this.registrations.find((one) => one.member === member)?.ports[port] ?? assert.fail(`${member}:${port}`)
    );
  }

  drawn(): string[] {
    return arrowsAmong(this.program.present)
      .map(({ from, to, port }) => `${from} -> ${to}:${this.number(to, port)}`)
      .sort();
  }

  allowed(): string[] {
    return [...allowedPairs(this.cluster, this.pods, this.ports)].sort();
  }

  reach(from: Party, to: Party, protocol: "TCP" | "UDP" = "TCP"): number[] {
    return this.ports.filter((port) => allows(this.cluster, from, to, { port, protocol }));
  }
}

const everything = { profile: "full", development: true } as const;

describe("network policies of the whole platform", () => {
  let full: RecordedProgram;
  before(async () => void (full = await recordedProgram(everything)));

  it("let every arrow through, and nothing else", () => {
    const world = new World(full);
    assert.equal(world.drawn().length, arrows.length, "the program has every arrow of the topology");
    assert.deepEqual(world.allowed(), world.drawn());
  });

  for (const [title, choice] of Object.entries({
    "a small stack": { profile: "core", development: false },
    "one without Jaeger": { ...everything, absent: ["jaeger"] },
    "one without Elasticsearch": { ...everything, absent: ["elasticsearch"] },
  } as const)) {
    it(`do so in ${title}`, async () => {
      const world = new World(await recordedProgram(choice));
      assert.deepEqual(world.allowed(), world.drawn());
    });
  }

  it("let the outside in at the gateway's published ports, and nowhere else", () => {
    const world = new World(full);
    for (const pod of world.pods) {
      const published = edge.service === pod.name ? edge.ports : [];
      const numbers = published.map((port) => world.number(edge.service, port));
      assert.deepEqual(new Set(world.reach(somewhere, pod)), new Set(numbers), pod.name);
    }
  });

  it("let in who is named, where somebody is", () => {
    const world = new World(full, {
      ...open,
      sourceRanges: ["198.51.100.0/24"],
      nodeRanges: ["10.0.0.0/16"],
    });
    const gateway = world.pods.find(({ name }) => name === edge.service) ?? assert.fail();
    const from = (ip: string): number => world.reach({ name: ip, ip }, gateway).length;
    assert.deepEqual(["203.0.113.7", "198.51.100.9", "10.0.3.4", "10.1.3.4"].map(from), [0, 2, 2, 0]);
    assert.deepEqual(world.allowed(), world.drawn());
  });

  it("let clients ask for names, and servers that ask nobody not even that", () => {
    const world = new World(full);
    for (const pod of world.pods) {
      const asks = arrows.some(({ from }) => from === pod.name);
      assert.deepEqual(world.reach(pod, dns), asks ? [53] : [], pod.name);
      assert.deepEqual(world.reach(pod, dns, "UDP"), asks ? [53] : [], pod.name);
      assert.deepEqual(world.reach(pod, { ...dns, labels: { app: "other" } }), [], pod.name);
      assert.deepEqual(world.reach(pod, { ...dns, namespace: "semblance-test-work" }), [], pod.name);
    }
  });

  it("let nobody out to the world, nor to the machines", () => {
    const world = new World(full);
    for (const pod of world.pods)
      for (const to of [somewhere, ...forbidden])
        assert.deepEqual(world.reach(pod, to), [], `${pod.name} to ${to.name}`);
  });

  it("let a member that calls out reach the world, and neither machines, pods nor the cloud's credentials", () => {
    const callsOut = (all: readonly Registration[]) =>
      all.map((one) => (one.member === "alertmanager" ? { ...one, egress: true } : one));
    const world = new World(full, { ...open, egressExcept: ["198.51.100.0/24"] }, callsOut);
    assert.deepEqual(world.allowed(), world.drawn());
    for (const pod of world.pods) {
      const out = pod.name === "alertmanager" ? world.ports : [];
      assert.deepEqual(world.reach(pod, somewhere), out, pod.name);
      for (const to of [...forbidden, { name: "excepted", ip: "198.51.100.1" }])
        assert.deepEqual(world.reach(pod, to), [], `${pod.name} to ${to.name}`);
    }
  });

  it("know a pod by its namespace and its stack as well as by its name", () => {
    const world = new World(full);
    const { namespaces, policies } = world.cluster;
    const cluster = { namespaces: { ...namespaces, "semblance-other-edge": {} }, policies };
    for (const client of world.pods) {
      const impostors: readonly Party[] = [
        { ...client, name: "in another tier", namespace: "kube-system" },
        { ...client, name: "in another stack's namespace", namespace: "semblance-other-edge" },
        {
          ...client,
          name: "of another stack",
          labels: { ...client.labels, "app.kubernetes.io/instance": "other" },
        },
      ];
      for (const from of impostors)
        for (const to of world.pods.filter(({ name }) => name !== edge.service))
          for (const port of world.ports)
            assert.ok(
              !allows(cluster, from, to, { port, protocol: "TCP" }),
              `${client.name} ${from.name} gets to ${to.name}:${port}`,
            );
    }
  });

  it("do not change when the program registers its workloads in another order", () => {
    const turned = new World(full, open, (all) => [...all].reverse());
    assert.deepEqual(turned.cluster, new World(full).cluster);
  });

  it("are missed wherever one rule is taken out", () => {
    const world = new World(full);
    const { namespaces, policies } = world.cluster;
    const named = new Map(world.pods.map((pod) => [pod.name, pod]));
    const drawn = arrows.map(({ from, to, port }) => ({
      from: named.get(from) ?? assert.fail(from),
      to: named.get(to) ?? assert.fail(to),
      dialled: { port: world.number(to, port), protocol: "TCP" as const },
    }));
    let tried = 0;
    for (const [i, policy] of policies.entries()) {
      for (const direction of ["ingress", "egress"] as const) {
        for (const [j, rule] of (policy.spec[direction] ?? []).entries()) {
          if (/ipBlock|kube-dns/.test(JSON.stringify(rule))) continue;
          const spec = { ...policy.spec, [direction]: policy.spec[direction]?.filter((_, k) => k !== j) };
          const cluster = { namespaces, policies: policies.with(i, { ...policy, spec }) };
          const left = drawn.filter(({ from, to, dialled }) => allows(cluster, from, to, dialled));
          assert.equal(left.length, arrows.length - 1, `rule ${j} of ${direction} of policy ${i}`);
          tried += 1;
        }
      }
    }
    assert.equal(tried, 2 * arrows.length, "one rule at each end of each arrow");
  });

  it("are seen to be too wide where a namespace has no denial, or a rule no port", () => {
    const world = new World(full);
    const { namespaces, policies } = world.cluster;
    const without = policies.filter((policy) => Object.keys(policy.spec.podSelector).length > 0);
    // Each member has a policy of its own that isolates it: the denial is for what is none.
    const stranger: Party = {
      name: "stranger",
      ip: "10.244.9.9",
      namespace: "semblance-test-data",
      labels: {},
    };
    const free = { namespaces, policies: without };
    assert.ok(allows(free, stranger, somewhere, { port: 443, protocol: "TCP" }));
    assert.ok(!allows(world.cluster, stranger, somewhere, { port: 443, protocol: "TCP" }));
    assert.ok(!allows(world.cluster, somewhere, stranger, { port: 443, protocol: "TCP" }));
    const wide = policies.map(({ namespace, spec }) => ({
      namespace,
      spec: { ...spec, ingress: spec.ingress?.map(({ from }) => ({ from: from ?? [] })) ?? [] },
    }));
    const both = wide.map((one) => ({
      ...one,
      spec: { ...one.spec, egress: one.spec.egress?.map(({ to }) => ({ to: to ?? [] })) ?? [] },
    }));
    assert.ok(allowedPairs({ namespaces, policies: both }, world.pods, world.ports).size > arrows.length);
  });
});
