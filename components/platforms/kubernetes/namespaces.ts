import { LimitRange } from "@pulumi/kubernetes/core/v1/limitRange";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { ResourceQuota } from "@pulumi/kubernetes/core/v1/resourceQuota";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceName } from "../../topology";
import type { Inventory } from "./inventory";
import { LABEL, namespaceOf } from "./names";
import { limitRange, quotaFor, type QuotaOptions } from "./quotas";
import { type Tier, tierOf, tiers } from "./tiers";

/** Args of `Namespaces`. */
export interface NamespacesArgs extends QuotaOptions {
  readonly stack: string;
  readonly present: ReadonlySet<ServiceName>;
  readonly inventory: Inventory;
  /** Version of the cluster, to which the rules of Pod Security are pinned, such as v1.34. */
  readonly version: string;
}

/** Labels of what belongs to the stack and to no member. */
export const stackLabels = (stack: string): Record<string, string> => ({
  [LABEL.instance]: stack,
  [LABEL.partOf]: "semblance-curation",
  [LABEL.managedBy]: "pulumi",
});

/** The tiers of these members, in their own order. */
export const tiersOf = (present: ReadonlySet<ServiceName>): readonly Tier[] =>
  tiers.filter((tier) => [...present].some((member) => tierOf[member] === tier));

/**
 * Labels by which the API server refuses pods, pinned: an upgrade of the cluster changes no rule until the setting says so.
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export function podSecurity(tier: Tier, version: string): Record<string, string> {
  // What observes the machine reads folders of it, and hostPath volumes are allowed by no level below privileged. Their
  // pods are still held to everything else by their specs, which tests check.
  const level = tier === "nodes" ? "privileged" : "restricted";
  const modes = ["enforce", "audit", "warn"].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, level],
    [`pod-security.kubernetes.io/${mode}-version`, version],
  ]);
  return Object.fromEntries(modes);
}

/** A namespace per tier, with a quota, defaults for containers, and a default account that can do nothing. */
export class Namespaces extends pulumi.ComponentResource {
  private readonly namespaces = new Map<Tier, Namespace>();
  private readonly ready = new Map<Tier, readonly pulumi.Resource[]>();

  constructor(name: string, args: NamespacesArgs, opts: pulumi.ComponentResourceOptions) {
    super("semblance:kubernetes:Namespaces", name, {}, opts);
    for (const tier of tiersOf(args.present)) this.add(`${name}-${tier}`, tier, args);
    this.registerOutputs({});
  }

  /** The namespace of a tier. */
  of(tier: Tier): Namespace {
    return found(tier, this.namespaces.get(tier));
  }

  /** What must exist before the first pod of a member, as far as its namespace goes. */
  readyFor(member: ServiceName): readonly pulumi.Resource[] {
    const tier = tierOf[member];
    return found(tier, this.ready.get(tier));
  }

  private add(prefix: string, tier: Tier, args: NamespacesArgs): void {
    const { stack, inventory, version } = args;
    const labels = stackLabels(stack);
    const namespace = new Namespace(
      prefix,
      { metadata: { name: namespaceOf(stack, tier), labels: { ...labels, ...podSecurity(tier, version) } } },
      { parent: this },
    );
    const at = (object: string) => ({ name: object, namespace: namespaceOf(stack, tier), labels });
    const opts = { parent: this, dependsOn: [namespace] };
    const hard = inventory.read((all) => quotaFor(tier, all, args));
    this.namespaces.set(tier, namespace);
    this.ready.set(tier, [
      namespace,
      new ResourceQuota(`${prefix}-quota`, { metadata: at("quota"), spec: { hard } }, opts),
      new LimitRange(`${prefix}-defaults`, { metadata: at("defaults"), spec: limitRange }, opts),
      // It is there already in every namespace, and taken over (provider.ts). Who forgets to name an account gets no token.
      // It goes with its namespace; deleted alone, the cluster would make it again, and with a token.
      new ServiceAccount(
        `${prefix}-default-account`,
        { metadata: at("default"), automountServiceAccountToken: false },
        { ...opts, retainOnDelete: true },
      ),
    ]);
  }
}

function found<T>(tier: Tier, it: T | undefined): T {
  if (it !== undefined) return it;
  throw new Error(`no member of tier ${tier} is present, so it has no namespace`);
}
