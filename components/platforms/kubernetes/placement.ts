import type * as pulumi from "@pulumi/pulumi";
import type { ServiceName } from "../../topology";
import type { Compute } from "./inventory";
import type { Texts } from "./files";
import type { GpuPlacement } from "./gpu-sharing";
import type { ImageAccess } from "./images";

/** What the platform adds to a spec. */
export interface Placement {
  readonly stack: string;
  readonly member: ServiceName;
  /** The member's name, or a job's own. */
  readonly name: string;
  readonly images: ImageAccess;
  readonly texts: Texts;
  readonly compute: { readonly requests: Compute; readonly limits: Compute };
  readonly gpu?: GpuPlacement;
  readonly priorityClassName: string;
  /** Names that the cluster's DNS does not know, and the addresses behind them. */
  readonly hosts: readonly Host[];
}

/** Names of one server that are the same inside and outside, such as the public name of S3. */
export interface Host {
  readonly ip: pulumi.Input<string>;
  readonly names: readonly string[];
}

/**
 * A quarter of the limit. CPU that is asked for is set aside for good, and these services wait most of the time; what they
 * need at once is given by shares, and the limit says how much. The smallest share is one with which a probe still answers.
 */
const CPU_SHARE = 0.25;
const LEAST_CPU = 0.025;

/** Memory that is asked for is all that may be used: a node that gave it twice would have to kill somebody. */
export const computeOf = (cpu: number, memoryMiB: number): Placement["compute"] => ({
  requests: { cpu: Math.max(LEAST_CPU, Math.ceil(cpu * CPU_SHARE * 1000) / 1000), memoryMiB },
  limits: { cpu, memoryMiB },
});
