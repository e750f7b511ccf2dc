import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesSettings } from "../../config/kubernetes";
import type { ServiceName } from "../../topology";
import type { Bought } from "./bought";
import { gpuResourceName } from "./gpu-sharing";
import { Inventory } from "./inventory";
import { Namespaces } from "./namespaces";
import { NetworkPolicies } from "./network-policies";
import { PriorityClasses } from "./priorities";
import { Rbac } from "./rbac";

/** Args of `Fences`. */
export interface FencesArgs {
  readonly stack: string;
  readonly present: ReadonlySet<ServiceName>;
  readonly settings: KubernetesSettings;
  /** Servers that are bought instead of run. @default none */
  readonly bought?: Bought;
}

/** What stands around the workloads of a stack, all of it registered before the first of them. */
export class Fences {
  /** Each workload and job is noted here when it is registered; quotas and network policies follow from it. */
  readonly inventory = new Inventory();
  private readonly namespaces: Namespaces;
  private readonly policies: NetworkPolicies;
  private readonly priorities: PriorityClasses;

  constructor(
    { stack, present, settings, bought = new Map() }: FencesArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    const { inventory } = this;
    const { headroomPercent } = settings.quotas;
    const gpuResource = gpuResourceName(settings.gpuSharing);
    const { version, egressExcept } = settings;
    this.namespaces = new Namespaces(
      "namespaces",
      { stack, present, inventory, version, headroomPercent, gpuResource },
      opts,
    );
    const { namespaces } = this;
    const { sourceRanges, nodeRanges, gatewayApi } = settings.gateway;
    const gatewayNamespace = gatewayApi?.proxies ?? gatewayApi?.namespace;
    this.policies = new NetworkPolicies(
      "network-policies",
      {
        ...{ stack, present, inventory, namespaces, bought },
        ...{ sourceRanges, nodeRanges, gatewayNamespace, egressExcept },
      },
      opts,
    );
    this.priorities = new PriorityClasses("priorities", { stack }, opts);
    new Rbac("rbac", { stack, present, namespaces, groups: settings.rbac }, opts);
  }

  /** Name of the priority class of a member's pods. */
  priorityClassName(member: ServiceName): string {
    return this.priorities.of(member).name;
  }

  /** What must exist before the first pod of a member. */
  before(member: ServiceName): readonly pulumi.Resource[] {
    return [
      ...this.namespaces.readyFor(member),
      ...this.policies.of(member),
      this.priorities.of(member).resource,
    ];
  }
}
