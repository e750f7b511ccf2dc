import * as pulumi from "@pulumi/pulumi";
import type { AwsSettings } from "../../config/aws";
import type { GpuSharing } from "../../config/gpu";
import type { Login } from "../../core/values";
import type { ServiceName } from "../../topology";
import { Addons } from "./addons";
import { Buckets } from "./buckets";
import { Budget } from "./budget";
import { Cache, type CacheUser } from "./cache";
import { Cluster, type ClusterFacts, kubeconfigOf } from "./cluster";
import { Database } from "./database";
import { type EdgeFacts, edgeOf } from "./edge";
import type { PodIdentity } from "./iam";
import { Keys } from "./keys";
import { Network, type NetworkFacts } from "./network";
import { NodeGroups } from "./node-groups";
import { poolsOf } from "./pools";
import { Registry } from "./registry";
import { type AwsScope, clusterArn } from "./scope";
import { scopeOf } from "./settings";
import { tagsOf } from "./tags";
import { ClusterTools, type ClusterToolsArgs } from "./tools";
import { apisOf } from "./tools/fence";
import { STORAGE_CLASS } from "./tools/storage";

/** Args of `AwsFoundation`. */
export interface AwsFoundationArgs {
  readonly stack: string;
  readonly settings: AwsSettings;
  /** How workloads share GPUs: `kubernetes.gpuSharing`. */
  readonly gpuSharing: GpuSharing;
  /** Images to keep in ECR: what the project builds itself. */
  readonly images: readonly string[];
  /** The service account under which a member's pods run, as the Kubernetes platform calls it. */
  readonly podOf: (member: ServiceName) => PodIdentity;
}

/**
 * Where a Kubernetes platform comes from: an account of AWS with a network, keys, a cluster with its nodes and add-ons, and what
 * AWS runs in place of services. Nothing in here asks AWS while a preview runs: zones, account and ids come from the
 * configuration or from what is made. So a preview needs no credentials, and two previews of one commit are the same.
 */
export class AwsFoundation extends pulumi.ComponentResource {
  readonly scope: AwsScope;
  /** For the Kubernetes provider. Known once a node is there and the administrators are let in. */
  readonly kubeconfig: pulumi.Output<string>;
  /** By which the Kubernetes provider knows that it is still the same cluster. */
  readonly clusterIdentifier: string;
  /** Class of the services' disks. */
  readonly storageClass = STORAGE_CLASS;
  /** How the gateway's Service asks for its load balancer. */
  readonly edge: EdgeFacts;
  readonly network: NetworkFacts;
  /** Where the images are that the project builds itself. */
  readonly registry: string;
  private readonly keys: Keys;
  private readonly cluster: ClusterFacts;

  constructor(
    private readonly name: string,
    private readonly args: AwsFoundationArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:aws:AwsFoundation", name, {}, opts);
    const { stack, settings, images } = args;
    const { dataProtection } = settings;
    this.scope = scopeOf(stack, settings, args.gpuSharing);
    const { scope } = this;
    const options = { parent: this };
    this.keys = new Keys(`${name}-keys`, { scope, dataProtection }, options);
    this.network = this.networkOf();
    this.registry = new Registry(
      `${name}-registry`,
      { scope, keys: this.keys, images, dataProtection },
      options,
    ).mirror;
    this.budget();
    const { cluster, ready } = this.clusterOf();
    this.cluster = cluster;
    this.clusterIdentifier = clusterArn(scope, cluster.name);
    const waited = pulumi.all(ready.map(({ urn }) => urn));
    this.kubeconfig = pulumi.all([kubeconfigOf(cluster, scope), waited]).apply(([kubeconfig]) => kubeconfig);
    this.edge = edgeOf(scope, settings);
    this.registerOutputs({ clusterIdentifier: this.clusterIdentifier });
  }

  /** S3 in MinIO's place. */
  buckets(corsOrigins: readonly string[]): Buckets {
    const { podOf, settings } = this.args;
    return new Buckets(
      `${this.name}-buckets`,
      {
        scope: this.scope,
        keys: this.keys,
        cluster: this.cluster.name,
        podOf,
        corsOrigins,
        dataProtection: settings.dataProtection,
      },
      { parent: this },
    );
  }

  /** RDS in place of PostgreSQL in the cluster. */
  database(administrator: Login): Database {
    const { settings } = this.args;
    return new Database(
      `${this.name}-database`,
      { ...this.forData(), settings: settings.postgres, administrator },
      { parent: this },
    );
  }

  /** ElastiCache in place of Redis in the cluster. */
  cache(users: Readonly<Record<string, CacheUser>>): Cache {
    const { settings } = this.args;
    return new Cache(
      `${this.name}-cache`,
      { ...this.forData(), settings: settings.redis, users },
      { parent: this },
    );
  }

  /** What runs in the cluster for the cluster; `opts` brings the Kubernetes provider that `kubeconfig` makes. */
  tools(
    args: Pick<ClusterToolsArgs, "certificate" | "mirror">,
    opts: pulumi.ComponentResourceOptions,
  ): ClusterTools {
    const { stack, settings } = this.args;
    return new ClusterTools(
      `${this.name}-tools`,
      {
        ...args,
        scope: this.scope,
        cluster: this.cluster.name,
        vpcId: this.network.vpcId,
        apis: apisOf(settings),
        diskKeyArn: this.keys.arn("ebs"),
        ...(settings.cluster.existing === undefined ? { gpuPools: settings.nodes.gpu } : {}),
        gpuSharing: this.args.gpuSharing,
        tags: tagsOf(stack, settings),
        dataProtection: settings.dataProtection,
      },
      pulumi.mergeOptions(opts, { parent: this }),
    );
  }

  private forData() {
    const { settings } = this.args;
    return {
      scope: this.scope,
      keys: this.keys,
      network: this.network,
      cluster: this.cluster,
      logDays: settings.cluster.logDays,
      dataProtection: settings.dataProtection,
    };
  }

  private networkOf(): NetworkFacts {
    const { network, edge, zones: letters, region, dataProtection } = this.args.settings;
    const zones = letters.map((letter) => `${region}${letter}`);
    const { existing } = network;
    if (existing !== undefined)
      return {
        ...existing,
        zones,
        dataSubnetIds: existing.dataSubnets.map(({ id }) => id),
        dataCidrs: existing.dataSubnets.map(({ cidr }) => cidr),
      };
    return new Network(
      `${this.name}-network`,
      {
        ...network,
        scope: this.scope,
        keys: this.keys,
        zones,
        facesInternet: edge.scheme === "internet-facing",
        dataProtection,
      },
      { parent: this },
    );
  }

  /** The cluster, and what exists once pods can run on it. */
  private clusterOf(): { cluster: ClusterFacts; ready: readonly pulumi.Resource[] } {
    const { stack, settings } = this.args;
    const { existing, version } = settings.cluster;
    if (existing !== undefined) return { cluster: { ...existing, readyWhen: [] }, ready: [] };
    const { scope, keys, network, name } = this;
    const options = { parent: this };
    const tags = tagsOf(stack, settings);
    const cluster = new Cluster(
      `${name}-cluster`,
      { scope, keys, network, settings: settings.cluster, dataProtection: settings.dataProtection },
      options,
    );
    const addons = new Addons(`${name}-addons`, { scope, cluster, version, tags }, options);
    const nodes = new NodeGroups(
      `${name}-nodes`,
      {
        scope,
        keys,
        network,
        cluster,
        version,
        pools: poolsOf(settings.nodes, settings.zones, this.args.gpuSharing),
        tags,
        after: addons.beforeNodes,
      },
      options,
    );
    const complete = addons.afterNodes(nodes.readyWhen);
    return { cluster, ready: [...cluster.readyWhen, ...complete] };
  }

  private budget(): void {
    const { stack, settings } = this.args;
    const [first, ...more] = settings.budget.emails;
    if (first === undefined) return;
    new Budget(
      `${this.name}-budget`,
      {
        scope: this.scope,
        monthlyUsd: settings.budget.monthlyUsd,
        emails: [first, ...more],
        tag: { key: "environment", value: stack },
      },
      { parent: this },
    );
  }
}
