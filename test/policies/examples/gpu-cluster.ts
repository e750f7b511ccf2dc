import type { Fixture } from "../rpc";

const assume = (Service: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }],
  });

/** A GPU cluster as tutorials build it: what is shortest to write, and works. */
export const gpuCluster: readonly Fixture[] = [
  {
    type: "aws:iam/role:Role",
    name: "cluster-role",
    props: { assumeRolePolicy: assume("eks.amazonaws.com") },
  },
  { type: "aws:iam/role:Role", name: "node-role", props: { assumeRolePolicy: assume("ec2.amazonaws.com") } },
  {
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    name: "node-admin",
    props: { role: "node-role", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
  },
  {
    type: "aws:ec2/securityGroup:SecurityGroup",
    name: "nodes",
    props: {
      ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }],
      egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
    },
  },
  {
    type: "aws:eks/cluster:Cluster",
    name: "gpu",
    props: {
      name: "gpu",
      version: "1.27",
      vpcConfig: { subnetIds: ["subnet-1"], endpointPublicAccess: true },
    },
  },
  {
    type: "aws:eks/nodeGroup:NodeGroup",
    name: "gpu-nodes",
    props: {
      clusterName: "gpu",
      instanceTypes: ["p3.2xlarge"],
      amiType: "AL2_x86_64_GPU",
      scalingConfig: { desiredSize: 1, minSize: 1, maxSize: 4 },
      remoteAccess: { ec2SshKey: "key" },
    },
  },
  { type: "aws:s3/bucket:Bucket", name: "models", props: { bucket: "models", forceDestroy: true } },
  {
    type: "kubernetes:helm.sh/v3:Release",
    name: "gpu-operator",
    props: { chart: "gpu-operator", repositoryOpts: { repo: "https://helm.ngc.nvidia.com/nvidia" } },
  },
  {
    type: "kubernetes:apps/v1:Deployment",
    name: "notebook",
    props: {
      metadata: { name: "notebook" },
      spec: {
        selector: { matchLabels: { app: "notebook" } },
        template: {
          metadata: { labels: { app: "notebook" } },
          spec: {
            containers: [
              {
                name: "notebook",
                image: "tensorflow/tensorflow:latest-gpu-jupyter",
                args: ["jupyter", "notebook", "--allow-root", "--NotebookApp.token="],
                securityContext: { privileged: true },
                resources: { limits: { "nvidia.com/gpu": 1 } },
                volumeMounts: [{ name: "shm", mountPath: "/dev/shm" }],
              },
            ],
            volumes: [{ name: "shm", hostPath: { path: "/dev/shm" } }],
          },
        },
      },
    },
  },
  {
    type: "kubernetes:core/v1:Service",
    name: "notebook",
    props: {
      metadata: { name: "notebook" },
      spec: { type: "LoadBalancer", selector: { app: "notebook" }, ports: [{ port: 80, targetPort: 8888 }] },
    },
  },
];
