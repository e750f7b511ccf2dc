import assert from "node:assert/strict";
import type { GpuSharing } from "../../components/config/gpu";
import { type Pool, poolsOf, sharesOf } from "../../components/platforms/aws/pools";
import { al2023Script, bottlerocketSettings } from "../../components/platforms/aws/user-data";
import { at, awsWith, ofType, one, recordAws } from "../support/aws-mocks";
import type { Registered } from "../support/mocks";

const SLICED: GpuSharing = { strategy: "time-slicing", replicas: 4 };
const CUT: GpuSharing = { strategy: "mig", gpu: "h100-80gb", profile: "1g.10gb" };

function gpuPool(sharing: GpuSharing, instanceType = "g6.xlarge"): Pool {
  const { nodes, zones } = awsWith({ nodes: { gpu: [{ name: "gpu", instanceTypes: [instanceType] }] } });
  return poolsOf(nodes, zones, sharing).find(({ name }) => name === "gpu") ?? assert.fail();
}

const userDataOf = (template: Registered): string =>
  Buffer.from(String(at(template, "userData")), "base64").toString();

describe("AWS, nodes", () => {
  let resources: readonly Registered[];
  before(async () => {
    ({ resources } = await recordAws({
      sharing: SLICED,
      settings: {
        nodes: {
          gpu: [
            { name: "gpu", zones: ["b"], max: 3, labels: { team: "vision" }, diskGiB: 300 },
            {
              name: "spot",
              ami: "AL2023_x86_64_NVIDIA",
              instanceTypes: ["g5.xlarge", "g6.xlarge"],
              capacity: "spot",
              taint: false,
            },
          ],
        },
      },
    }));
  });

  it("come in one group per pool and zone, each in the subnet of its zone", () => {
    const groups = ofType(resources, ":NodeGroup");
    assert.deepEqual(groups.map(({ name }) => name.replace("aws-nodes-", "")).sort(), [
      "general-a",
      "general-b",
      "general-c",
      "gpu-b",
      "spot-a",
      "spot-b",
      "spot-c",
      "system-a",
      "system-b",
      "system-c",
    ]);
    for (const group of groups) {
      const zone = `us-east-1${group.name.at(-1) ?? ""}`;
      assert.deepEqual(at(group, "subnetIds"), [`aws-network-private-${zone}-id`]);
      assert.equal(at(group, "labels", "topology.ebs.csi.aws.com/zone"), zone);
      assert.equal(at(group, "version"), "1.36");
      assert.equal(at(group, "clusterName"), "semblance-prod");
    }
  });

  it("join only when network and identity of pods are there", () => {
    for (const group of ofType(resources, ":NodeGroup")) {
      const after = group.dependsOn.join(" ");
      for (const name of ["aws-addons-vpc-cni", "aws-addons-kube-proxy", "aws-addons-eks-pod-identity-agent"])
        assert.match(after, new RegExp(`::${name}( |$)`));
    }
    const coredns = one(resources, ":Addon", "aws-addons-coredns");
    assert.match(coredns.dependsOn.join(" "), /::aws-nodes-system-a/);
  });

  it("start with network policies enforced", () => {
    const cni = one(resources, ":Addon", "aws-addons-vpc-cni");
    assert.match(String(at(cni, "configurationValues")), /"enableNetworkPolicy":"true"/);
    for (const addon of ofType(resources, ":Addon"))
      assert.match(String(at(addon, "addonVersion")), /-eksbuild\./);
  });

  it("of a GPU pool start at zero, carry the taint and labels that pods ask for, and come as the pool says", () => {
    const gpu = one(resources, ":NodeGroup", "aws-nodes-gpu-b");
    assert.deepEqual(at(gpu, "scalingConfig"), { minSize: 0, maxSize: 3, desiredSize: 0 });
    assert.deepEqual(at(gpu, "taints"), [{ key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" }]);
    assert.equal(at(gpu, "labels", "nvidia.com/gpu.present"), "true");
    assert.equal(at(gpu, "labels", "team"), "vision");
    assert.equal(at(gpu, "amiType"), "BOTTLEROCKET_x86_64_NVIDIA");
    assert.equal(at(gpu, "capacityType"), "ON_DEMAND");
    const spot = one(resources, ":NodeGroup", "aws-nodes-spot-a");
    assert.deepEqual(at(spot, "taints"), []);
    assert.equal(at(spot, "capacityType"), "SPOT");
    assert.deepEqual(at(spot, "instanceTypes"), ["g5.xlarge", "g6.xlarge"]);
    for (const kind of ["system", "general"])
      assert.match(
        String(at(one(resources, ":NodeGroup", `aws-nodes-${kind}-a`), "amiType")),
        /^BOTTLEROCKET_x86_64$/,
      );
  });

  it("have a disk of their own for images", () => {
    const template = one(resources, ":LaunchTemplate", "aws-nodes-gpu-template");
    assert.equal(at(template, "blockDeviceMappings", 1, "deviceName"), "/dev/xvdb");
    assert.equal(at(template, "blockDeviceMappings", 1, "ebs", "volumeSize"), 300);
    assert.match(userDataOf(template), /device-sharing-strategy = "time-slicing"/);
    const al2023 = userDataOf(one(resources, ":LaunchTemplate", "aws-nodes-spot-template"));
    assert.match(al2023, /\/dev\/xvdb[^]*\/var\/lib\/containerd/);
  });

  it("of an empty pool are announced to the autoscaler with what a share of a GPU is called", () => {
    const tags = ofType(resources, "autoscaling/tag:Tag");
    assert.equal(tags.length, 4);
    const tag = one(resources, "autoscaling/tag:Tag", "aws-nodes-gpu-b-shares");
    assert.equal(at(tag, "autoscalingGroupName"), "eks-aws-nodes-gpu-b");
    assert.deepEqual(at(tag, "tag"), {
      key: "k8s.io/cluster-autoscaler/node-template/resources/nvidia.com/gpu.shared",
      value: "4",
      propagateAtLaunch: false,
    });
  });

  it("offer as many shares or slices as their GPUs give", () => {
    assert.deepEqual(sharesOf(gpuPool({ strategy: "none" })), {});
    assert.deepEqual(sharesOf(gpuPool(SLICED, "g6.12xlarge")), { "nvidia.com/gpu.shared": 16 });
    assert.deepEqual(sharesOf(gpuPool({ strategy: "mps", replicas: 3 })), { "nvidia.com/gpu.shared": 3 });
    assert.deepEqual(sharesOf(gpuPool(CUT, "p5.48xlarge")), { "nvidia.com/mig-1g.10gb": 56 });
  });

  it("with Bottlerocket have no shell, and share GPUs as asked", () => {
    const plain = bottlerocketSettings(gpuPool({ strategy: "none" }));
    assert.match(plain, /\[settings\.host-containers\.admin\]\nenabled = false/);
    assert.match(plain, /\[settings\.host-containers\.control\]\nenabled = false/);
    assert.doesNotMatch(plain, /nvidia/);
    assert.match(
      bottlerocketSettings(gpuPool(SLICED)),
      /\.time-slicing\]\nreplicas = 4\nrename-by-default = true/,
    );
    assert.match(
      bottlerocketSettings(gpuPool({ strategy: "mps", replicas: 3 })),
      /strategy = "mps"[^]*replicas = 3/,
    );
    assert.match(
      bottlerocketSettings(gpuPool(CUT, "p5.48xlarge")),
      /mig\.profile\]\n"h100\.80gb" = "1g\.10gb"/,
    );
  });

  it("with AL2023 get their script as one part of a MIME document, to which EKS adds its own", () => {
    const [head, ...parts] = al2023Script().split("--//");
    assert.match(head ?? "", /^MIME-Version: 1\.0\nContent-Type: multipart\/mixed; boundary="\/\/"/);
    assert.match(parts[0] ?? "", /Content-Type: text\/x-shellscript[^]*#!\/bin\/sh/);
    assert.equal(parts.at(-1), "--\n");
  });
});
