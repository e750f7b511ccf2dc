import assert from "node:assert/strict";
import type { WorkloadSpec } from "../../components/core/workload";
import type { ServiceName } from "../../components/topology";
import { kubernetesProgram, manifestsOf, onKubernetes } from "../support/kubernetes-program";
import { serverSpec as smallest } from "../support/samples";

/** The smallest server, whatever its ports are called. */
const serverSpec: WorkloadSpec = smallest;

describe("a server of which there may be several copies", () => {
  it("has a name that stands for each of its copies, where there may be several", async () => {
    const headless = async (service: ServiceName, autoscaling: object) => {
      const { resources } = await onKubernetes(
        (platform, parent) => {
          platform.run(service, serverSpec, parent);
        },
        { autoscaling },
      );
      return manifestsOf(resources).filter(
        ({ kind, name }) => kind === "Service" && name.endsWith("-copies"),
      );
    };
    const [copies, ...others] = await headless("docs", { maxReplicas: 3 });
    assert.ok(copies && others.length === 0);
    const { clusterIP, publishNotReadyAddresses, ports } = copies.object["spec"] as Record<string, unknown>;
    assert.deepEqual(
      [copies.name, copies.namespace, clusterIP, publishNotReadyAddresses],
      ["docs-copies", "semblance-dev-edge", "None", true],
    );
    assert.deepEqual(ports, [{ name: "https", port: 8443, targetPort: 8443, protocol: "TCP" }]);
    assert.deepEqual(await headless("docs", {}), []);
    assert.deepEqual(await headless("redis", { maxReplicas: 3 }), [], "there is one of it");
    const { result } = await onKubernetes(
      (platform) => [platform.copiesOf("docs"), platform.copiesOf("redis")],
      { autoscaling: { maxReplicas: 3 } },
    );
    assert.deepEqual(result, ["docs-copies.semblance-dev-edge.svc.cluster.local", undefined]);
  });
});

describe("the whole stack on Kubernetes, with several copies of what can have them", () => {
  it("has room in its quotas for each of its Services", async () => {
    const autoscaling = { minReplicas: 2, maxReplicas: 3 };
    const { manifests } = await kubernetesProgram({ profile: "full", development: true }, { autoscaling });
    const services = manifests.filter(({ kind }) => kind === "Service");
    assert.ok(services.some(({ name }) => name === "docs-copies"));
    const quotas = manifests.filter(({ kind }) => kind === "ResourceQuota");
    for (const { namespace, object } of quotas) {
      const { hard } = object["spec"] as { hard: Readonly<Record<string, string>> };
      const asked = services.filter((one) => one.namespace === namespace).length;
      assert.ok(asked <= Number(hard["services"]), `${namespace}: ${asked} Services, ${hard["services"]}`);
    }
    assert.ok(quotas.length > 5);
  });
});
