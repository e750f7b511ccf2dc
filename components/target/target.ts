import type * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../config/schema";
import type { CertificateIssuer } from "../core/foundation";
import type { Platform } from "../core/platform";
import type { ServiceName } from "../topology";

/** Where a stack runs, and what of it can run there. */
export interface Target {
  readonly present: ReadonlySet<ServiceName>;
  /** Members that cannot run there, and why. */
  readonly absent: Readonly<Partial<Record<ServiceName, string>>>;
  /** Members whose image has an API there, and no pages. */
  readonly withoutPages: readonly ServiceName[];
  /** Providers of the platform; the stack adds those that do not depend on it. */
  readonly providers: readonly pulumi.ProviderResource[];
  /** Registers what stands before and around the workloads. */
  platform(certificates: CertificateIssuer, opts: pulumi.ComponentResourceOptions): Platform;
}

/** What a target is made for. */
export interface TargetArgs {
  readonly stack: string;
  readonly settings: Settings;
  /** Folder of the project. */
  readonly root: string;
}

/** Whether a workload has to call out to the world: alerts are sent to somebody's server. */
export const callsOut = ({ alerts }: Settings, present: ReadonlySet<ServiceName>): boolean =>
  present.has("alertmanager") && alerts.receiver === "webhook";
