import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Mutation } from "../mutate";

const withGroup = (
  what: string,
  rule: Readonly<Record<string, JavaScriptValue>>,
  caughtBy: string,
): Mutation => ({
  stack: "prod",
  what,
  type: "aws:ec2/securityGroup:SecurityGroup",
  name: "outward",
  add: {
    description: "for a test",
    vpcId: "aws-network-vpc-id",
    ingress: [],
    egress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["10.64.0.0/16"], ...rule }],
  },
  caughtBy,
});

const nodes = { stack: "prod", type: "aws:eks/nodeGroup:NodeGroup" } as const;

/** What costs money, keeps data, or is in one place only. */
export const awsOperationsMutations: readonly Mutation[] = [
  withGroup(
    "a machine may call everybody by any protocol",
    { description: "out", protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] },
    "net-06-group-egress",
  ),
  withGroup("a rule of a security group says nothing about itself", {}, "net-06-group-description"),
  {
    ...nodes,
    what: "all nodes move into one zone",
    each: true,
    set: { subnetIds: ["aws-network-private-us-east-1a-id"] },
    caughtBy: "op-05-nodes-in-zones",
  },
  {
    ...nodes,
    what: "a pool of GPUs is always on, and grows without an end",
    name: "gpu",
    add: {
      clusterName: "semblance-prod",
      nodeGroupName: "gpu-a",
      nodeRoleArn: "arn:aws:iam::123456789012:role/nodes",
      subnetIds: ["aws-network-private-us-east-1a-id"],
      instanceTypes: ["g6.xlarge"],
      amiType: "BOTTLEROCKET_x86_64_NVIDIA",
      version: "1.36",
      labels: { "nvidia.com/gpu.present": "true" },
      taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" }],
      launchTemplate: { id: "aws-nodes-general-template-id", version: "1" },
      scalingConfig: { minSize: 2, desiredSize: 2, maxSize: 100 },
    },
    caughtBy: "gpu-03-gpu-pool-size",
    also: ["op-09-cost-ceiling"],
  },
  {
    stack: "prod",
    what: "a loop makes a NAT gateway per subnet",
    type: "aws:ec2/natGateway:NatGateway",
    name: "nat",
    copies: 3,
    add: {
      allocationId: "eipalloc-1",
      connectivityType: "public",
      subnetId: "aws-network-public-us-east-1a-id",
    },
    caughtBy: "op-09-nat-gateways",
  },
  {
    stack: "prod",
    what: "machines do not say whose they are",
    type: "aws:ec2/launchTemplate:LaunchTemplate",
    name: "aws-nodes-general-template",
    unset: ["tagSpecifications[0].tags.owner"],
    caughtBy: "op-01-required-tags",
  },
  {
    stack: "prod",
    what: "disks of machines have no tags at all",
    type: "aws:ec2/launchTemplate:LaunchTemplate",
    name: "aws-nodes-general-template",
    unset: ["tagSpecifications[1]"],
    caughtBy: "op-01-required-tags",
  },
];
