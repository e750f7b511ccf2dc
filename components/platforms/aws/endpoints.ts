import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import * as pulumi from "@pulumi/pulumi";
import { type ResourceStatement, resourcePolicy } from "./iam";
import { accountArn, type AwsScope } from "./scope";

/** What nodes, add-ons and the tools of a cluster ask of AWS: without a way out, each needs a door of its own. */
export const NODE_SERVICES = [
  "autoscaling",
  "ec2",
  "ecr.api",
  "ecr.dkr",
  "eks",
  "eks-auth",
  "elasticloadbalancing",
  "kms",
  "logs",
  "sts",
] as const;

/** Args of `Endpoints`. */
export interface EndpointsArgs {
  readonly scope: AwsScope;
  readonly vpcId: pulumi.Input<string>;
  readonly vpcCidr: string;
  readonly routeTableIds: readonly pulumi.Input<string>[];
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly services: "s3" | "all";
}

/** Private ways from the VPC to AWS. */
export class Endpoints extends pulumi.ComponentResource {
  constructor(name: string, args: EndpointsArgs, opts: pulumi.ComponentResourceOptions) {
    super("semblance:aws:Endpoints", name, {}, opts);
    const { scope, vpcId } = args;
    const serviceName = (service: string): string => `com.amazonaws.${scope.region}.${service}`;
    new VpcEndpoint(
      `${name}-s3`,
      {
        vpcId,
        vpcEndpointType: "Gateway",
        serviceName: serviceName("s3"),
        routeTableIds: [...args.routeTableIds],
        policy: resourcePolicy(s3Statements(scope)),
        tags: { Name: `${scope.prefix}-s3` },
      },
      { parent: this },
    );
    if (args.services === "all") this.interfaces(name, args, serviceName);
    this.registerOutputs({});
  }

  private interfaces(name: string, args: EndpointsArgs, serviceName: (service: string) => string): void {
    const { scope, vpcId } = args;
    const options = { parent: this };
    const group = new SecurityGroup(
      `${name}-interfaces`,
      {
        vpcId,
        name: `${scope.prefix}-endpoints`,
        description: "Private ways to AWS, from inside the VPC",
        tags: { Name: `${scope.prefix}-endpoints` },
      },
      options,
    );
    new SecurityGroupIngressRule(
      `${name}-interfaces-https`,
      {
        securityGroupId: group.id,
        description: "HTTPS from the VPC",
        cidrIpv4: args.vpcCidr,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      },
      options,
    );
    for (const service of NODE_SERVICES) {
      new VpcEndpoint(
        `${name}-${service.replace(".", "-")}`,
        {
          vpcId,
          vpcEndpointType: "Interface",
          serviceName: serviceName(service),
          subnetIds: [...args.subnetIds],
          securityGroupIds: [group.id],
          privateDnsEnabled: true,
          tags: { Name: `${scope.prefix}-${service}` },
        },
        options,
      );
    }
  }
}

/** What may be done with S3 by the free way: the stack's own buckets, and the layers of ECR's images, which lie in a bucket of AWS. */
export function s3Statements(scope: AwsScope): ResourceStatement[] {
  return [
    {
      sid: "OwnBuckets",
      principal: { arns: [accountArn(scope)] },
      actions: [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:GetBucketLocation",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "s3:ListBucketMultipartUploads",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
      ],
      resources: [`arn:aws:s3:::${scope.prefix}-*`],
    },
    {
      sid: "ImageLayers",
      // ECR signs the links itself, so the caller is nobody of this account.
      principal: { arns: ["*"] },
      actions: ["s3:GetObject"],
      resources: [`arn:aws:s3:::prod-${scope.region}-starport-layer-bucket/*`],
    },
  ];
}
