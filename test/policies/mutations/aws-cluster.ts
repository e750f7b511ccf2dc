import type { Mutation } from "../mutate";

const cluster = {
  stack: "prod",
  type: "aws:eks/cluster:Cluster",
  name: "aws-cluster-control-plane",
} as const;
const nodes = { stack: "prod", type: "aws:eks/nodeGroup:NodeGroup", name: "aws-nodes-general-a" } as const;
const template = {
  stack: "prod",
  type: "aws:ec2/launchTemplate:LaunchTemplate",
  name: "aws-nodes-system-template",
} as const;

const group = (what: string, ingress: Readonly<Record<string, string | number | string[]>>): Mutation => ({
  stack: "prod",
  what,
  type: "aws:ec2/securityGroup:SecurityGroup",
  name: "open",
  add: {
    description: "for a test",
    vpcId: "aws-network-vpc-id",
    ingress: [{ protocol: "tcp", description: "for a test", ...ingress }],
    egress: [],
  },
  caughtBy: "net-06-world-ports",
});

/** The cluster, its nodes and its network in AWS. */
export const awsClusterMutations: readonly Mutation[] = [
  {
    ...cluster,
    what: "the API of the cluster is open to the internet",
    set: { "vpcConfig.endpointPublicAccess": true },
    caughtBy: "net-07-eks-endpoint",
  },
  {
    ...cluster,
    what: "the API of the cluster is open to every address",
    set: { "vpcConfig.endpointPublicAccess": true, "vpcConfig.publicAccessCidrs": ["0.0.0.0/0"] },
    caughtBy: "net-07-eks-endpoint",
  },
  {
    ...cluster,
    what: "nodes reach the API of the cluster from outside only",
    set: { "vpcConfig.endpointPrivateAccess": false },
    caughtBy: "net-07-eks-endpoint",
  },
  {
    ...cluster,
    what: "secrets of the cluster are not encrypted with a key",
    unset: ["encryptionConfig"],
    caughtBy: "ear-05-eks-secrets-envelope",
  },
  {
    ...cluster,
    what: "the encryption of the cluster leaves secrets out",
    set: { "encryptionConfig.resources": [] },
    caughtBy: "ear-05-eks-secrets-envelope",
  },
  {
    ...cluster,
    what: "the audit log of the cluster is off",
    set: { enabledClusterLogTypes: ["api"] },
    caughtBy: "op-06-logs",
  },
  {
    ...cluster,
    what: "rights in the cluster come by a ConfigMap",
    set: { "accessConfig.authenticationMode": "CONFIG_MAP" },
    caughtBy: "rb-13-eks-access-entries",
  },
  {
    ...cluster,
    what: "who creates the cluster is its administrator for ever",
    set: { "accessConfig.bootstrapClusterCreatorAdminPermissions": true },
    caughtBy: "rb-13-eks-access-entries",
  },
  {
    ...cluster,
    what: "the cluster has a version that is out of support",
    set: { version: "1.29" },
    caughtBy: "sc-08-supported-versions",
    also: ["sc-09-dead-images"],
  },
  {
    stack: "prod",
    what: "another role administers the cluster",
    type: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    set: { principalArn: "arn:aws:iam::123456789012:role/everybody" },
    caughtBy: "rb-13-eks-access-entries",
  },
  {
    ...nodes,
    what: "nodes take SSH from everywhere",
    set: { remoteAccess: { ec2SshKey: "key" } },
    caughtBy: "net-08-node-login",
  },
  {
    ...nodes,
    what: "nodes are of a kind nobody agreed to pay for",
    set: { instanceTypes: ["m7i.48xlarge"] },
    caughtBy: "op-09-cost-ceiling",
  },
  {
    ...nodes,
    what: "nodes have an image that gets no patches",
    set: { amiType: "AL2_x86_64" },
    caughtBy: "sc-09-dead-images",
  },
  {
    ...nodes,
    what: "nodes with GPUs let every pod in",
    set: { instanceTypes: ["g6.xlarge"], amiType: "BOTTLEROCKET_x86_64_NVIDIA" },
    caughtBy: "gpu-03-gpu-pool-reserved",
    also: ["gpu-03-gpu-pool-size", "op-09-cost-ceiling"],
  },
  {
    ...template,
    what: "pods read the credentials of their node",
    set: { "metadataOptions.httpTokens": "optional" },
    caughtBy: "net-10-metadata-service",
  },
  {
    ...template,
    what: "pods reach the metadata service over a hop",
    set: { "metadataOptions.httpPutResponseHopLimit": 2 },
    caughtBy: "net-10-metadata-service",
  },
  {
    ...template,
    what: "nodes say nothing of the metadata service",
    unset: ["metadataOptions"],
    caughtBy: "net-10-metadata-service",
  },
  {
    ...template,
    what: "nodes get public addresses",
    set: { networkInterfaces: [{ associatePublicIpAddress: "true" }] },
    caughtBy: "net-08-private-machines",
  },
  {
    ...template,
    what: "a password lies in the user data of nodes",
    set: { userData: Buffer.from("#!/bin/sh\nexport DB_PASSWORD=hunter2hunter2\n").toString("base64") },
    caughtBy: "sec-05-no-secret-in-plain-sight",
  },
  {
    stack: "prod",
    what: "a private subnet gives out public addresses",
    type: "aws:ec2/subnet:Subnet",
    name: "aws-network-private-us-east-1a",
    set: { mapPublicIpOnLaunch: true },
    caughtBy: "net-08-private-machines",
  },
  {
    stack: "prod",
    what: "the network writes no flow logs",
    type: "aws:ec2/flowLog:FlowLog",
    gone: true,
    caughtBy: "net-09-flow-logs",
  },
  {
    stack: "prod",
    what: "nobody closes the default security group",
    type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    gone: true,
    caughtBy: "net-09-default-group-taken",
  },
  {
    stack: "prod",
    what: "the default security group lets itself in",
    type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    set: { ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, self: true }] },
    caughtBy: "net-09-default-group-empty",
    also: ["net-06-group-description"],
  },
  group("SSH is open to the internet", { fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }),
  group("PostgreSQL is open to the internet", { fromPort: 5432, toPort: 5432, cidrBlocks: ["0.0.0.0/0"] }),
  group("Ollama is open to the internet by IPv6", {
    fromPort: 11434,
    toPort: 11434,
    ipv6CidrBlocks: ["::/0"],
  }),
  group("a range with Redis in it is open to the internet", {
    fromPort: 6000,
    toPort: 7000,
    cidrBlocks: ["0.0.0.0/0"],
  }),
  group("everything is open to the internet", {
    protocol: "-1",
    fromPort: 0,
    toPort: 0,
    cidrBlocks: ["0.0.0.0/0"],
  }),
  {
    ...group("SSH is open to the internet, by a rule of its own", {}),
    type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    add: {
      description: "for a test",
      securityGroupId: "sg-1",
      ipProtocol: "tcp",
      fromPort: 22,
      toPort: 22,
      cidrIpv4: "0.0.0.0/0",
    },
  },
  {
    ...group("SSH is open to the internet, by an older kind of rule", {}),
    type: "aws:ec2/securityGroupRule:SecurityGroupRule",
    add: {
      description: "for a test",
      securityGroupId: "sg-1",
      type: "ingress",
      protocol: "tcp",
      fromPort: 22,
      toPort: 22,
      cidrBlocks: ["0.0.0.0/0"],
    },
  },
  {
    stack: "prod",
    what: "a load balancer speaks plain HTTP",
    type: "aws:lb/listener:Listener",
    name: "plain",
    add: {
      loadBalancerArn: "arn",
      port: 80,
      protocol: "HTTP",
      defaultActions: [{ type: "forward", targetGroupArn: "arn" }],
    },
    caughtBy: "eit-01-lb-listener-tls",
  },
  {
    stack: "prod",
    what: "a load balancer speaks TLS of ten years ago",
    type: "aws:lb/listener:Listener",
    name: "old",
    add: {
      loadBalancerArn: "arn",
      port: 443,
      protocol: "HTTPS",
      certificateArn: "arn",
      sslPolicy: "ELBSecurityPolicy-TLS-1-0-2015-04",
      defaultActions: [{ type: "forward", targetGroupArn: "arn" }],
    },
    caughtBy: "eit-01-lb-listener-tls",
  },
];
