import assert from "node:assert/strict";
import { allows, type Party } from "../support/network-evaluator";
import { renderedCluster, renderedPods } from "../support/network-rendered";
import { kubernetesProgram, type Manifest } from "../support/kubernetes-program";
import { problems, set } from "../support/config-problems";

const PUBLIC = ["tls/public.crt", "tls/public.key"];
const certManager = { certificate: { certManager: { issuer: "letsencrypt" } } };
const gatewayApi = { name: "edge", namespace: "gateways", httpListener: "http" };

const rendered = async (gateway: object = {}) =>
  (await kubernetesProgram({ profile: "core", development: false }, { gateway })).manifests;
const find = (manifests: readonly Manifest[], kind: string, name: string): Manifest =>
  manifests.find((one) => one.kind === kind && one.name === name) ?? assert.fail(`${kind} ${name}`);
const spec = (manifests: readonly Manifest[], kind: string, name: string): unknown =>
  find(manifests, kind, name).object["spec"];

/** Paths of the folder of files, by the objects that hold them. */
function filesOf(manifests: readonly Manifest[]): Record<string, string[]> {
  const { template } = spec(manifests, "Deployment", "gateway") as {
    template: {
      spec: {
        volumes: { projected?: { sources: Record<string, { name: string; items: { path: string }[] }>[] } }[];
      };
    };
  };
  const sources = template.spec.volumes.flatMap(({ projected }) => projected?.sources ?? []);
  return Object.fromEntries(
    sources.flatMap((source) =>
      Object.entries(source).map(([kind, { name, items }]) => [
        `${kind} ${name}`,
        items.map(({ path }) => path),
      ]),
    ),
  );
}

const commandOf = (manifests: readonly Manifest[]): string =>
  JSON.stringify(spec(manifests, "Deployment", "gateway"));

describe("Kubernetes, the certificate that browsers see", () => {
  it("is the stack's own, among the gateway's files, where no issuer is named", async () => {
    const manifests = await rendered();
    assert.ok(PUBLIC.every((path) => filesOf(manifests)["secret gateway-files"]?.includes(path)));
    assert.ok(!manifests.some(({ kind }) => kind === "Certificate"));
    assert.doesNotMatch(commandOf(manifests), /--watch/);
  });

  it("is an issuer's, which cert-manager keeps in a Secret of its own", async () => {
    const manifests = await rendered(certManager);
    const name = "gateway-public-certificate";
    assert.deepEqual(spec(manifests, "Certificate", name), {
      secretName: name,
      dnsNames: ["semblance.localhost", "*.semblance.localhost"],
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "letsencrypt" },
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      usages: ["digital signature", "server auth"],
      revisionHistoryLimit: 1,
    });
    assert.equal(
      find(manifests, "Certificate", name).namespace,
      find(manifests, "Deployment", "gateway").namespace,
    );
    const files = filesOf(manifests);
    assert.deepEqual(files[`secret ${name}`], PUBLIC);
    assert.ok(!files["secret gateway-files"]?.some((path) => PUBLIC.includes(path)));
    const { dependsOn } = find(manifests, "Deployment", "gateway").resource;
    assert.ok(dependsOn.some((urn) => urn.endsWith(`::${name}`)));
  });

  it("is loaded anew when it is renewed, while the gateway runs", async () => {
    const manifests = await rendered(certManager);
    assert.match(commandOf(manifests), /sha256sum.*caddy run --watch --config \/tmp\/caddy\.json/);
    const config = find(manifests, "ConfigMap", "gateway-files").object["data"] as Record<string, string>;
    assert.match(config["caddy.json"] ?? "", /certificate-as-it-is/);
  });
});

describe("Kubernetes, a Gateway in front of the gateway", () => {
  const behind = { type: "ClusterIP", gatewayApi };

  it("passes TLS through to it, and plain HTTP where it has a listener for that", async () => {
    const manifests = await rendered(behind);
    const route = (sectionName: string, port: number) => ({
      parentRefs: [{ name: "edge", namespace: "gateways", sectionName }],
      hostnames: ["semblance.localhost", "*.semblance.localhost"],
      rules: [{ backendRefs: [{ name: "gateway-public", port }] }],
    });
    assert.deepEqual(spec(manifests, "TLSRoute", "gateway-tls-route"), route("tls", 8443));
    assert.deepEqual(spec(manifests, "HTTPRoute", "gateway-http-route"), route("http", 8080));
    const { type, ports } = spec(manifests, "Service", "gateway-public") as {
      type: string;
      ports: { port: number }[];
    };
    assert.equal(type, "ClusterIP");
    assert.deepEqual(ports.map(({ port }) => port).sort(), [8080, 8443]);
    const only = await rendered({ type: "ClusterIP", gatewayApi: { name: "edge", namespace: "gateways" } });
    assert.ok(!only.some(({ kind }) => kind === "HTTPRoute"));
  });

  it("is the only one that may connect to it from outside of the stack", async () => {
    const manifests = await rendered({ ...behind, nodeRanges: ["10.9.0.0/24"] });
    const cluster = { ...renderedCluster(manifests) };
    const known = { ...cluster, namespaces: { ...cluster.namespaces, gateways: {}, elsewhere: {} } };
    const to = renderedPods(manifests).find(({ member }) => member === "gateway") ?? assert.fail("gateway");
    const reaches = (from: Party) => allows(known, from, to, { port: 8443, protocol: "TCP" });
    const pod = (namespace: string): Party => ({ name: "proxy", ip: "10.1.2.3", namespace, labels: {} });
    assert.ok(reaches(pod("gateways")));
    assert.ok(reaches({ name: "node", ip: "10.9.0.7" }));
    assert.ok(!reaches(pod("elsewhere")));
    assert.ok(!reaches({ name: "world", ip: "192.0.2.7" }));
  });

  it("needs no load balancer and knows no callers: settings that say otherwise are refused", () => {
    const cluster = { target: "kubernetes", images: { registry: "registry.example/x" } };
    const wrong = { gateway: { gatewayApi, sourceRanges: ["192.0.2.0/24"] } };
    const [type = "", ranges = "", ...more] = problems({ ...cluster, kubernetes: wrong });
    assert.match(type, /^kubernetes\.gateway\.type: found "LoadBalancer"; allowed: ClusterIP with /);
    assert.ok(type.endsWith(set("kubernetes.gateway.type", "ClusterIP")), type);
    assert.match(ranges, /^kubernetes\.gateway\.sourceRanges: found .*; allowed: an empty list with /);
    assert.deepEqual(more, []);
    assert.deepEqual(
      problems({ ...cluster, kubernetes: { gateway: { type: "ClusterIP", gatewayApi } } }),
      [],
    );
  });
});
