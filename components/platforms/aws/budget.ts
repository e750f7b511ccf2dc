import { Budget as AwsBudget } from "@pulumi/aws/budgets/budget";
import * as pulumi from "@pulumi/pulumi";
import type { AwsScope } from "./scope";

/** Args of `Budget`. */
export interface BudgetArgs {
  readonly scope: AwsScope;
  readonly monthlyUsd: number;
  readonly emails: readonly [string, ...string[]];
  /** Tag by which AWS tells this stack's cost from others'; it counts from the day on which the tag is activated for billing. */
  readonly tag: { readonly key: string; readonly value: string };
}

/** Tells people before the money is spent: at 80 % and 100 % of the plan, and when 100 % is foreseen. */
export class Budget extends pulumi.ComponentResource {
  constructor(name: string, args: BudgetArgs, opts: pulumi.ComponentResourceOptions) {
    super("semblance:aws:Budget", name, {}, opts);
    const notify = (notificationType: "ACTUAL" | "FORECASTED", threshold: number) => ({
      notificationType,
      threshold,
      thresholdType: "PERCENTAGE",
      comparisonOperator: "GREATER_THAN",
      subscriberEmailAddresses: [...args.emails],
    });
    new AwsBudget(
      `${name}-monthly`,
      {
        name: `${args.scope.prefix}-monthly`,
        budgetType: "COST",
        timeUnit: "MONTHLY",
        limitAmount: String(args.monthlyUsd),
        limitUnit: "USD",
        costFilters: [{ name: "TagKeyValue", values: [`user:${args.tag.key}$${args.tag.value}`] }],
        notifications: [notify("ACTUAL", 80), notify("ACTUAL", 100), notify("FORECASTED", 100)],
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
