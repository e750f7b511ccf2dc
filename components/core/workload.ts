import type { Input } from "@pulumi/pulumi";
import type { ImageName } from "../images";
import type { AnyConnection } from "./connection";
import type { Sources } from "./sources";
import type { TextValue } from "./values";

/** Files of a workload lie below this folder and nowhere else: it is the one that platforms mount. */
export const FILES = "/etc/semblance";
export type FilePath = `${typeof FILES}/${string}`;

/** A port on which the workload listens. TCP. */
export interface Port {
  readonly number: number;
}

/** Data that outlives the workload. */
export interface VolumeSpec {
  readonly mountPath: `/${string}`;
  /** What happens to the data when the stack is taken down without asking for the data to go. */
  readonly onDown: "keep" | "delete";
  /** Size asked for where the platform gives out sized volumes. */
  readonly sizeGiB: number;
}

/** A command that exits with 0 when all is well; run inside the workload. */
export interface Probe {
  readonly command: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  /** Failures in a row until the workload counts as not ready. */
  readonly failures: number;
  /** Time to start, in which failures do not count. */
  readonly startSeconds: number;
}

/**
 * Parts of the machine that a workload may look at, read-only: for what observes containers from outside.
 * `container-logs`: the folder of the containers' log files and names; `cgroups`: the kernel's counters per container;
 * `machine`: the root file system's size and /proc and /sys of the machine.
 */
export type HostView = "container-logs" | "cgroups" | "machine";

/** Where each view appears inside the workload. */
export const HOST_VIEWS = {
  "container-logs": "/host/containers",
  cgroups: "/host/cgroup",
  machine: "/host/machine",
} as const satisfies Record<HostView, `/${string}`>;

/**
 * Folders of a view that the workload sees empty. The sockets of the machine's container engine lie there: root may open
 * them, read-only or not, and whoever does has the machine.
 */
export const VIEW_MASKS: Readonly<Partial<Record<HostView, readonly `/${string}`[]>>> = {
  machine: [`${HOST_VIEWS.machine}/run`],
};

/** Linux capabilities that a workload may keep; all others are dropped. */
export type Capability = "NET_BIND_SERVICE";

export interface Resources {
  /** CPU cores, as a limit; fractions allowed. */
  readonly cpu: number;
  /** Memory limit. There is no swap on top of it. */
  readonly memoryMiB: number;
  /** Number of GPUs. @default none */
  readonly gpus?: number;
}

/** What both kinds of workload have. Plain data; no provider type in it. */
interface ProcessSpec {
  readonly image: ImageName;
  /** The whole command line. The image's own entrypoint is never used, so that any build of the program serves. */
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, TextValue>>;
  readonly files?: Readonly<Record<FilePath, TextValue>>;
  readonly user: { readonly uid: number; readonly gid: number };
  /** Folders in memory that may be written. The root file system may not. */
  readonly writable?: readonly `/${string}`[];
  readonly resources: Resources;
  /** Connections that the process uses; each needs its arrow in `topology/arrows.ts`. */
  readonly uses: readonly AnyConnection[];
}

/** A server that keeps running. `P` names its ports. */
export interface WorkloadSpec<P extends string = string> extends ProcessSpec {
  readonly ports: Readonly<Record<P, Port>>;
  readonly volumes?: Readonly<Record<string, VolumeSpec>>;
  readonly ready: Probe;
  /**
   * Whether the process itself works, where `ready` also asks servers that it depends on: what fails here is started again.
   * @default long without being ready
   */
  readonly alive?: Probe;
  /**
   * Folders of the project, by where they appear, read-only: an edit shows without a new container. For development mode, and
   * only where the platform says `mountsSources`; each folder stands in place of `files` that lie below its path otherwise.
   * @default none
   */
  readonly sources?: Sources;
  readonly capabilities?: readonly Capability[];
  /** What it sees of the machine. Only such a workload may be root, since those files are root's; it has no capability then. */
  readonly views?: readonly HostView[];
  /** A way out to the world, for a workload that has to call out; nobody can come in by it. @default none */
  readonly egress?: true;
  /** Names besides its own under which clients dial it, such as the public S3 name. */
  readonly aliases?: readonly string[];
  /** Time between the request to stop and the kill. @default 30 seconds */
  readonly stopGraceSeconds?: number;
  /** By what the outside knows it, where it has something to show to the outside. */
  readonly publicCertificate?: PublicCertificate;
  /** Port on which the operator's machine reaches the workload. Only the edge has one. */
  readonly publish?: readonly PublishedPort<P>[];
}

/**
 * The certificate that the outside is shown. It is among `files`, by the stack's own authority; a platform whose
 * `bringsPublicCertificate` is set brings one of somebody else's in its place.
 */
export interface PublicCertificate {
  /** What is in it. */
  readonly names: readonly string[];
  readonly certificate: FilePath;
  readonly key: FilePath;
}

/** A port opened on the operator's machine (Docker) or on a load balancer (Kubernetes). */
export interface PublishedPort<P extends string> {
  readonly port: P;
  readonly hostPort: number;
  /** Address of the host to bind, such as 127.0.0.1. */
  readonly bind: string;
}

/** A command that runs to completion: creates a role, a bucket, an index. */
export interface JobSpec extends ProcessSpec {
  /** The job runs again when one of these changes, besides its own spec. */
  readonly rerunOn: readonly Input<string>[];
  /** Longest time the job may take. */
  readonly timeoutSeconds: number;
}
