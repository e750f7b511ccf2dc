import { AccessEntry } from "@pulumi/aws/eks/accessEntry";
import { AccessPolicyAssociation } from "@pulumi/aws/eks/accessPolicyAssociation";
import { Cluster as EksCluster } from "@pulumi/aws/eks/cluster";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import * as pulumi from "@pulumi/pulumi";
import type { AwsSettings } from "../../config/aws";
import { makeRole, serviceTrust } from "./iam";
import { logGroupNames } from "./key-policies";
import type { Keys } from "./keys";
import { logGroup } from "./logs";
import type { NetworkFacts } from "./network";
import { awsRefusesDeletion, type DataProtection, dataOptions } from "./protection";
import { type AwsScope, clusterName } from "./scope";

/** What others need to know of the cluster, new or not. */
export interface ClusterFacts {
  readonly name: string;
  readonly endpoint: pulumi.Input<string>;
  /** Certificate of the API's authority, in base64. */
  readonly certificateAuthority: pulumi.Input<string>;
  /** Security group of the API and of all nodes. */
  readonly securityGroupId: pulumi.Input<string>;
  /** Exist once the API answers and lets the administrators in. */
  readonly readyWhen: readonly pulumi.Resource[];
}

/** Args of `Cluster`. */
export interface ClusterArgs {
  readonly scope: AwsScope;
  readonly keys: Keys;
  readonly network: NetworkFacts;
  readonly settings: AwsSettings["cluster"];
  readonly dataProtection: DataProtection;
}

/** Everything that the control plane can tell. */
const LOGS = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

const ADMINISTRATOR = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy";

/** EKS: a private API, secrets under a key of one's own, all logs kept, rights by access entries and by nothing else. */
export class Cluster extends pulumi.ComponentResource implements ClusterFacts {
  readonly name: string;
  readonly endpoint: pulumi.Output<string>;
  readonly certificateAuthority: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;
  readonly readyWhen: readonly pulumi.Resource[];

  constructor(
    private readonly prefix: string,
    private readonly args: ClusterArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:aws:Cluster", prefix, {}, opts);
    this.name = clusterName(args.scope);
    const cluster = this.controlPlane();
    this.endpoint = cluster.endpoint;
    this.certificateAuthority = cluster.certificateAuthority.apply(({ data }) => data ?? "");
    this.securityGroupId = cluster.vpcConfig.apply((config) => config.clusterSecurityGroupId);
    const doors = args.settings.operatorCidrs.map((cidr, i) => this.door(cidr, i));
    this.readyWhen = [cluster, ...doors, ...this.administrators(cluster), ...this.groups(cluster)];
    this.registerOutputs({ name: this.name, endpoint: this.endpoint });
  }

  private controlPlane(): EksCluster {
    const { scope, keys, network, settings, dataProtection } = this.args;
    const logs = logGroup(
      `${this.prefix}-logs`,
      { name: logGroupNames.cluster(scope), days: settings.logDays, keys, dataProtection },
      this,
    );
    const { role, rights } = makeRole(
      `${this.prefix}-role`,
      scope,
      {
        suffix: "cluster",
        does: "The control plane of the cluster",
        trust: serviceTrust("eks.amazonaws.com", { StringEquals: { "aws:SourceAccount": scope.accountId } }),
        awsPolicies: ["AmazonEKSClusterPolicy"],
      },
      this,
    );
    const isPublic = settings.publicCidrs.length > 0;
    return new EksCluster(
      `${this.prefix}-control-plane`,
      {
        name: this.name,
        version: settings.version,
        roleArn: role.arn,
        // In extended support a cluster costs six times as much; without it AWS upgrades one that nobody did.
        upgradePolicy: { supportType: "STANDARD" },
        accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
        bootstrapSelfManagedAddons: false,
        enabledClusterLogTypes: LOGS,
        encryptionConfig: { resources: ["secrets"], provider: { keyArn: keys.arn("secrets") } },
        kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: settings.serviceCidr },
        vpcConfig: {
          subnetIds: [...network.privateSubnetIds],
          endpointPrivateAccess: true,
          endpointPublicAccess: isPublic,
          ...(isPublic ? { publicAccessCidrs: settings.publicCidrs } : {}),
        },
        deletionProtection: awsRefusesDeletion(dataProtection),
        tags: { Name: this.name },
      },
      {
        parent: this,
        dependsOn: [logs, ...rights],
        // What the services keep in the cluster goes with it.
        protect: dataOptions(dataProtection).protect ?? false,
        customTimeouts: { create: "30m", update: "60m", delete: "30m" },
      },
    );
  }

  /** Lets a range of private addresses reach the API. */
  private door(cidr: string, i: number): pulumi.Resource {
    return new SecurityGroupIngressRule(
      `${this.prefix}-operators-${i}`,
      {
        securityGroupId: this.securityGroupId,
        description: "API of the cluster, for its operators",
        cidrIpv4: cidr,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      },
      { parent: this },
    );
  }

  private administrators(cluster: EksCluster): pulumi.Resource[] {
    return this.args.settings.administrators.map((principalArn) => {
      const name = `${this.prefix}-administrator-${slug(principalArn)}`;
      const entry = new AccessEntry(name, { clusterName: cluster.name, principalArn }, { parent: this });
      return new AccessPolicyAssociation(
        `${name}-policy`,
        {
          clusterName: cluster.name,
          principalArn,
          policyArn: ADMINISTRATOR,
          accessScope: { type: "cluster" },
        },
        { parent: this, dependsOn: [entry] },
      );
    });
  }

  private groups(cluster: EksCluster): pulumi.Resource[] {
    return this.args.settings.groups.map(
      ({ principal, groups }) =>
        new AccessEntry(
          `${this.prefix}-groups-${slug(principal)}`,
          { clusterName: cluster.name, principalArn: principal, kubernetesGroups: groups },
          { parent: this },
        ),
    );
  }
}

/** A principal as a part of a resource's name: what it is called, and of which account it is. */
const slug = (principalArn: string): string =>
  principalArn
    .replace(/^arn:aws:iam::(\d+):(role|user)\//, "$1-$2-")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");

/** A kubeconfig whose tokens AWS gives, to whoever has credentials of the account. There is no secret in it. */
export function kubeconfigOf(cluster: ClusterFacts, { region }: AwsScope): pulumi.Output<string> {
  const name = cluster.name;
  return pulumi.jsonStringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [
      {
        name,
        cluster: {
          server: cluster.endpoint,
          "certificate-authority-data": cluster.certificateAuthority,
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    users: [
      {
        name,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: ["--region", region, "eks", "get-token", "--cluster-name", name, "--output", "json"],
            interactiveMode: "Never",
          },
        },
      },
    ],
  });
}
