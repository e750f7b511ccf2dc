import type { ComponentResource, Input, Resource } from "@pulumi/pulumi";
import type { ServiceName } from "../topology";
import type { Address } from "./connection";
import type { JobSpec, WorkloadSpec } from "./workload";

/** A server that the platform has registered. */
export interface RunningWorkload<P extends string = string> {
  readonly service: ServiceName;
  /** Where clients of the port dial it. */
  address(port: P): Address;
  /** Resources that exist once the workload is ready by its own probe. */
  readonly readyWhen: readonly Input<Resource>[];
}

/** A job that the platform has registered. */
export interface FinishedJob {
  /** Resources that exist once the job has ended well; a job that failed never gives them. */
  readonly doneWhen: readonly Input<Resource>[];
}

/** Turns specs into resources. A platform gives out names and addresses before anything runs, so that all of it can be certified. */
export interface Platform {
  readonly kind: "docker" | "kubernetes";
  /** DNS names under which clients inside dial the service; the first is the preferred one. */
  namesOf(service: ServiceName): readonly [string, ...string[]];
  /**
   * Addresses on which a port of the service must listen. On Docker a network is two-way, so a service listens only where
   * an arrow leads to it; on Kubernetes policies see to that and the answer is every address.
   */
  listen(service: ServiceName, port: string): readonly string[];
  /** Registers a server. Throws before any resource is registered when the spec uses a connection without an arrow. */
  run<P extends string>(
    service: ServiceName,
    spec: WorkloadSpec<P>,
    parent: ComponentResource,
  ): RunningWorkload<P>;
  /** Registers a job called `name` that acts as `member` of the topology. */
  runOnce(member: ServiceName, name: string, spec: JobSpec, parent: ComponentResource): FinishedJob;
}
