import assert from "node:assert/strict";
import type { Props } from "../../toolchain/providers/base/resource";
import { UNKNOWN } from "../../toolchain/providers/base/value";
import { driftedInputs, importedInputs } from "../../toolchain/providers/kubernetes/drift";
import { ignoring } from "../../toolchain/providers/kubernetes/ignore";
import { fromServer, toServer } from "../../toolchain/providers/kubernetes/manifest";
import { diffSettings, settingsOf } from "../../toolchain/providers/kubernetes/settings";
import { dryRunOf, managerOf, stateOf, toApply } from "../../toolchain/providers/kubernetes/state";

const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment" };

describe("provider kubernetes: state, drift and the wire", () => {
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" } };

  it("keeps what the official provider needs, and no managedFields", () => {
    const live = { ...secret, metadata: { name: "s", uid: "1", managedFields: [] } };
    const state = stateOf(live, secret, "m");
    assert.deepEqual(state["metadata"], { name: "s", uid: "1" });
    assert.deepEqual([state["__inputs"], state["__fieldManager"]], [secret, "m"]);
    assert.equal(managerOf("urn:x", {}, state), "m");
    assert.equal(managerOf("urn:x", {}), managerOf("urn:x", {}));
    assert.notEqual(managerOf("urn:x", {}), managerOf("urn:y", {}));
  });

  it("sends a Secret's texts as data, and schema extensions with dashes", () => {
    const { data, stringData } = toApply({ ...secret, stringData: { a: "hi" }, data: { b: "eA==" } });
    assert.deepEqual([data, stringData], [{ a: "aGk=", b: "eA==" }, undefined]);
    const schema = { spec: [{ x_kubernetes_preserve_unknown_fields: true }] };
    assert.deepEqual(toServer(schema), { spec: [{ "x-kubernetes-preserve-unknown-fields": true }] });
    assert.deepEqual(fromServer(toServer(schema)), schema);
  });

  it("drift is what differs from what the inputs come to, not from how they are spelt", () => {
    const inputs = { spec: { cpu: "1000m", list: [{ a: 1 }], gone: "x" } };
    const expected = { spec: { cpu: "1", list: [{ a: 1, b: 2 }], gone: "x" } };
    const same = { spec: { cpu: "1", list: [{ a: 1, b: 2 }], gone: "x", more: 1 } };
    assert.deepEqual(driftedInputs(inputs, expected, same), inputs);
    const moved = { spec: { cpu: "2", list: [{ a: 3, b: 2 }] } };
    assert.deepEqual(driftedInputs(inputs, expected, moved), { spec: { cpu: "2", list: [{ a: 3 }] } });
  });

  it("drift of a Secret shows in the stringData that it was given as", () => {
    const inputs = { ...secret, stringData: { a: "old" } };
    const [expected, live] = ["old", "new"].map((text) => ({ ...secret, data: { a: btoa(text) } }));
    assert.deepEqual(driftedInputs(inputs, expected ?? {}, live ?? {})["stringData"], { a: "new" });
  });

  it("an import takes what is there, without what the server wrote", () => {
    const annotations = { "deployment.kubernetes.io/revision": "1" };
    const live = { ...DEPLOYMENT, metadata: { name: "n", uid: "1", annotations }, spec: {}, status: {} };
    assert.deepEqual(importedInputs(live), { ...DEPLOYMENT, metadata: { name: "n" }, spec: {} });
  });

  it("ignored paths are what is on the cluster", () => {
    const inputs = { spec: { replicas: 1, containers: [{ image: "a" }, { image: "b" }] } };
    const live = { spec: { replicas: 5, containers: [{ image: "x" }, { image: "y" }] } };
    assert.deepEqual(ignoring(inputs, live, ["spec.replicas", "spec.containers[1].image", "spec.none"]), {
      spec: { replicas: 5, containers: [{ image: "a" }, { image: "y" }] },
    });
  });

  it("a dry run's addresses and ids are not known yet", () => {
    const inputs = { metadata: { name: "n" }, spec: { ports: [{ port: 80 }] } };
    const answer = {
      metadata: { name: "n", uid: "1" },
      spec: { clusterIP: "10.0.0.1", ports: [{ port: 80, nodePort: 30000 }], type: "NodePort" },
      status: {},
    };
    const preview = dryRunOf({ apiVersion: "v1", kind: "Service" }, answer, inputs);
    const { uid, name } = Object(preview["metadata"]);
    assert.deepEqual([uid, name], [UNKNOWN, "n"]);
    assert.deepEqual(preview["spec"], { clusterIP: UNKNOWN, ports: [{ port: 80 }], type: "NodePort" });
    assert.equal("status" in preview, false);
  });
});

describe("provider kubernetes: its settings", () => {
  const kubeconfig = (server: string, token: string) =>
    JSON.stringify({
      "current-context": "c",
      clusters: [{ name: "c", cluster: { server } }],
      users: [{ name: "u", user: { token } }],
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    });

  it("another server is another cluster; other credentials are not", () => {
    const diff = (old: Props, now: Props) => diffSettings(old, now).replace;
    const at = (server: string, token = "t") => ({ kubeconfig: kubeconfig(server, token) });
    assert.deepEqual(diff(at("https://a"), at("https://a", "other")), []);
    assert.deepEqual(diff(at("https://a"), at("https://b")), ["kubeconfig"]);
    assert.deepEqual(diff(at("https://a"), { kubeconfig: UNKNOWN }), ["kubeconfig"]);
  });

  it("the identifier decides where there is one", () => {
    const named = (clusterIdentifier: string, server: string) => ({
      clusterIdentifier,
      kubeconfig: kubeconfig(server, "t"),
    });
    assert.deepEqual(diffSettings(named("a", "https://a"), named("a", "https://b")).replace, []);
    assert.deepEqual(diffSettings(named("a", "https://a"), named("b", "https://a")).replace, [
      "clusterIdentifier",
    ]);
  });

  it("an unknown kubeconfig is a cluster that is not known yet; client-side apply is refused", () => {
    assert.equal(settingsOf({ kubeconfig: UNKNOWN }).choice, undefined);
    assert.throws(() => settingsOf({ enableServerSideApply: false }), /only applies server-side/);
  });
});
