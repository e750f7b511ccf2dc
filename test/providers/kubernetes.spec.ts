import assert from "node:assert/strict";
import type { CheckContext, Props } from "../../toolchain/providers/base/resource";
import { UNKNOWN } from "../../toolchain/providers/base/value";
import { checkManifest } from "../../toolchain/providers/kubernetes/check";
import { diffManifest } from "../../toolchain/providers/kubernetes/diff";
import { isNamespaced, kindOfToken } from "../../toolchain/providers/kubernetes/kinds";

const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment" };
const FIXED = { configMaps: false, secrets: false };

describe("provider kubernetes: names and kinds", () => {
  const context: CheckContext = {
    urn: "urn:a::b::c::web",
    name: "web",
    randomSeed: new Uint8Array(32).fill(7),
  };
  const check = (inputs: Props, olds?: Props, namespaced = true) =>
    checkManifest(
      inputs,
      olds,
      { token: "kubernetes:apps/v1:Deployment", kind: DEPLOYMENT, namespaced, defaultNamespace: "lab" },
      context,
    );

  it("a token is a kind; charts, kustomizations and files are none", () => {
    assert.deepEqual(kindOfToken("kubernetes:core/v1:Secret"), { apiVersion: "v1", kind: "Secret" });
    assert.deepEqual(kindOfToken("kubernetes:apps/v1:Deployment"), DEPLOYMENT);
    for (const token of [
      "helm.sh/v3:Release",
      "kustomize/v2:Directory",
      "yaml/v2:ConfigFile",
      "yaml:ConfigFile",
    ])
      assert.throws(
        () => kindOfToken(`kubernetes:${token}`),
        /is not implemented by this project's kubernetes/,
      );
  });

  it("knows which kinds have no namespace, and which it has to ask about", () => {
    const scope = (apiVersion: string, kind: string) => isNamespaced({ apiVersion, kind });
    assert.equal(scope("v1", "Namespace"), false);
    assert.equal(scope("rbac.authorization.k8s.io/v1", "ClusterRole"), false);
    assert.equal(scope("rbac.authorization.k8s.io/v1", "Role"), true);
    assert.equal(scope("v1", "Pod"), true);
    assert.equal(scope("gateway.networking.k8s.io/v1", "GatewayClass"), undefined);
    assert.equal(scope("karpenter.sh/v1", "NodePool"), undefined);
  });

  it("gives a name of its own once, marked as such, and a namespace", () => {
    const { inputs } = check({ spec: {} });
    const { name, namespace, annotations } = Object(inputs["metadata"]);
    assert.match(name, /^web-[0-9a-f]{8}$/);
    assert.equal(namespace, "lab");
    assert.deepEqual(annotations, { "pulumi.com/autonamed": "true" });
    const again = checkManifest(
      { spec: {} },
      { metadata: { name: "web-old", annotations } },
      { token: "kubernetes:apps/v1:Deployment", kind: DEPLOYMENT, namespaced: true, defaultNamespace: "lab" },
      { ...context, randomSeed: new Uint8Array(32).fill(9) },
    );
    assert.equal(Object(again.inputs["metadata"]).name, "web-old");
  });

  it("leaves the program's name, an unknown one, and metadata that is unknown", () => {
    assert.deepEqual(check({ metadata: { name: "mine" } }).inputs["metadata"], {
      name: "mine",
      namespace: "lab",
    });
    assert.equal(Object(check({ metadata: { name: UNKNOWN } }).inputs["metadata"]).name, UNKNOWN);
    assert.equal(check({ metadata: UNKNOWN }).inputs["metadata"], UNKNOWN);
    assert.deepEqual(
      check({ metadata: { name: "n", namespace: "x" } }, undefined, false).inputs["metadata"],
      {
        name: "n",
      },
    );
  });

  it("takes out what only the server writes, and refuses what it cannot do", () => {
    const given = { name: "n", uid: "1", resourceVersion: "2", managedFields: [] };
    assert.deepEqual(Object.keys(Object(check({ metadata: given }).inputs["metadata"])), [
      "name",
      "namespace",
    ]);
    const paths = (metadata: Props) => check({ metadata }).failures.map(({ property }) => property);
    assert.deepEqual(paths({ generateName: "n-" }), ["metadata.generateName"]);
    assert.deepEqual(paths({ name: "n", annotations: { "pulumi.com/waitFor": "condition=Ready" } }), [
      'metadata.annotations["pulumi.com/waitFor"]',
    ]);
  });
});

describe("provider kubernetes: what a change means", () => {
  const diff = (kind: { apiVersion: string; kind: string }, old: Props, now: Props, mutable = FIXED) => {
    const named = (props: Props): Props => ({ metadata: { name: "n", namespace: "lab" }, ...props });
    const state = { metadata: { name: "n", namespace: "lab" } };
    return diffManifest(kind, { inputs: named(old), state }, named(now), mutable);
  };

  it("an image is an update of a Deployment, and replaces a Pod", () => {
    const spec = (image: string) => ({ template: { spec: { containers: [{ name: "a", image }] } } });
    const changed = diff(DEPLOYMENT, { spec: spec("a:1") }, { spec: spec("a:2") });
    assert.deepEqual(changed.update, ["spec.template.spec.containers[0].image"]);
    assert.deepEqual(changed.replace, []);
    const pod = (image: string) => ({ spec: { containers: [{ name: "a", image }] } });
    const replaced = diff({ apiVersion: "v1", kind: "Pod" }, pod("a:1"), pod("a:2"));
    assert.deepEqual(replaced.replace, ["spec.containers[0].image"]);
  });

  it("what is fixed replaces, also where the branch with it comes or goes whole", () => {
    const cases: [string, string, Props, Props][] = [
      ["batch/v1", "Job", { spec: { template: { a: 1 } } }, { spec: { template: { a: 2 } } }],
      ["apps/v1", "StatefulSet", { spec: { serviceName: "a" } }, { spec: { serviceName: "b" } }],
      ["apps/v1", "StatefulSet", { spec: {} }, { spec: { volumeClaimTemplates: [{ a: 1 }] } }],
      ["apps/v1", "Deployment", { spec: { selector: { a: "1" } } }, {}],
      [
        "v1",
        "PersistentVolumeClaim",
        { spec: { storageClassName: "a" } },
        { spec: { storageClassName: "b" } },
      ],
      ["v1", "Service", { spec: { clusterIP: "None" } }, { spec: {} }],
      ["v1", "Secret", { data: { a: "1" } }, { data: { a: "2" } }],
      ["v1", "Secret", { type: "a" }, { type: "b" }],
      ["v1", "ConfigMap", { data: { a: "1" } }, { data: {} }],
      ["rbac.authorization.k8s.io/v1", "RoleBinding", { roleRef: { name: "a" } }, { roleRef: { name: "b" } }],
      ["v1", "ConfigMap", {}, { metadata: { name: "other", namespace: "lab" } }],
    ];
    for (const [apiVersion, kind, old, now] of cases) {
      const { replace, update } = diff({ apiVersion, kind }, old, now);
      assert.equal(replace.length, 1, `${kind} ${JSON.stringify(old)}`);
      assert.deepEqual(update, []);
    }
    const claim = (storage: string) => ({ spec: { resources: { requests: { storage } } } });
    const grown = diff({ apiVersion: "v1", kind: "PersistentVolumeClaim" }, claim("1Gi"), claim("2Gi"));
    assert.deepEqual(grown.replace, []);
  });

  it("content is changed in place where the provider is told so, unless the object is immutable", () => {
    const mutable = { configMaps: true, secrets: true };
    const kind = { apiVersion: "v1", kind: "ConfigMap" };
    const content = (a: string, more: Props = {}) => ({ data: { a }, ...more });
    assert.deepEqual(diff(kind, content("1"), content("2"), mutable).replace, []);
    const frozen = { immutable: true };
    assert.deepEqual(diff(kind, content("1", frozen), content("2", frozen), mutable).replace, ["data.a"]);
  });

  it("the old one goes first where the name is the program's, and after where it is not", () => {
    const kind = { apiVersion: "v1", kind: "ConfigMap" };
    assert.equal(diff(kind, { data: { a: "1" } }, { data: { a: "2" } }).deleteBeforeReplace, true);
    const auto = { name: "n", namespace: "lab", annotations: { "pulumi.com/autonamed": "true" } };
    const found = diff(kind, { metadata: auto, data: { a: "1" } }, { metadata: auto, data: { a: "2" } });
    assert.equal(found.deleteBeforeReplace, false);
  });

  it("a namespace that the server filled in, or that the kind does not have, is no change", () => {
    const olds = (metadata: Props) => ({ inputs: { metadata: { name: "n" } }, state: { metadata } });
    const kind = { apiVersion: "example.com/v1", kind: "Thing" };
    const news = { metadata: { name: "n", namespace: "default" } };
    for (const live of [{ name: "n", namespace: "default" }, { name: "n" }])
      assert.deepEqual(diffManifest(kind, olds(live), news, FIXED).replace, []);
  });
});
