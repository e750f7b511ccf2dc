import type { ComponentResource, Input, Resource } from "@pulumi/pulumi";
import type { ServiceName } from "../topology";
import type { Address } from "./connection";
import type { ManagedServices } from "./managed";
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

/**
 * The files that a workload finds in the view `container-logs`, and how a line tells whose it is.
 * `docker-json`: `<id>/<id>-json.log`; each line carries the labels of its container.
 * `cri`: `<namespace>_<pod>_<uid>/<container>/<n>.log`; a container is called as its service or its job is, and pods of the
 * stack are in namespaces that are nobody else's.
 */
export type ContainerLogs =
  | { readonly format: "docker-json"; readonly labels: Readonly<Record<"stack" | "service" | "job", string>> }
  | {
      readonly format: "cri";
      readonly namespaces: readonly string[];
      /** Names of the stack's servers; other containers whose pods are called after them are jobs. */
      readonly servers: readonly string[];
    };

/** Turns specs into resources. A platform gives out names and addresses before anything runs, so that all of it can be certified. */
export interface Platform {
  readonly kind: "docker" | "kubernetes";
  /** What it buys instead of running it: a service asks here before it runs a server of its own. @default nothing */
  readonly managed?: Partial<ManagedServices>;
  /** Whether it shows workloads the project's own folders, as they are at each moment: `sources` of a spec. @default false */
  readonly mountsSources?: boolean;
  /**
   * Whether it brings the files of a `publicCertificate` from an authority outside of the stack, and renews them while the
   * workload runs. @default false
   */
  readonly bringsPublicCertificate?: boolean;
  readonly containerLogs: ContainerLogs;
  /** Present where there are several machines: the variable in which a workload with `views` finds the name of its own. */
  readonly nodeName?: string;
  /** DNS names under which clients inside dial the service; the first is the preferred one. */
  namesOf(service: ServiceName): readonly [string, ...string[]];
  /**
   * Addresses on which a port of the service must listen. On Docker a network is two-way, so a service listens only where
   * an arrow leads to it; on Kubernetes policies see to that and the answer is every address.
   */
  listen(service: ServiceName, port: string): readonly string[];
  /**
   * DNS name with an address for each copy of the service, for who must ask every one of them. Absent: there is one copy.
   */
  copiesOf(service: ServiceName): string | undefined;
  /** Registers a server. Throws before any resource is registered when the spec uses a connection without an arrow. */
  run<P extends string>(
    service: ServiceName,
    spec: WorkloadSpec<P>,
    parent: ComponentResource,
  ): RunningWorkload<P>;
  /** Registers a job called `name` that acts as `member` of the topology. */
  runOnce(member: ServiceName, name: string, spec: JobSpec, parent: ComponentResource): FinishedJob;
}
