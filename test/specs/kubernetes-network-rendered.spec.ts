import assert from "node:assert/strict";
import { edge } from "../../components/topology";
import { kubernetesProgram, type Manifest } from "../support/kubernetes-program";
import { allows, type Party } from "../support/network-evaluator";
import { assertArrows, renderedCluster, renderedPods } from "../support/network-rendered";

describe("everything as it is sent to the API server", () => {
  let manifests: readonly Manifest[];
  before(async function () {
    this.timeout(60_000);
    ({ manifests } = await kubernetesProgram({ profile: "full", development: true }));
  });

  it("lets every arrow through between its pods, and nothing else", () => {
    assertArrows(renderedCluster(manifests), renderedPods(manifests));
  });

  it("lets a pod that is no member's reach nobody, and nobody reach it", () => {
    const cluster = renderedCluster(manifests);
    const outside: Party = { name: "outside", ip: "203.0.113.7" };
    const dialled = { port: 443, protocol: "TCP" } as const;
    assert.ok(Object.keys(cluster.namespaces).length >= 7);
    for (const namespace of Object.keys(cluster.namespaces)) {
      const stray: Party = { name: "stray", ip: "10.244.9.9", namespace, labels: { app: "stray" } };
      for (const other of [outside, ...renderedPods(manifests)]) {
        assert.ok(!allows(cluster, stray, other, dialled), `out of ${namespace}`);
        assert.ok(!allows(cluster, other, stray, dialled), `into ${namespace}`);
      }
    }
  });

  it("lets the outside in at the gateway only", () => {
    const cluster = renderedCluster(manifests);
    const outside: Party = { name: "outside", ip: "203.0.113.7" };
    const doors = renderedPods(manifests).flatMap((to) =>
      to.ports
        .filter(({ containerPort: port }) => allows(cluster, outside, to, { port, protocol: "TCP" }))
        .map(({ name }) => `${to.name}:${name ?? ""}`),
    );
    assert.deepEqual(doors.sort(), edge.ports.map((port) => `${edge.service}:${port}`).sort());
  });
});
