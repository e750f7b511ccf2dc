import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import * as pulumi from "@pulumi/pulumi";
import type { Peer } from "../../kubernetes/network-rules";
import type { Statement } from "../iam";
import { onSystemNodes } from "../pools";
import { arn, type AwsScope } from "../scope";
import { podRole } from "../workload-identity";
import { asksApis, fence } from "./fence";
import { httpProbe, labelsOf, NAMESPACE, resources, restricted, unprivileged } from "./pod";
import { leadership, type Rule, toolAccount } from "./rbac";

const TOOL = "cluster-autoscaler";
const PORT = 8085;

/** Args of `Autoscaler`. */
export interface AutoscalerArgs {
  readonly scope: AwsScope;
  /** Name of the cluster. */
  readonly cluster: string;
  readonly image: string;
  /** Where the API server and AWS' APIs are. */
  readonly apis: readonly Peer[];
}

/** Adds nodes to the node groups when pods find no place, also from zero, and takes away what nobody needs (docs/adr/0020). */
export class Autoscaler extends pulumi.ComponentResource {
  constructor(name: string, args: AutoscalerArgs, opts: pulumi.ComponentResourceOptions) {
    super("semblance:aws:Autoscaler", name, {}, opts);
    const { scope, cluster, image, apis } = args;
    const identity = podRole(
      name,
      {
        scope,
        cluster,
        pod: { namespace: NAMESPACE, serviceAccount: TOOL },
        suffix: TOOL,
        does: "Changes the size of the cluster's node groups",
        statements: autoscalerStatements(scope, cluster),
      },
      this,
    );
    const account = toolAccount(name, TOOL, { cluster: CLUSTER_RULES, own: OWN_RULES }, this);
    const network = fence(name, TOOL, asksApis(apis), this);
    const labels = labelsOf(TOOL);
    new Deployment(
      `${name}-deployment`,
      {
        metadata: { name: TOOL, namespace: NAMESPACE, labels },
        spec: {
          replicas: 1,
          strategy: { type: "Recreate" },
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              serviceAccountName: TOOL,
              automountServiceAccountToken: true,
              priorityClassName: "system-cluster-critical",
              nodeSelector: onSystemNodes.nodeSelector,
              tolerations: [...onSystemNodes.tolerations],
              securityContext: restricted,
              containers: [
                {
                  name: TOOL,
                  image,
                  command: autoscalerCommand(cluster),
                  env: [{ name: "AWS_REGION", value: scope.region }],
                  ports: [{ name: "metrics", containerPort: PORT }],
                  livenessProbe: httpProbe("/health-check", PORT, 60),
                  readinessProbe: httpProbe("/health-check", PORT),
                  resources: resources("100m", "600Mi"),
                  securityContext: { ...unprivileged, capabilities: { drop: ["ALL"] } },
                },
              ],
            },
          },
        },
      },
      { parent: this, dependsOn: [...account, network, ...identity.readyWhen] },
    );
    this.registerOutputs({});
  }
}

/** How it finds its node groups, and when it takes a node away. */
const autoscalerCommand = (cluster: string): string[] => [
  "./cluster-autoscaler",
  "--cloud-provider=aws",
  // EKS puts these tags on the scaling groups of its node groups.
  `--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/${cluster}`,
  // A pod whose disk is in one zone gets its node there; all others are spread.
  "--balance-similar-node-groups=true",
  "--balancing-ignore-label=topology.ebs.csi.aws.com/zone",
  "--expander=least-waste",
  "--skip-nodes-with-local-storage=false",
  "--skip-nodes-with-system-pods=false",
  "--scale-down-unneeded-time=10m",
  "--max-node-provision-time=20m",
  "--v=2",
  "--stderrthreshold=info",
];

/** Size of groups of this cluster, by the tag that EKS gives them, and sight of what they are made of. */
function autoscalerStatements(scope: AwsScope, cluster: string): Statement[] {
  return [
    {
      sid: "See",
      actions: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
      ],
      resources: { everyBecause: "these actions of EC2 and Auto Scaling know no resource" },
    },
    {
      sid: "SeeEmptyGroups",
      actions: ["eks:DescribeNodegroup"],
      resources: [arn(scope, "eks", `nodegroup/${cluster}/*/*`)],
    },
    {
      sid: "ChangeSize",
      actions: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      resources: [arn(scope, "autoscaling", "autoScalingGroup:*:autoScalingGroupName/*")],
      conditions: { StringEquals: { "aws:ResourceTag/eks:cluster-name": cluster } },
    },
  ];
}

const WATCH = ["get", "list", "watch"];

const CLUSTER_RULES: readonly Rule[] = [
  { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
  { apiGroups: [""], resources: ["pods/eviction"], verbs: ["create"] },
  { apiGroups: [""], resources: ["pods/status"], verbs: ["update"] },
  { apiGroups: [""], resources: ["nodes"], verbs: [...WATCH, "update"] },
  {
    apiGroups: [""],
    resources: [
      "namespaces",
      "persistentvolumeclaims",
      "persistentvolumes",
      "pods",
      "replicationcontrollers",
      "services",
    ],
    verbs: WATCH,
  },
  { apiGroups: ["apps"], resources: ["daemonsets", "replicasets", "statefulsets"], verbs: WATCH },
  { apiGroups: ["batch"], resources: ["jobs"], verbs: WATCH },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: WATCH },
  {
    apiGroups: ["storage.k8s.io"],
    resources: ["csidrivers", "csinodes", "csistoragecapacities", "storageclasses", "volumeattachments"],
    verbs: WATCH,
  },
  {
    apiGroups: ["resource.k8s.io"],
    resources: ["deviceclasses", "resourceclaims", "resourceslices"],
    verbs: WATCH,
  },
];

const OWN_RULES: readonly Rule[] = [
  ...leadership(TOOL),
  { apiGroups: [""], resources: ["configmaps"], verbs: ["create", "list", "watch"] },
  {
    apiGroups: [""],
    resources: ["configmaps"],
    resourceNames: ["cluster-autoscaler-status"],
    verbs: ["delete", "get", "update", "watch"],
  },
];
