import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceName } from "../../topology";
import { labelsOf, namespaceOfMember } from "./names";

/** Args of `ServiceAccounts`. */
export interface ServiceAccountsArgs {
  readonly stack: string;
  readonly present: ReadonlySet<ServiceName>;
  /** What must exist before an account of this member. */
  readonly before: (member: ServiceName) => readonly pulumi.Resource[];
}

/**
 * An account per member, called after it. None has a token or a right: no workload asks the API server for anything. It is
 * there so that rights outside of the cluster, such as a role of AWS, are given to one workload and to no other.
 */
export class ServiceAccounts extends pulumi.ComponentResource {
  private readonly accounts: ReadonlyMap<ServiceName, ServiceAccount>;

  constructor(name: string, args: ServiceAccountsArgs, opts: pulumi.ComponentResourceOptions) {
    super("semblance:kubernetes:ServiceAccounts", name, {}, opts);
    const { stack, present, before } = args;
    this.accounts = new Map(
      [...present].map((member) => [
        member,
        new ServiceAccount(
          `${name}-${member}`,
          {
            metadata: {
              name: member,
              namespace: namespaceOfMember(stack, member),
              labels: labelsOf(stack, member),
            },
            automountServiceAccountToken: false,
          },
          { parent: this, dependsOn: [...before(member)], deleteBeforeReplace: true },
        ),
      ]),
    );
    this.registerOutputs({});
  }

  /** The account of a member. */
  of(member: ServiceName): ServiceAccount {
    const account = this.accounts.get(member);
    if (account === undefined) throw new Error(`${member} is not one of the stack's members`);
    return account;
  }
}
