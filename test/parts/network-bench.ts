import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import type { WorkloadSpec } from "../../components/core/workload";
import {
  type Finished,
  finish,
  makeNetwork,
  optionsOf,
  type ProcessSpec,
  ready,
  removeAll,
} from "../support/bench";
import { docker } from "../support/engine";

/** What a server has besides its spec. */
export interface More {
  /** Names besides its own under which the others dial it. */
  readonly aliases?: readonly string[];
  /** Folders of this machine that it sees, as the engine writes them: `from:to:ro`. */
  readonly binds?: readonly string[];
  readonly options?: Omit<Docker.ContainerCreateOptions, "HostConfig">;
  readonly host?: Docker.HostConfig;
  /** Time to become ready. @default 60 */
  readonly limitSeconds?: number;
}

/**
 * Servers and jobs in containers, as the Docker platform runs them, side by side in one internal network where each server
 * goes by its service's name. Everything is called after the bench.
 */
export class NetworkBench {
  private readonly folder = mkdtempSync(join(tmpdir(), "t-bench-"));

  /** @param subnet first three numbers of its addresses */
  constructor(
    readonly name: string,
    private readonly subnet: string,
  ) {}

  /** An address of the network; 1 is this machine, 2 to 7 are for servers. */
  address(number: number): string {
    return `${this.subnet}.${number}`;
  }

  /** Makes the network, after removing what an interrupted run left behind. */
  async open(): Promise<void> {
    await removeAll(this.name);
    await makeNetwork(this.network, this.subnet);
  }

  /** Starts a server at an address, and waits until its own probe says that it is ready. */
  async start(
    service: string,
    number: number,
    spec: WorkloadSpec,
    more: More = {},
  ): Promise<Docker.Container> {
    const options = await optionsOf(spec, {
      ...this.place(service),
      address: this.address(number),
      aliases: [service, ...(more.aliases ?? [])],
      volumeName: (volume) => `${this.name}-${service}-${volume}`,
    });
    const Binds = [...(options.HostConfig.Binds ?? []), ...(more.binds ?? [])];
    const container = await docker.createContainer({
      ...options,
      ...more.options,
      HostConfig: { ...options.HostConfig, ...more.host, Binds },
    });
    await container.start();
    await ready(container, spec, more.limitSeconds);
    return container;
  }

  /** Runs a job to its end, and removes it. */
  job(name: string, spec: ProcessSpec): Promise<Finished> {
    return finish(spec, this.place(name));
  }

  /** Removes everything. */
  async close(): Promise<void> {
    await removeAll(this.name);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get network(): string {
    return `${this.name}-net`;
  }

  private place(name: string) {
    return { name: `${this.name}-${name}`, folder: join(this.folder, name), network: this.network };
  }
}
