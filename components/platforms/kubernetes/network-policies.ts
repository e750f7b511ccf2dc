import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceName } from "../../topology";
import type { Inventory } from "./inventory";
import { labelsOf, namespaceOf, namespaceOfMember } from "./names";
import { type Namespaces, stackLabels, tiersOf } from "./namespaces";
import { denyAll, policyFor, type Outside } from "./network-rules";
import { type Tier, tierOf } from "./tiers";

/** Args of `NetworkPolicies`. */
export interface NetworkPoliciesArgs extends Outside {
  readonly stack: string;
  readonly present: ReadonlySet<ServiceName>;
  readonly inventory: Inventory;
  readonly namespaces: Namespaces;
}

/**
 * Nothing may connect to anything, in both directions and in every namespace; on top of that, one policy per member lets the
 * arrows through that lead to it and away from it. All are there before the first pod.
 */
export class NetworkPolicies extends pulumi.ComponentResource {
  private readonly denials: ReadonlyMap<Tier, NetworkPolicy>;
  private readonly policies: ReadonlyMap<ServiceName, NetworkPolicy>;

  constructor(name: string, args: NetworkPoliciesArgs, opts: pulumi.ComponentResourceOptions) {
    super("semblance:network:NetworkPolicies", name, {}, opts);
    const { stack, inventory, namespaces } = args;
    const members = [...args.present];
    this.denials = new Map(
      tiersOf(args.present).map((tier) => {
        const metadata = {
          name: "default-deny",
          namespace: namespaceOf(stack, tier),
          labels: stackLabels(stack),
        };
        const opts = { parent: this, dependsOn: [namespaces.of(tier)] };
        return [tier, new NetworkPolicy(`${name}-${tier}-default-deny`, { metadata, spec: denyAll }, opts)];
      }),
    );
    this.policies = new Map(
      members.map((member) => {
        const metadata = {
          name: member,
          namespace: namespaceOfMember(stack, member),
          labels: labelsOf(stack, member),
        };
        const spec = inventory.read((all) => policyFor(member, all, { ...args, stack }));
        const opts = { parent: this, dependsOn: [namespaces.of(tierOf[member])] };
        return [member, new NetworkPolicy(`${name}-${member}`, { metadata, spec }, opts)];
      }),
    );
    this.registerOutputs({});
  }

  /** What must exist before a pod of this member runs. */
  of(member: ServiceName): readonly pulumi.Resource[] {
    const policies = [this.denials.get(tierOf[member]), this.policies.get(member)];
    return policies.filter((policy) => policy !== undefined);
  }
}
