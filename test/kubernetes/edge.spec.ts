import assert from "node:assert/strict";
import type { Api } from "../../toolchain/cluster";
import { CLUSTER_MS, soon, theCluster, type TestCluster } from "../support/cluster";
import { addEdgeKinds, removeEdgeKinds } from "../support/edge-kinds";
import { differences } from "../support/fences";
import { kubernetesProgram, type Manifest } from "../support/kubernetes-program";

const NAMESPACE = "semblance-edge-kinds";
const PLURALS: Readonly<Record<string, string>> = {
  Certificate: "/apis/cert-manager.io/v1/namespaces/NS/certificates",
  TLSRoute: "/apis/gateway.networking.k8s.io/v1/namespaces/NS/tlsroutes",
  HTTPRoute: "/apis/gateway.networking.k8s.io/v1/namespaces/NS/httproutes",
};
const gateway = {
  type: "ClusterIP",
  certificate: { certManager: { issuer: "letsencrypt" } },
  gatewayApi: { name: "edge", namespace: "gateways", httpListener: "http" },
};

describe("the edge behind a Gateway, with an issuer's certificate, on a real API server", function () {
  this.timeout(5 * 60_000);
  let cluster: TestCluster;
  let admin: Api;
  let sent: readonly Manifest[];

  before(async function () {
    this.timeout(CLUSTER_MS);
    cluster = await theCluster();
    ({ admin } = cluster);
    await addEdgeKinds(admin);
    await cluster.namespace(NAMESPACE);
    const { manifests } = await kubernetesProgram({ profile: "core", development: false }, { gateway });
    sent = manifests.filter(({ kind }) => kind in PLURALS);
  });
  after(async () => {
    await removeEdgeKinds(admin);
    await cluster.removeNamespace(NAMESPACE);
  });

  const pathOf = ({ kind, name }: Pick<Manifest, "kind" | "name">) =>
    `${(PLURALS[kind] ?? "").replace("NS", NAMESPACE)}/${name}`;
  const apply = (one: Manifest, spec: unknown = one.object["spec"]) =>
    admin.apply(
      pathOf(one),
      { ...one.object, metadata: { name: one.name, namespace: NAMESPACE }, spec },
      "fieldManager=edge&force=true&fieldValidation=Strict",
    );

  it("takes what is sent, keeps it as it is, and finds nothing to change in it the next time", async () => {
    assert.deepEqual(sent.map(({ kind }) => kind).sort(), ["Certificate", "HTTPRoute", "TLSRoute"]);
    for (const one of sent) {
      const kept = await soon(`${one.kind} to be known`, () => apply(one).catch(() => undefined));
      assert.deepEqual(differences(one.object["spec"], Object(kept).spec), [], one.kind);
      const again = await apply(one);
      assert.equal(Object(again).metadata.resourceVersion, Object(kept).metadata.resourceVersion, one.kind);
    }
  });

  it("refuses what these kinds do not know", async () => {
    for (const one of sent) {
      const spec = { ...Object(one.object["spec"]), hostname: "semblance.example.com" };
      await assert.rejects(apply(one, spec), /unknown field|field not declared in schema/, one.kind);
    }
  });
});
