import assert from "node:assert/strict";
import { TopologyError } from "../../components/core/errors";
import type { Registration } from "../../components/platforms/kubernetes/inventory";
import { selectorOf } from "../../components/platforms/kubernetes/names";
import { policyFor } from "../../components/platforms/kubernetes/network-rules";
import { arrows, members, type ServiceName } from "../../components/topology";
import { smallDemand } from "../support/network-topology";

describe("a network policy", () => {
  const at = (member: ServiceName): Registration => ({
    member,
    ports: { https: 8443 },
    arrows: [],
    published: [],
    egress: false,
    demand: smallDemand,
  });
  const arrow = arrows.find(({ from, to }) => from === "gateway" && to === "docs") ?? assert.fail();
  const args = { sourceRanges: [], nodeRanges: [], egressExcept: [], stack: "test" };

  it("has the arrows of all jobs of a member, each once", () => {
    const jobs = arrows.filter(({ from }) => from === "postgres-setup");
    const job = { ...at("postgres-setup"), ports: {}, arrows: jobs };
    const postgres = { ...at("postgres"), ports: { sql: 5432 } };
    assert.equal(members["postgres-setup"].kind, "job");
    assert.equal(
      policyFor("postgres-setup", [job, job, postgres], args).egress?.length,
      2,
      "the server and DNS",
    );
    assert.equal(policyFor("postgres", [job, job, postgres], args).ingress?.length, 1);
  });

  it("of a member that is left to itself allows nothing", () => {
    assert.deepEqual(policyFor("docs", [at("docs")], args), {
      podSelector: { matchLabels: selectorOf("test", "docs") },
      policyTypes: ["Ingress", "Egress"],
    });
  });

  it("is refused for an arrow whose server does not run, or has no such port", () => {
    const gateway = { ...at("gateway"), arrows: [arrow] };
    assert.throws(() => policyFor("gateway", [gateway], args), TopologyError);
    const other = { ...at("docs"), ports: { http: 80 } };
    assert.throws(
      () => policyFor("gateway", [gateway, other], args),
      /docs has no port https; its spec has http/,
    );
  });

  it("selects the pods of its own stack only", () => {
    const { podSelector } = policyFor("docs", [at("docs")], args);
    assert.deepEqual(podSelector.matchLabels, {
      "app.kubernetes.io/name": "docs",
      "app.kubernetes.io/instance": "test",
    });
  });
});
