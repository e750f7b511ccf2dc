import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { type AwsSettings, awsSettings } from "../../components/config/aws";
import type { GpuSharing } from "../../components/config/gpu";
import { Sensitive } from "../../components/core/values";
import { AwsFoundation } from "../../components/platforms/aws";
import { awsProvider } from "../../components/platforms/aws/provider";
import { scopeOf } from "../../components/platforms/aws/settings";
import { tagsOf } from "../../components/platforms/aws/tags";
import { kubernetesProvider } from "../../components/platforms/kubernetes/provider";
import { CANARY, recordProgram, type Recording, type Registered } from "./mocks";

/** An account that nobody has. */
export const ACCOUNT = "123456789012";

/** The least that a stack on AWS must say. */
const LEAST = { accountId: ACCOUNT, cluster: { administrators: [`arn:aws:iam::${ACCOUNT}:role/platform`] } };

/** Settings of a stack on AWS, with the least that one must say. Objects are merged one level deep. */
export function awsWith(more: Readonly<Record<string, unknown>> = {}): AwsSettings {
  const cluster = { ...LEAST.cluster, ...(isObject(more.cluster) ? more.cluster : {}) };
  return awsSettings.parse({ ...LEAST, ...more, cluster });
}

/** What to run. */
export interface AwsRun {
  /** Is called with the foundation, and with the Kubernetes provider that it makes. */
  readonly and?: (foundation: AwsFoundation, kubernetes: pulumi.ProviderResource) => void;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly sharing?: GpuSharing;
  readonly stack?: string;
}

/** Runs what makes a stack's AWS side, under mocks. */
export function recordAws(run: AwsRun = {}): Promise<Recording<AwsFoundation>> {
  const { stack = "prod", sharing = { strategy: "none" } } = run;
  return recordProgram(() => {
    pretendAws();
    const settings = awsWith(run.settings);
    const scope = scopeOf(stack, settings, sharing);
    const provider = awsProvider({ scope, tags: tagsOf(stack, settings) });
    const foundation = new AwsFoundation(
      "aws",
      {
        stack,
        settings,
        gpuSharing: sharing,
        images: ["label-studio", "mlflow"],
        podOf: (member) => ({ namespace: `semblance-${stack}-data`, serviceAccount: member }),
      },
      { providers: [provider] },
    );
    const { kubeconfig, clusterIdentifier } = foundation;
    run.and?.(foundation, kubernetesProvider({ kubeconfig, clusterIdentifier }));
    return foundation;
  }, stack);
}

/** A certificate, as the stack's authority gives it. */
export const leaf = { certificate: pulumi.output("certificate"), key: Sensitive.of(`${CANARY}-key`) };

/** A login, as the stack's secrets give it. */
export const loginOf = (username: string) => ({ username, password: Sensitive.of(`${CANARY}-${username}`) });

/** Everything that the AWS side can have. */
export const everything = (foundation: AwsFoundation, kubernetes: pulumi.ProviderResource): void => {
  const buckets = foundation.buckets(["https://label-studio.example.com"]);
  buckets.bucket("label-studio", "read-write");
  buckets.bucket("jupyter", "read-only");
  foundation.database(loginOf("administrator"));
  foundation.cache({ "label-studio": { login: loginOf("label-studio"), rights: "~rq:* -@all +@read" } });
  foundation.tools({ certificate: leaf }, { providers: [kubernetes] });
};

/** What AWS would have answered, as far as the program reads it. */
const ANSWERS: Readonly<Record<string, (name: string) => object>> = {
  "aws:eks/cluster:Cluster": () => ({
    endpoint: "https://cluster.example",
    certificateAuthority: { data: "Y2E=" },
    vpcConfig: { clusterSecurityGroupId: "sg-cluster" },
  }),
  "aws:eks/nodeGroup:NodeGroup": (name) => ({
    resources: [{ autoscalingGroups: [{ name: `eks-${name}` }] }],
  }),
  "aws:kms/key:Key": (name) => ({
    keyId: name,
    arn: `arn:aws:kms:us-east-1:${ACCOUNT}:key/${name}`,
  }),
  "aws:iam/role:Role": (name) => ({ arn: `arn:aws:iam::${ACCOUNT}:role/${name}` }),
  "aws:ec2/launchTemplate:LaunchTemplate": () => ({ latestVersion: 1 }),
  "aws:cloudwatch/logGroup:LogGroup": (name) => ({ arn: `arn:aws:logs:us-east-1:${ACCOUNT}:${name}` }),
  "aws:rds/instance:Instance": () => ({ address: "postgres.example" }),
  "aws:elasticache/replicationGroup:ReplicationGroup": () => ({ primaryEndpointAddress: "redis.example" }),
};

/** Answers in AWS' place, and lets no program ask for what is there already. */
function pretendAws(): void {
  const monitor = pulumi.runtime.getMonitor();
  if (!(monitor instanceof MockMonitor))
    throw new Error("Pulumi's mocks have changed: their monitor is another one");
  const make = monitor.mocks.newResource.bind(monitor.mocks);
  monitor.mocks.newResource = async (args) => {
    const made = await make(args);
    const answer = ANSWERS[args.type]?.(args.name) ?? {};
    return { ...made, state: { ...args.inputs, ...made.state, ...within(args.inputs, answer) } };
  };
  monitor.mocks.call = ({ token }) => {
    throw new Error(`the program asks AWS: ${token}`);
  };
}

/** An answer together with what was asked for inside of it, such as the subnets of a cluster. */
function within(inputs: Readonly<Record<string, unknown>>, answer: object): object {
  return Object.fromEntries(
    Object.entries(answer).map(([key, value]: [string, unknown]) => [
      key,
      isObject(value) && isObject(inputs[key]) ? { ...inputs[key], ...value } : value,
    ]),
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The resources of a type, by the end of its token. */
export const ofType = (resources: readonly Registered[], end: string): readonly Registered[] =>
  resources.filter(({ type }) => type.endsWith(end));

/** The one resource of a type whose name matches. */
export function one(resources: readonly Registered[], end: string, name?: string): Registered {
  const found = ofType(resources, end).filter((resource) => name === undefined || resource.name === name);
  const [first, ...more] = found;
  if (first !== undefined && more.length === 0) return first;
  throw new Error(`${found.length} resources ${end} ${name ?? ""}: ${found.map((r) => r.name).join(", ")}`);
}

/** A value somewhere in a resource's inputs. */
export const at = (resource: Registered, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (node, key) =>
      Array.isArray(node) && typeof key === "number"
        ? node[key]
        : isObject(node)
          ? node[String(key)]
          : undefined,
    resource.inputs,
  );
