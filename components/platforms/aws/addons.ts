import { Addon } from "@pulumi/aws/eks/addon";
import * as pulumi from "@pulumi/pulumi";
import type { EksVersion } from "../../config/aws-network";
import { ADDON_VERSIONS, type AddonName } from "./addon-versions";
import type { ClusterFacts } from "./cluster";
import { makeRole, type PodIdentity, podTrust, type Statement } from "./iam";
import { anyKey, onKey, USE } from "./key-policies";
import { onSystemNodes } from "./pools";
import { type AwsScope, regional } from "./scope";

/** Args of `Addons`. */
export interface AddonsArgs {
  readonly scope: AwsScope;
  readonly cluster: ClusterFacts;
  readonly version: EksVersion;
  /** Tags of the disks that the driver makes. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What one add-on is told, and what it may do in AWS. */
interface AddonPlan {
  readonly values?: object;
  readonly pod?: PodIdentity;
  readonly awsPolicy?: string;
  readonly statements?: readonly Statement[];
}

/** What a node needs before it is ready: without these it has no network, and pods no identity. */
const BEFORE_NODES = [
  "vpc-cni",
  "kube-proxy",
  "eks-pod-identity-agent",
] as const satisfies readonly AddonName[];
const ON_NODES = [
  "coredns",
  "aws-ebs-csi-driver",
  "snapshot-controller",
  "metrics-server",
] as const satisfies readonly AddonName[];

/** The cluster's add-ons, pinned. Those that ask AWS have a role of their own by Pod Identity, and the nodes' role none of their rights. */
export class Addons extends pulumi.ComponentResource {
  /** Exist once a node can join. */
  readonly beforeNodes: readonly pulumi.Resource[];

  constructor(
    private readonly name: string,
    private readonly args: AddonsArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:aws:Addons", name, {}, opts);
    this.beforeNodes = BEFORE_NODES.map((addon) => this.add(addon, args.cluster.readyWhen));
    this.registerOutputs({});
  }

  /** Adds what runs on nodes, once there are some. @returns what exists once the cluster is complete */
  afterNodes(nodes: readonly pulumi.Resource[]): pulumi.Resource[] {
    return ON_NODES.map((addon) => this.add(addon, [...this.beforeNodes, ...nodes]));
  }

  private add(addon: AddonName, after: readonly pulumi.Resource[]): pulumi.Resource {
    const { scope, cluster, version } = this.args;
    const name = `${this.name}-${addon}`;
    const { values, pod, awsPolicy, statements } = this.plan(addon);
    const made =
      pod === undefined
        ? undefined
        : makeRole(
            `${name}-role`,
            scope,
            {
              suffix: addon,
              does: `The add-on ${addon}`,
              trust: podTrust(scope, cluster.name, pod),
              ...(awsPolicy === undefined ? {} : { awsPolicies: [awsPolicy] }),
              ...(statements === undefined ? {} : { statements }),
            },
            this,
          );
    return new Addon(
      name,
      {
        clusterName: cluster.name,
        addonName: addon,
        addonVersion: ADDON_VERSIONS[version][addon],
        // What the program says holds, also over what someone changed by hand.
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
        ...(values === undefined ? {} : { configurationValues: JSON.stringify(values) }),
        ...(made === undefined || pod === undefined
          ? {}
          : { podIdentityAssociations: [{ roleArn: made.role.arn, serviceAccount: pod.serviceAccount }] }),
      },
      { parent: this, dependsOn: [...after, ...(made?.rights ?? [])] },
    );
  }

  private plan(addon: AddonName): AddonPlan {
    switch (addon) {
      case "vpc-cni":
        return {
          // The NetworkPolicies of the arrows mean nothing without this.
          values: { enableNetworkPolicy: "true" },
          pod: { namespace: "kube-system", serviceAccount: "aws-node" },
          awsPolicy: "AmazonEKS_CNI_Policy",
        };
      case "coredns":
        return {
          values: { ...onSystemNodes, autoScaling: { enabled: true, minReplicas: 2, maxReplicas: 10 } },
        };
      case "aws-ebs-csi-driver":
        return {
          values: {
            controller: { ...onSystemNodes, extraVolumeTags: this.args.tags },
            node: { tolerateAllTaints: true },
          },
          pod: { namespace: "kube-system", serviceAccount: "ebs-csi-controller-sa" },
          awsPolicy: "service-role/AmazonEBSCSIDriverPolicy",
          statements: diskKeyStatements(this.args.scope),
        };
      case "snapshot-controller":
      case "metrics-server":
        return { values: onSystemNodes };
      case "kube-proxy":
      case "eks-pod-identity-agent":
        return {};
    }
  }
}

/** What the disk driver needs of the disks' key, and only through EC2. */
function diskKeyStatements(scope: AwsScope): Statement[] {
  const resources = [anyKey(scope)];
  const viaEc2 = { "kms:ViaService": regional(scope, "ec2") };
  return [
    {
      sid: "Disks",
      actions: [...USE],
      resources,
      conditions: { ...onKey(scope, "ebs"), StringEquals: viaEc2 },
    },
    {
      sid: "DiskGrants",
      actions: ["kms:CreateGrant"],
      resources,
      conditions: {
        ...onKey(scope, "ebs"),
        StringEquals: viaEc2,
        Bool: { "kms:GrantIsForAWSResource": "true" },
      },
    },
  ];
}
