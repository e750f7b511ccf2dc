import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import type * as pulumi from "@pulumi/pulumi";
import type { ClusterFacts } from "./cluster";
import type { NetworkFacts } from "./network";
import type { AwsScope } from "./scope";

/** Where a managed service listens, and for whom. */
export interface DoorArgs {
  readonly scope: AwsScope;
  readonly network: NetworkFacts;
  readonly cluster: ClusterFacts;
  readonly service: string;
  readonly port: number;
}

/** A security group that lets in the cluster's nodes, on one port, and nobody else; nothing goes out. Which pods, the NetworkPolicies say. */
export function clusterDoor(
  name: string,
  args: DoorArgs,
  parent: pulumi.ComponentResource,
): pulumi.Output<string> {
  const { scope, network, cluster, service, port } = args;
  const group = new SecurityGroup(
    name,
    {
      vpcId: network.vpcId,
      name: `${scope.prefix}-${service}`,
      description: `${service}, for the cluster`,
      tags: { Name: `${scope.prefix}-${service}` },
    },
    { parent },
  );
  new SecurityGroupIngressRule(
    `${name}-from-cluster`,
    {
      securityGroupId: group.id,
      description: `${service} from the cluster's nodes`,
      referencedSecurityGroupId: cluster.securityGroupId,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
    },
    { parent },
  );
  return group.id;
}
