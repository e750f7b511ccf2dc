import assert from "node:assert/strict";
import { leaf, ofType, recordAws } from "../support/aws-mocks";
import type { Registered } from "../support/mocks";
import { allows, type Party, type PolicyObject } from "../support/network-evaluator";

type Run = Parameters<typeof recordAws>[0];

const SYSTEM = "kube-system";
const GPU = { nodes: { gpu: [{ name: "gpu" }, { name: "large", ami: "AL2023_x86_64_NVIDIA" }] } };

/** What a tool may dial, or who may dial it, on a port. */
const PLACES = {
  "the API's Service": [{ name: "kubernetes", ip: "172.20.0.1" }, 443],
  "another Service": [{ name: "service", ip: "172.20.0.2" }, 443],
  "the API server": [{ name: "api", ip: "10.64.1.9" }, 443],
  "a node's kubelet": [{ name: "kubelet", ip: "10.64.1.9" }, 10250],
  "AWS over the internet": [{ name: "ec2", ip: "52.94.1.1" }, 443],
  "the web": [{ name: "web", ip: "93.184.215.14" }, 80],
  "Pod Identity": [{ name: "agent", ip: "169.254.170.23" }, 80],
  "the node's own role": [{ name: "imds", ip: "169.254.169.254" }, 80],
  "another network": [{ name: "elsewhere", ip: "10.1.0.1" }, 443],
} as const satisfies Record<string, readonly [Party, number]>;
const DNS: Party = { name: "dns", ip: "10.64.9.9", namespace: SYSTEM, labels: { "k8s-app": "kube-dns" } };
const ANY: Party = { name: "any", ip: "10.64.9.1", namespace: "semblance-prod-work", labels: {} };

const labels = (resource: Registered): Record<string, string> =>
  (resource.inputs as { spec: { template: { metadata: { labels: Record<string, string> } } } }).spec.template
    .metadata.labels;

async function tools(run: Run = {}) {
  const { resources } = await recordAws({
    settings: GPU,
    and: (foundation, kubernetes) =>
      void foundation.tools({ certificate: leaf }, { providers: [kubernetes] }),
    ...run,
  });
  const policies = ofType(resources, ":NetworkPolicy").map(({ inputs }) => {
    const { metadata, spec } = inputs as { metadata: { namespace: string }; spec: PolicyObject["spec"] };
    return { namespace: metadata.namespace, spec };
  });
  const cluster = {
    policies,
    namespaces: {
      [SYSTEM]: {},
      "semblance-prod-work": {},
      monitoring: { "semblance.dev/reads-gpu-figures": "true" },
    },
  };
  const pods = [...ofType(resources, ":Deployment"), ...ofType(resources, ":DaemonSet")].map(
    (resource): Party => ({
      name: labels(resource)["app.kubernetes.io/name"] ?? "",
      ip: "10.64.20.20",
      namespace: SYSTEM,
      labels: labels(resource),
    }),
  );
  const pod = (name: string): Party => pods.find((one) => one.name === name) ?? assert.fail(name);
  const reaches = (from: string) =>
    Object.entries(PLACES).flatMap(([what, [to, port]]) =>
      allows(cluster, pod(from), to, { port, protocol: "TCP" }) ? [what] : [],
    );
  return { resources, cluster, pods, pod, reaches };
}

const ASKS = ["the API's Service", "the API server", "AWS over the internet", "Pod Identity"];

describe("AWS, the network of the tools in kube-system", () => {
  let found: Awaited<ReturnType<typeof tools>>;
  before(async () => void (found = await tools()));
  const resolves = (from: string) =>
    allows(found.cluster, found.pod(from), DNS, { port: 53, protocol: "UDP" });

  it("has a policy per tool, and none that is about other pods of the namespace", () => {
    assert.equal(found.cluster.policies.length, found.pods.length);
    for (const { namespace, spec } of found.cluster.policies) {
      assert.equal(namespace, SYSTEM);
      assert.ok(spec.podSelector.matchLabels?.["app.kubernetes.io/name"]);
      assert.deepEqual(spec.policyTypes, ["Ingress", "Egress"]);
    }
    const addon: Party = {
      name: "aws-node",
      ip: "10.64.9.3",
      namespace: SYSTEM,
      labels: { app: "aws-node" },
    };
    assert.ok(allows(found.cluster, addon, DNS, { port: 53, protocol: "UDP" }));
  });

  for (const tool of ["cluster-autoscaler", "aws-load-balancer-controller"])
    it(`lets ${tool} ask the API server, AWS and its own role, and nobody ask it`, () => {
      assert.deepEqual(found.reaches(tool), ASKS);
      assert.ok(resolves(tool));
      for (const port of [443, 8080, 8085, 9443, 61779])
        assert.ok(!allows(found.cluster, ANY, found.pod(tool), { port, protocol: "TCP" }), String(port));
    });

  it("lets what counts GPUs answer namespaces that are marked, and ask nobody", () => {
    assert.deepEqual(found.reaches("dcgm-exporter"), []);
    assert.ok(!resolves("dcgm-exporter"));
    const monitoring: Party = { ...ANY, namespace: "monitoring" };
    const exporter = found.pod("dcgm-exporter");
    assert.ok(allows(found.cluster, monitoring, exporter, { port: 9400, protocol: "TCP" }));
    assert.ok(!allows(found.cluster, monitoring, exporter, { port: 9401, protocol: "TCP" }));
    assert.ok(!allows(found.cluster, ANY, exporter, { port: 9400, protocol: "TCP" }));
  });

  it("gives the device plugin no network", () => {
    assert.deepEqual(found.reaches("nvidia-device-plugin-large"), []);
    assert.ok(!resolves("nvidia-device-plugin-large"));
  });

  it("is there before the pods are", () => {
    for (const pod of [...ofType(found.resources, ":Deployment"), ...ofType(found.resources, ":DaemonSet")])
      assert.ok(
        pod.dependsOn.some((urn) => urn.includes(":NetworkPolicy::")),
        pod.name,
      );
  });

  it("leads to no public address where the VPC has no way out", async () => {
    const network = { nat: "none", endpoints: "all" };
    const { reaches } = await tools({ settings: { network } });
    assert.deepEqual(
      reaches("cluster-autoscaler"),
      ASKS.filter((one) => one !== "AWS over the internet"),
    );
  });

  it("is that of a VPC which is there already, and of the Services' own range", async () => {
    const network = {
      existing: {
        vpcId: "vpc-12345678",
        cidr: "10.1.0.0/16",
        privateSubnetIds: ["subnet-11111111", "subnet-22222222", "subnet-33333333"],
        dataSubnets: [1, 2, 3].map((i) => ({ id: `subnet-4444444${i}`, cidr: `10.1.${i}.0/24` })),
      },
    };
    const { reaches } = await tools({ settings: { network, cluster: { serviceCidr: "172.21.0.0/16" } } });
    assert.deepEqual(reaches("cluster-autoscaler"), [
      "AWS over the internet",
      "Pod Identity",
      "another network",
    ]);
  });
});

describe("AWS, the accounts of the tools", () => {
  it("are one each; those that ask the API server alone have a token", async () => {
    const { resources } = await tools();
    const accounts = ofType(resources, ":ServiceAccount").map(({ inputs }) => inputs);
    const names = new Set<string>();
    for (const pod of [...ofType(resources, ":Deployment"), ...ofType(resources, ":DaemonSet")]) {
      const { spec } = (
        pod.inputs as {
          spec: { template: { spec: { serviceAccountName: string; automountServiceAccountToken: boolean } } };
        }
      ).spec.template;
      names.add(spec.serviceAccountName);
      assert.equal(spec.automountServiceAccountToken, pod.type.endsWith(":Deployment"), pod.name);
    }
    assert.deepEqual([...names].sort(), [
      "aws-load-balancer-controller",
      "cluster-autoscaler",
      "dcgm-exporter",
      "nvidia-device-plugin-large",
    ]);
    assert.deepEqual(
      accounts.map((one) => (one as { metadata: { name: string } }).metadata.name).sort(),
      [...names].sort(),
    );
    for (const account of accounts) assert.equal(account["automountServiceAccountToken"], false);
  });
});
