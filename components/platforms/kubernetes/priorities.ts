import { PriorityClass } from "@pulumi/kubernetes/scheduling/v1/priorityClass";
import * as pulumi from "@pulumi/pulumi";
import { members, type ServiceName } from "../../topology";
import { stackLabels } from "./namespaces";
import { type Tier, tierOf } from "./tiers";

/** Priorities, the highest first. */
const names = ["data", "edge", "work", "monitoring", "batch"] as const;
export type Priority = (typeof names)[number];

/**
 * Who goes first where a cluster is short of room. Only what everything else stands on takes the place of other pods; the
 * rest goes ahead in the queue and waits.
 */
const classes: Readonly<Record<Priority, { value: number; preempts: boolean; description: string }>> = {
  data: { value: 100_000, preempts: true, description: "Stores, without which nothing works." },
  edge: { value: 90_000, preempts: true, description: "The gateway, without which nothing is reached." },
  work: { value: 50_000, preempts: false, description: "What people work with, and models." },
  monitoring: { value: 20_000, preempts: false, description: "Metrics, logs, traces; what observes nodes." },
  batch: { value: 1_000, preempts: false, description: "Jobs, and tools of developers." },
};

const priorityOfTier: Readonly<Record<Tier, Priority>> = {
  edge: "edge",
  work: "work",
  data: "data",
  models: "work",
  monitoring: "monitoring",
  nodes: "monitoring",
  development: "batch",
};

/** The priority of a member's pods. */
export const priorityOf = (member: ServiceName): Priority =>
  members[member].kind === "job" ? "batch" : priorityOfTier[tierOf[member]];

/** Name of the class; it has the stack in it, since classes belong to the cluster and not to a namespace. */
export const priorityClassName = (stack: string, priority: Priority): string =>
  `semblance-${stack}-${priority}`;

/** The priority classes of a stack. */
export class PriorityClasses extends pulumi.ComponentResource {
  private readonly classes: ReadonlyMap<Priority, PriorityClass>;

  constructor(
    name: string,
    private readonly args: { readonly stack: string },
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:kubernetes:PriorityClasses", name, {}, opts);
    this.classes = new Map(names.map((priority) => [priority, this.create(`${name}-${priority}`, priority)]));
    this.registerOutputs({});
  }

  /** The class of a member's pods, which must exist before them. */
  of(member: ServiceName): { readonly name: string; readonly resource: PriorityClass } {
    const priority = priorityOf(member);
    const resource = this.classes.get(priority);
    if (resource === undefined) throw new Error(`no priority class ${priority}`);
    return { name: priorityClassName(this.args.stack, priority), resource };
  }

  private create(name: string, priority: Priority): PriorityClass {
    const { stack } = this.args;
    const { value, preempts, description } = classes[priority];
    return new PriorityClass(
      name,
      {
        metadata: {
          name: priorityClassName(stack, priority),
          labels: stackLabels(stack),
        },
        value,
        preemptionPolicy: preempts ? "PreemptLowerPriority" : "Never",
        description,
      },
      // A value cannot be changed, and two classes cannot have one name. Pods keep the number that they got.
      { parent: this, deleteBeforeReplace: true },
    );
  }
}
