import assert from "node:assert/strict";
import { toolImages } from "../../components/platforms/aws/tools/images";
import { at, leaf, ofType, one, recordAws } from "../support/aws-mocks";
import type { Registered } from "../support/mocks";

const TOOLS = [
  ["deployment", "aws-tools-autoscaler-deployment", "registry.k8s.io/autoscaling/cluster-autoscaler"],
  ["deployment", "aws-tools-load-balancers-deployment", "public.ecr.aws/eks/aws-load-balancer-controller"],
  ["daemonSet", "aws-tools-gpu-dcgm-exporter", "nvcr.io/nvidia/k8s/dcgm-exporter"],
  ["daemonSet", "aws-tools-gpu-plugin-large", "nvcr.io/nvidia/k8s-device-plugin"],
] as const;

const podOf = (resource: Registered, ...path: (string | number)[]): unknown =>
  at(resource, "spec", "template", "spec", ...path);

describe("AWS, tools in the cluster", () => {
  const settings = { nodes: { gpu: [{ name: "gpu" }, { name: "large", ami: "AL2023_x86_64_NVIDIA" }] } };
  let resources: readonly Registered[];
  let tools: readonly Registered[];
  before(async () => {
    ({ resources } = await recordAws({
      settings,
      sharing: { strategy: "time-slicing", replicas: 2 },
      and: (foundation, kubernetes) =>
        void foundation.tools({ certificate: leaf }, { providers: [kubernetes] }),
    }));
    tools = [...ofType(resources, ":Deployment"), ...ofType(resources, ":DaemonSet")];
  });

  it("are plain objects, none of them made by a chart", () => {
    assert.deepEqual(
      resources.filter(({ type }) => /helm|yaml|kustomize/.test(type)),
      [],
    );
    assert.deepEqual(tools.map(({ name }) => name).sort(), TOOLS.map(([, name]) => name).sort());
  });

  for (const [, name, image] of TOOLS)
    it(`${name} runs an image that is pinned to its content, with no rights over its node`, () => {
      const tool = tools.find((candidate) => candidate.name === name) ?? assert.fail(name);
      assert.match(
        String(podOf(tool, "containers", 0, "image")),
        new RegExp(`^${image}:[^@]+@sha256:[0-9a-f]{64}$`),
      );
      const security = podOf(tool, "containers", 0, "securityContext");
      assert.deepEqual(security, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      for (const key of ["hostNetwork", "hostPID", "hostIPC"]) assert.equal(podOf(tool, key), undefined);
      assert.ok(podOf(tool, "containers", 0, "resources", "limits", "memory"));
      assert.equal(podOf(tool, "securityContext", "seccompProfile", "type"), "RuntimeDefault");
    });

  it("that speak to the cluster are nobody's root and run on the system nodes", () => {
    for (const tool of ofType(resources, ":Deployment")) {
      assert.equal(podOf(tool, "securityContext", "runAsNonRoot"), true, tool.name);
      assert.equal(podOf(tool, "nodeSelector", "semblance.dev/pool"), "system");
      assert.match(JSON.stringify(podOf(tool, "tolerations")), /CriticalAddonsOnly/);
      assert.match(JSON.stringify(podOf(tool, "volumes") ?? []), /^(?!.*hostPath)/);
    }
  });

  it("have rights by name: no wildcard, no secret, nothing that makes more rights", () => {
    const roles = [...ofType(resources, ":ClusterRole"), ...ofType(resources, ":Role")].filter(({ type }) =>
      type.startsWith("kubernetes:"),
    );
    assert.equal(roles.length, 4);
    for (const { name, inputs } of roles) {
      const text = JSON.stringify(inputs.rules);
      assert.doesNotMatch(text, /\*/, name);
      assert.doesNotMatch(text, /"secrets"|"escalate"|"bind"|"impersonate"|pods\/exec|serviceaccounts/, name);
    }
  });

  it("read nothing of the node but the GPUs' files", () => {
    const paths = ofType(resources, ":DaemonSet").flatMap((daemon) =>
      [...JSON.stringify(podOf(daemon, "volumes")).matchAll(/"path":"([^"]+)"/g)].map(([, path]) => path),
    );
    assert.deepEqual([...new Set(paths)].sort(), [
      "/dev/null",
      "/var/lib/kubelet/device-plugins",
      "/var/lib/kubelet/pod-resources",
    ]);
  });

  it("put the device plugin on pools whose image has none, told how GPUs are shared", () => {
    const plugin = one(resources, ":DaemonSet", "aws-tools-gpu-plugin-large");
    assert.deepEqual(podOf(plugin, "nodeSelector"), { "semblance.dev/pool": "large" });
    assert.match(JSON.stringify(podOf(plugin, "tolerations")), /nvidia\.com\/gpu/);
    const config = one(resources, ":ConfigMap");
    assert.match(JSON.stringify(at(config, "data")), /timeSlicing.*replicas\\": 2/s);
    const exporter = one(resources, ":DaemonSet", "aws-tools-gpu-dcgm-exporter");
    assert.deepEqual(podOf(exporter, "nodeSelector"), { "nvidia.com/gpu.present": "true" });
  });

  it("for GPUs are there only where GPUs are", async () => {
    const { resources: without } = await recordAws({
      and: (foundation, kubernetes) =>
        void foundation.tools({ certificate: leaf }, { providers: [kubernetes] }),
    });
    assert.deepEqual(ofType(without, ":DaemonSet"), []);
    assert.equal(ofType(without, ":Deployment").length, 2);
  });

  it("find node groups of this cluster alone, and grow them from zero", () => {
    const command = JSON.stringify(
      podOf(one(resources, ":Deployment", "aws-tools-autoscaler-deployment"), "containers", 0, "command"),
    );
    assert.match(
      command,
      /asg:tag=k8s\.io\/cluster-autoscaler\/enabled,k8s\.io\/cluster-autoscaler\/semblance-prod/,
    );
    assert.match(command, /--balancing-ignore-label=topology\.ebs\.csi\.aws\.com\/zone/);
  });

  it("make load balancers in this VPC, internal unless a Service says otherwise", () => {
    const args = JSON.stringify(
      podOf(one(resources, ":Deployment", "aws-tools-load-balancers-deployment"), "containers", 0, "args"),
    );
    assert.match(args, /--aws-vpc-id=aws-network-vpc-id/);
    assert.match(args, /--default-load-balancer-scheme=internal/);
    const kinds = ofType(resources, ":CustomResourceDefinition").map((kind) => at(kind, "metadata", "name"));
    assert.deepEqual(kinds.sort(), ["ingressclassparams.elbv2.k8s.aws", "targetgroupbindings.elbv2.k8s.aws"]);
    assert.ok(one(resources, ":Secret").secretInputs.includes("stringData"));
  });

  it("make an encrypted disk the default, which outlives its claim unless data may go", async () => {
    const storage = one(resources, ":StorageClass");
    assert.equal(
      at(storage, "metadata", "annotations", "storageclass.kubernetes.io/is-default-class"),
      "true",
    );
    assert.equal(at(storage, "reclaimPolicy"), "Retain");
    assert.equal(at(storage, "volumeBindingMode"), "WaitForFirstConsumer");
    const { resources: loose } = await recordAws({
      settings: { dataProtection: "delete" },
      and: (foundation, kubernetes) =>
        void foundation.tools({ certificate: leaf }, { providers: [kubernetes] }),
    });
    assert.equal(at(one(loose, ":StorageClass"), "reclaimPolicy"), "Delete");
  });

  it("come from a mirror where there is one", async () => {
    const { resources: mirrored } = await recordAws({
      settings,
      and: (foundation, kubernetes) =>
        void foundation.tools(
          { certificate: leaf, mirror: "registry.example/hub" },
          { providers: [kubernetes] },
        ),
    });
    for (const tool of [...ofType(mirrored, ":Deployment"), ...ofType(mirrored, ":DaemonSet")])
      assert.match(String(podOf(tool, "containers", 0, "image")), /^registry\.example\/hub\//);
    assert.equal(Object.keys(toolImages).length, 4);
  });
});
