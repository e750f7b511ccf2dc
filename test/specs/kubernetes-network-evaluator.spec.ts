import assert from "node:assert/strict";
import { allows, type Cluster, type Party, type PolicyObject } from "../support/network-evaluator";

const pod = (
  name: string,
  namespace: string,
  labels: Readonly<Record<string, string>>,
  ip: string,
): Party => ({
  name,
  namespace,
  labels,
  ip,
});
const db = pod("db", "default", { role: "db" }, "10.244.0.10");
const web = pod("web", "default", { role: "frontend" }, "10.244.0.11");
const other = pod("other", "default", { role: "other" }, "10.244.0.12");
const peer = pod("peer", "myproject", { role: "client" }, "10.244.0.13");
const outside: Party = { name: "outside", ip: "172.17.5.5" };
const excepted: Party = { name: "excepted", ip: "172.17.1.5" };

/** The example of https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource */
const documented: PolicyObject = {
  namespace: "default",
  spec: {
    podSelector: { matchLabels: { role: "db" } },
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      {
        from: [
          { ipBlock: { cidr: "172.17.0.0/16", except: ["172.17.1.0/24"] } },
          { namespaceSelector: { matchLabels: { project: "myproject" } } },
          { podSelector: { matchLabels: { role: "frontend" } } },
        ],
        ports: [{ protocol: "TCP", port: 6379 }],
      },
    ],
    egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/24" } }], ports: [{ protocol: "TCP", port: 5978 }] }],
  },
};

const cluster = (...policies: readonly PolicyObject[]): Cluster => ({
  namespaces: { default: {}, myproject: { project: "myproject" } },
  policies,
});
const tcp = (port: number) => ({ port, protocol: "TCP" }) as const;
const policy = (spec: PolicyObject["spec"]): PolicyObject => ({ namespace: "default", spec });

describe("the evaluator of network policies", () => {
  it("reads the documentation's example as the documentation does", () => {
    const at = cluster(documented);
    const reaches = (from: Party, port = 6379) => allows(at, from, db, tcp(port));
    assert.deepEqual(
      [web, peer, outside, other, excepted].map((from) => reaches(from)),
      [true, true, true, false, false],
    );
    assert.equal(reaches(web, 6380), false);
    assert.equal(allows(at, web, db, { port: 6379, protocol: "UDP" }), false);
    const ten = { name: "ten", ip: "10.0.0.9" };
    assert.deepEqual(
      [5978, 5979].map((port) => allows(at, db, ten, tcp(port))),
      [true, false],
    );
    assert.equal(allows(at, db, outside, tcp(5978)), false);
    assert.equal(allows(at, other, web, tcp(1)), true, "pods that no policy selects are free");
  });

  it("lets nothing through that one of the two sides forbids", () => {
    const denied = cluster(
      policy({ podSelector: { matchLabels: { role: "frontend" } }, policyTypes: ["Egress"] }),
      documented,
    );
    assert.equal(allows(denied, web, db, tcp(6379)), false);
    assert.equal(allows(denied, other, web, tcp(80)), true, "only what goes out is forbidden");
  });

  it("adds up what several policies allow", () => {
    const denial = policy({ podSelector: {}, policyTypes: ["Ingress"] });
    assert.equal(allows(cluster(denial), web, db, tcp(6379)), false);
    assert.equal(allows(cluster(denial, documented), web, db, tcp(6379)), true);
  });

  it("acts in the directions that a policy has by default", () => {
    const into = policy({ podSelector: {} });
    assert.deepEqual(
      [allows(cluster(into), db, outside, tcp(1)), allows(cluster(into), outside, db, tcp(1))],
      [true, false],
    );
    const out = policy({ podSelector: {}, egress: [{ ports: [{ port: 53 }] }] });
    assert.deepEqual(
      [53, 54].map((port) => allows(cluster(out), db, outside, tcp(port))),
      [true, false],
    );
  });

  it("takes what is left out for everything: peers, ports, the protocol's ports", () => {
    const rule = (ingress: PolicyObject["spec"]["ingress"] & object) =>
      allows(cluster(policy({ podSelector: {}, ingress })), outside, db, tcp(7));
    assert.equal(rule([]), false);
    assert.equal(rule([{}]), true);
    assert.equal(rule([{ from: [], ports: [] }]), true);
    assert.equal(rule([{ ports: [{ protocol: "TCP" }] }]), true);
    assert.equal(rule([{ ports: [{ protocol: "UDP" }] }]), false);
    assert.equal(rule([{ ports: [{ port: 5, endPort: 9 }] }]), true);
    assert.equal(rule([{ ports: [{ port: 5, endPort: 6 }] }]), false);
  });

  it("tells pods of the own namespace, of others, and of both selectors apart", () => {
    const from = (peers: NonNullable<NonNullable<PolicyObject["spec"]["ingress"]>[number]["from"]>) =>
      [web, other, peer, outside].map((party) =>
        allows(
          cluster(policy({ podSelector: { matchLabels: { role: "db" } }, ingress: [{ from: peers }] })),
          party,
          db,
          tcp(1),
        ),
      );
    const project = { matchLabels: { project: "myproject" } };
    const named = { matchLabels: { "kubernetes.io/metadata.name": "default" } };
    assert.deepEqual(from([{ podSelector: {} }]), [true, true, false, false]);
    assert.deepEqual(from([{ namespaceSelector: {} }]), [true, true, true, false]);
    assert.deepEqual(from([{ namespaceSelector: named }]), [true, true, false, false]);
    assert.deepEqual(from([{ namespaceSelector: project, podSelector: { matchLabels: { role: "db" } } }]), [
      false,
      false,
      false,
      false,
    ]);
    assert.deepEqual(
      from([{ namespaceSelector: project, podSelector: { matchLabels: { role: "client" } } }]),
      [false, false, true, false],
    );
  });

  it("refuses what it does not understand", () => {
    const strange: unknown = JSON.parse('{"matchExpressions":[{"key":"role","operator":"Exists"}]}');
    assert.ok(typeof strange === "object" && strange !== null);
    const selected = policy({ podSelector: strange });
    assert.throws(() => allows(cluster(selected), web, db, tcp(1)), /not supported here: matchExpressions/);
  });
});
