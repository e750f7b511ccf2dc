import { Tag } from "@pulumi/aws/autoscaling/tag";
import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import { NodeGroup } from "@pulumi/aws/eks/nodeGroup";
import * as pulumi from "@pulumi/pulumi";
import type { EksVersion } from "../../config/aws-network";
import type { ClusterFacts } from "./cluster";
import { makeRole, serviceTrust } from "./iam";
import type { Keys } from "./keys";
import type { NetworkFacts } from "./network";
import { type Pool, sharesOf } from "./pools";
import type { AwsScope } from "./scope";
import { IMAGES_DEVICE, isBottlerocket, userData } from "./user-data";

/** Args of `NodeGroups`. */
export interface NodeGroupsArgs {
  readonly scope: AwsScope;
  readonly keys: Keys;
  readonly network: NetworkFacts;
  readonly cluster: ClusterFacts;
  readonly version: EksVersion;
  readonly pools: readonly Pool[];
  /** Tags of machines and disks, which the provider's default tags do not reach. */
  readonly tags: Readonly<Record<string, string>>;
  /** Exist once a node can join. */
  readonly after: readonly pulumi.Resource[];
}

/** Sizes of the disk with the system: Bottlerocket keeps nothing else on it. */
const SYSTEM_GIB = { bottlerocket: 8, al2023: 20 };

/** Label that the disk driver gives a node, said before there is one: so a pool of zero nodes is known to fit a volume's zone. */
const DISK_ZONE_LABEL = "topology.ebs.csi.aws.com/zone";

/** The nodes: for each pool a launch template and, so that the autoscaler can choose the zone, one node group per zone. */
export class NodeGroups extends pulumi.ComponentResource {
  /** Exist once the pools that always have nodes have them. */
  readonly readyWhen: readonly pulumi.Resource[];

  constructor(
    private readonly name: string,
    private readonly args: NodeGroupsArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:aws:NodeGroups", name, {}, opts);
    // Disks, network and load balancers are the business of add-ons with roles of their own.
    const { role, rights } = makeRole(
      `${name}-role`,
      args.scope,
      {
        suffix: "node",
        does: "A node of the cluster",
        trust: serviceTrust("ec2.amazonaws.com"),
        awsPolicies: ["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"],
      },
      this,
    );
    const groups = args.pools.flatMap((pool) => {
      const template = this.template(pool);
      return pool.zones.map((zone) => {
        const group = this.group(pool, zone, template, role.arn, rights);
        this.announceShares(pool, zone, group);
        return group;
      });
    });
    this.readyWhen = groups;
    this.registerOutputs({});
  }

  private template(pool: Pool): LaunchTemplate {
    const { scope, keys, tags } = this.args;
    const disk = (deviceName: string, volumeSize: number) => ({
      deviceName,
      ebs: {
        volumeSize,
        volumeType: "gp3",
        encrypted: "true",
        kmsKeyId: keys.arn("ebs"),
        deleteOnTermination: "true",
      },
    });
    const named = { ...tags, Name: `${scope.prefix}-${pool.name}` };
    return new LaunchTemplate(
      `${this.name}-${pool.name}-template`,
      {
        name: `${scope.prefix}-${pool.name}`,
        updateDefaultVersion: true,
        blockDeviceMappings: [
          disk("/dev/xvda", isBottlerocket(pool.ami) ? SYSTEM_GIB.bottlerocket : SYSTEM_GIB.al2023),
          disk(IMAGES_DEVICE, pool.diskGiB),
        ],
        // One hop: a pod cannot get at the node's own credentials.
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        monitoring: { enabled: true },
        userData: userData(pool),
        tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
          resourceType,
          tags: named,
        })),
      },
      { parent: this },
    );
  }

  private group(
    pool: Pool,
    letter: string,
    template: LaunchTemplate,
    nodeRoleArn: pulumi.Input<string>,
    rights: readonly pulumi.Resource[],
  ): NodeGroup {
    const { scope, network, cluster, version } = this.args;
    const zone = `${scope.region}${letter}`;
    const subnetId = network.privateSubnetIds[network.zones.indexOf(zone)];
    if (subnetId === undefined) throw new Error(`no subnet in zone ${zone}`);
    return new NodeGroup(
      `${this.name}-${pool.name}-${letter}`,
      {
        clusterName: cluster.name,
        nodeGroupName: `${pool.name}-${letter}`,
        version,
        nodeRoleArn,
        subnetIds: [subnetId],
        amiType: pool.ami,
        capacityType: pool.capacity === "spot" ? "SPOT" : "ON_DEMAND",
        instanceTypes: [...pool.instanceTypes],
        launchTemplate: { id: template.id, version: pulumi.interpolate`${template.latestVersion}` },
        scalingConfig: { minSize: pool.min, maxSize: pool.max, desiredSize: pool.min },
        updateConfig: { maxUnavailable: 1 },
        nodeRepairConfig: { enabled: true },
        labels: { ...pool.labels, [DISK_ZONE_LABEL]: zone },
        taints: [...pool.taints],
        tags: { Name: `${scope.prefix}-${pool.name}-${letter}` },
      },
      {
        parent: this,
        dependsOn: [...this.args.after, ...rights],
        // The autoscaler's business from the first day on.
        ignoreChanges: ["scalingConfig.desiredSize"],
        customTimeouts: { create: "30m", update: "120m", delete: "60m" },
      },
    );
  }

  /** Tells the autoscaler what a node of an empty group will offer; EKS puts no such tag on the scaling group itself. */
  private announceShares(pool: Pool, letter: string, group: NodeGroup): void {
    for (const [resource, count] of Object.entries(sharesOf(pool)))
      new Tag(
        `${this.name}-${pool.name}-${letter}-shares`,
        {
          autoscalingGroupName: group.resources.apply(scalingGroupOf),
          tag: {
            key: `k8s.io/cluster-autoscaler/node-template/resources/${resource}`,
            value: String(count),
            propagateAtLaunch: false,
          },
        },
        { parent: this },
      );
  }
}

/** Name of the scaling group that EKS made for a node group. */
function scalingGroupOf(made: readonly { autoscalingGroups?: readonly { name?: string }[] }[]): string {
  const name = made[0]?.autoscalingGroups?.[0]?.name;
  if (name === undefined) throw new Error("EKS gave no scaling group for the node group");
  return name;
}
