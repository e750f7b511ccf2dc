import type { AwsSettings } from "../../config/aws";
import { awsRefusesDeletion } from "./protection";
import type { AwsScope } from "./scope";

/** How the Service in front of the gateway asks for its load balancer. */
export interface EdgeFacts {
  /** Hands the Service to the AWS Load Balancer Controller alone. */
  readonly loadBalancerClass: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Who may reach it: the load balancer's security group and the gateway's NetworkPolicy both say so. */
  readonly sourceRanges: readonly string[];
  /** Ranges from which the load balancer itself comes, to see whether the gateway is well. */
  readonly healthCheckRanges: readonly string[];
}

const PREFIX = "service.beta.kubernetes.io/aws-load-balancer";

/**
 * A network load balancer that hands connections to the gateway's pods, with the callers' own addresses. Whose certificate
 * browsers see is the business of `kubernetes.gateway.certificate`.
 */
export function edgeOf(scope: AwsScope, aws: AwsSettings): EdgeFacts {
  const { edge, network, dataProtection } = aws;
  const { existing } = network;
  const vpc = existing?.cidr ?? network.cidr;
  const subnets = edge.scheme === "internet-facing" ? existing?.publicSubnetIds : existing?.privateSubnetIds;
  return {
    loadBalancerClass: "service.k8s.aws/nlb",
    sourceRanges: edge.cidrs.length > 0 ? edge.cidrs : [vpc],
    healthCheckRanges: [vpc],
    annotations: {
      [`${PREFIX}-type`]: "external",
      [`${PREFIX}-name`]: `${scope.prefix}-edge`,
      [`${PREFIX}-scheme`]: edge.scheme,
      [`${PREFIX}-nlb-target-type`]: "ip",
      [`${PREFIX}-attributes`]: [
        "load_balancing.cross_zone.enabled=true",
        `deletion_protection.enabled=${awsRefusesDeletion(dataProtection)}`,
      ].join(","),
      [`${PREFIX}-target-group-attributes`]:
        "preserve_client_ip.enabled=true,deregistration_delay.timeout_seconds=60",
      // The subnets of a VPC of our own are found by their tags.
      ...(subnets === undefined ? {} : { [`${PREFIX}-subnets`]: subnets.join(",") }),
    },
  };
}
