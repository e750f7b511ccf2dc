import * as pulumi from "@pulumi/pulumi";
import type { GpuPool } from "../../../config/aws-nodes";
import type { GpuSharing } from "../../../config/gpu";
import type { Leaf } from "../../../core/foundation";
import type { Peer } from "../../kubernetes/network-rules";
import type { DataProtection } from "../protection";
import type { AwsScope } from "../scope";
import { Autoscaler } from "./autoscaler";
import { GpuTools } from "./gpu";
import { toolImage } from "./images";
import { LoadBalancerController } from "./load-balancer";
import { Storage } from "./storage";

/** Args of `ClusterTools`. */
export interface ClusterToolsArgs {
  readonly scope: AwsScope;
  /** Name of the cluster. */
  readonly cluster: string;
  readonly vpcId: pulumi.Input<string>;
  /** Where the API server and AWS' APIs are: `apisOf`. */
  readonly apis: readonly Peer[];
  /** ARN of the disks' key. */
  readonly diskKeyArn: pulumi.Input<string>;
  /** Pools with GPUs. Absent: the nodes are not the stack's, and it brings no tools for them. */
  readonly gpuPools?: readonly GpuPool[];
  /** How workloads share GPUs. */
  readonly gpuSharing: GpuSharing;
  /** Registry that stands in for every other. */
  readonly mirror?: string;
  /** For the load balancer controller's own server. */
  readonly certificate: Leaf;
  readonly tags: Readonly<Record<string, string>>;
  readonly dataProtection: DataProtection;
}

/** What runs in the cluster for the cluster: plain objects, each visible to policies; no chart brings any of them. */
export class ClusterTools extends pulumi.ComponentResource {
  /** Exist once disks and load balancers are made. Services with a load balancer must depend on them, or nobody deletes it. */
  readonly readyWhen: readonly pulumi.Resource[];

  constructor(name: string, args: ClusterToolsArgs, opts: pulumi.ComponentResourceOptions) {
    super("semblance:aws:ClusterTools", name, {}, opts);
    const { scope, cluster, apis, mirror, gpuPools } = args;
    const options = { parent: this };
    const storage = new Storage(
      `${name}-storage`,
      { keyArn: args.diskKeyArn, dataProtection: args.dataProtection },
      options,
    );
    this.readyWhen = [storage];
    if (gpuPools === undefined) {
      this.registerOutputs({});
      return;
    }
    new Autoscaler(
      `${name}-autoscaler`,
      { scope, cluster, apis, image: toolImage("cluster-autoscaler", mirror) },
      options,
    );
    if (gpuPools.length > 0)
      new GpuTools(
        `${name}-gpu`,
        {
          pools: gpuPools,
          sharing: args.gpuSharing,
          images: {
            devicePlugin: toolImage("nvidia-device-plugin", mirror),
            dcgmExporter: toolImage("dcgm-exporter", mirror),
          },
        },
        options,
      );
    const balancers = new LoadBalancerController(
      `${name}-load-balancers`,
      {
        scope,
        cluster,
        apis,
        vpcId: args.vpcId,
        image: toolImage("aws-load-balancer-controller", mirror),
        certificate: args.certificate,
        tags: args.tags,
      },
      options,
    );
    this.readyWhen = [storage, ...balancers.readyWhen];
    this.registerOutputs({});
  }
}
