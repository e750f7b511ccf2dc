/**
 * Where in AWS a stack lives. All of it comes from the configuration, so that names and ARNs are known before anything
 * exists: a preview needs no credentials, and a policy can read every IAM document.
 */
export interface AwsScope {
  /** Starts the name of every resource in the account, such as `semblance-prod`. */
  readonly prefix: string;
  readonly region: string;
  /** 12 digits. */
  readonly accountId: string;
}

/** Suffix of the names of AWS' services in this partition. */
const SERVICES = "amazonaws.com";

/** ARN of something in the stack's region and account. */
export const arn = (scope: AwsScope, service: string, resource: string): string =>
  `arn:aws:${service}:${scope.region}:${scope.accountId}:${resource}`;

/** ARN of something in IAM, which has no region. */
export const iamArn = ({ accountId }: AwsScope, resource: string): string =>
  `arn:aws:iam::${accountId}:${resource}`;

/** ARN of a policy that AWS keeps. */
export const awsPolicy = (name: string): string => `arn:aws:iam::aws:policy/${name}`;

/** ARN of the account itself: whoever IAM gives the right to. */
export const accountArn = (scope: AwsScope): string => iamArn(scope, "root");

/** Name of an AWS service as a caller, such as `ec2.us-east-1.amazonaws.com` for `ec2`. */
export const regional = ({ region }: AwsScope, service: string): string => `${service}.${region}.${SERVICES}`;

/** Name of an AWS service that has one name in all regions. */
export const global = (service: string): string => `${service}.${SERVICES}`;

/** Name of the cluster: known before it exists, since the roles' trust and the kubeconfig name it. */
export const clusterName = ({ prefix }: AwsScope): string => prefix;

/** ARN of a cluster by its name; the Kubernetes provider identifies the cluster by it. */
export const clusterArn = (scope: AwsScope, cluster: string): string =>
  arn(scope, "eks", `cluster/${cluster}`);
