import type { Statement } from "../iam";
import { arn, type AwsScope, iamArn } from "../scope";
import { leadership, type Rule } from "./rbac";

/** Tag that the controller puts on what it makes, with the cluster's name; it may touch nothing without it. */
const OWN_TAG = "elbv2.k8s.aws/cluster";
/** Tag that EKS puts on the cluster's own security group. */
const clusterTag = (cluster: string): string => `aws:ResourceTag/kubernetes.io/cluster/${cluster}`;

const SEES = [
  "ec2:DescribeAccountAttributes",
  "ec2:DescribeAvailabilityZones",
  "ec2:DescribeInstances",
  "ec2:DescribeInternetGateways",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeRouteTables",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:DescribeTags",
  "ec2:DescribeVpcs",
  "ec2:GetSecurityGroupsForVpc",
  "elasticloadbalancing:DescribeCapacityReservation",
  "elasticloadbalancing:DescribeListenerAttributes",
  "elasticloadbalancing:DescribeListenerCertificates",
  "elasticloadbalancing:DescribeListeners",
  "elasticloadbalancing:DescribeLoadBalancerAttributes",
  "elasticloadbalancing:DescribeLoadBalancers",
  "elasticloadbalancing:DescribeRules",
  "elasticloadbalancing:DescribeSSLPolicies",
  "elasticloadbalancing:DescribeTags",
  "elasticloadbalancing:DescribeTargetGroupAttributes",
  "elasticloadbalancing:DescribeTargetGroups",
  "elasticloadbalancing:DescribeTargetHealth",
];

/** What the controller needs for network load balancers; what is for application load balancers, WAF and Shield is left out. */
export function loadBalancerStatements(scope: AwsScope, cluster: string): Statement[] {
  const elb = (resource: string): string => arn(scope, "elasticloadbalancing", resource);
  const groups = arn(scope, "ec2", "security-group/*");
  const made = [elb("loadbalancer/net/*/*"), elb("targetgroup/*/*")];
  const listeners = [elb("listener/net/*/*/*")];
  const requested = { StringEquals: { [`aws:RequestTag/${OWN_TAG}`]: cluster } };
  const owned = { StringEquals: { [`aws:ResourceTag/${OWN_TAG}`]: cluster } };
  return [
    {
      sid: "ServiceRole",
      actions: ["iam:CreateServiceLinkedRole"],
      resources: [
        iamArn(
          scope,
          "role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing",
        ),
      ],
      conditions: { StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" } },
    },
    {
      sid: "See",
      actions: SEES,
      resources: { everyBecause: "what describes in EC2 and Elastic Load Balancing knows no resource" },
    },
    { sid: "CreateGroup", actions: ["ec2:CreateSecurityGroup"], resources: [arn(scope, "ec2", "vpc/*")] },
    {
      sid: "CreateOwnGroup",
      actions: ["ec2:CreateSecurityGroup"],
      resources: [groups],
      conditions: requested,
    },
    {
      sid: "TagNewGroup",
      actions: ["ec2:CreateTags"],
      resources: [groups],
      conditions: { StringEquals: { ...requested.StringEquals, "ec2:CreateAction": "CreateSecurityGroup" } },
    },
    {
      sid: "OwnGroups",
      actions: [
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateTags",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteTags",
        "ec2:RevokeSecurityGroupIngress",
      ],
      resources: [groups],
      conditions: owned,
    },
    {
      sid: "NodesGroup",
      actions: ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
      resources: [groups],
      conditions: { StringEquals: { [clusterTag(cluster)]: "owned" } },
    },
    {
      sid: "Create",
      actions: ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"],
      resources: made,
      conditions: requested,
    },
    {
      sid: "TagNew",
      actions: ["elasticloadbalancing:AddTags"],
      resources: [...made, ...listeners],
      conditions: requested,
    },
    {
      sid: "Own",
      actions: [
        "elasticloadbalancing:AddListenerCertificates",
        "elasticloadbalancing:AddTags",
        "elasticloadbalancing:CreateListener",
        "elasticloadbalancing:DeleteListener",
        "elasticloadbalancing:DeleteLoadBalancer",
        "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:DeregisterTargets",
        "elasticloadbalancing:ModifyListener",
        "elasticloadbalancing:ModifyListenerAttributes",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        "elasticloadbalancing:ModifyTargetGroup",
        "elasticloadbalancing:ModifyTargetGroupAttributes",
        "elasticloadbalancing:RegisterTargets",
        "elasticloadbalancing:RemoveListenerCertificates",
        "elasticloadbalancing:RemoveTags",
        "elasticloadbalancing:SetIpAddressType",
        "elasticloadbalancing:SetSecurityGroups",
        "elasticloadbalancing:SetSubnets",
      ],
      resources: [...made, ...listeners],
      conditions: owned,
    },
    {
      sid: "Certificates",
      actions: ["acm:DescribeCertificate"],
      resources: [arn(scope, "acm", "certificate/*")],
    },
  ];
}

const WATCH = ["get", "list", "watch"];
const ELB = "elbv2.k8s.aws";

/** What it needs in the cluster. It watches ingresses, since it cannot be told not to, and changes none. */
export const LOAD_BALANCER_RULES: readonly Rule[] = [
  { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
  { apiGroups: [""], resources: ["endpoints", "namespaces", "nodes", "pods"], verbs: WATCH },
  { apiGroups: [""], resources: ["pods/status", "services/status"], verbs: ["patch", "update"] },
  { apiGroups: [""], resources: ["services"], verbs: [...WATCH, "patch", "update"] },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: WATCH },
  { apiGroups: ["networking.k8s.io"], resources: ["ingressclasses", "ingresses"], verbs: WATCH },
  { apiGroups: [ELB], resources: ["ingressclassparams"], verbs: WATCH },
  {
    apiGroups: [ELB],
    resources: ["targetgroupbindings"],
    verbs: [...WATCH, "create", "delete", "patch", "update"],
  },
  { apiGroups: [ELB], resources: ["targetgroupbindings/status"], verbs: ["patch", "update"] },
];

/** The lease by which one of its pods leads. */
export const LEADER_RULES = leadership("aws-load-balancer-controller-leader");
