import * as pulumi from "@pulumi/pulumi";
import type { Arrow, ServiceName } from "../../topology";

/** CPU in cores and memory in MiB. */
export interface Compute {
  readonly cpu: number;
  readonly memoryMiB: number;
}

/** What one workload or job brings into its namespace. */
export interface Demand {
  /** Pods at a time at most: copies, and those that a rolling update adds. `per-node`: one on every node. */
  readonly pods: number | "per-node";
  /** What one of its pods asks for, all its containers together. */
  readonly requests: Compute;
  readonly limits: Compute;
  /** GPUs of one pod, by the name of the extended resource. */
  readonly gpus?: { readonly resource: string; readonly count: number };
  /** Size in GiB of each PersistentVolumeClaim, one entry per claim. */
  readonly claims: readonly number[];
  readonly services: number;
  /** Services of type LoadBalancer among them. */
  readonly loadBalancers: number;
  /** Ports that are opened on every node. */
  readonly nodePorts: number;
}

/** A workload or job of the stack, as far as quotas and network policies must know it. */
export interface Registration {
  readonly member: ServiceName;
  /** Numbers of its ports by name; a job has none. */
  readonly ports: Readonly<Record<string, number>>;
  /** The arrows that it uses. */
  readonly arrows: readonly Arrow[];
  /** Names of the ports that the outside reaches. */
  readonly published: readonly string[];
  /** Whether it may call out to the world. */
  readonly egress: boolean;
  readonly demand: Demand;
}

/**
 * What the program has asked for so far. Quotas and network policies have to exist before the first pod and follow from all
 * of them, so they are registered first and get their contents from here, once the program has run to its end: it is
 * synchronous, so that is at the next turn of the event loop. Nothing waits for a resource, and a preview knows everything.
 */
export class Inventory {
  private readonly registrations: Registration[] = [];
  private complete = false;
  private readonly whole: Promise<readonly Registration[]>;

  constructor() {
    this.whole = new Promise((resolve) => {
      setImmediate(() => {
        this.complete = true;
        resolve(this.registrations);
      });
    });
  }

  /** Notes a workload or a job: a member that acts by several jobs is noted once per job. */
  add(registration: Registration): void {
    if (this.complete) {
      throw new Error(
        `${registration.member} is registered after the program has run to its end, when its quota and network policy are made; ` +
          "register every workload synchronously, without await or apply",
      );
    }
    this.registrations.push(registration);
  }

  /** What follows from all of them. */
  read<T>(follows: (all: readonly Registration[]) => T): pulumi.Output<pulumi.Unwrap<T>> {
    return pulumi.output(this.whole.then(follows));
  }
}
