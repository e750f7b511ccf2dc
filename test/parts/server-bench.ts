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

/** One server in a container as the Docker platform runs it, in networks and on volumes of its own. */
export class Bench {
  private readonly folder = mkdtempSync(join(tmpdir(), "t-bench-"));
  private running: { readonly container: Docker.Container; readonly spec: WorkloadSpec } | undefined;

  /** @param subnets first three numbers of a network's addresses, one per network: the server is `.2` in each */
  constructor(
    private readonly name: string,
    private readonly subnets: readonly [string, ...string[]],
  ) {}

  get container(): Docker.Container {
    return this.started().container;
  }

  /** Name of the server's first network. */
  get network(): string {
    return `${this.name}.0`;
  }

  /** Removes what an interrupted run left behind, and makes the networks. */
  async open(): Promise<void> {
    await removeAll(this.name);
    for (const [i, subnet] of this.subnets.entries()) await makeNetwork(`${this.name}.${i}`, subnet);
  }

  /**
   * Starts the server, in place of one that it started before and on the same volumes, and waits until its own probe says that it is ready.
   * @param hosts names that lead to this machine, at its address in the first network
   */
  async start(spec: WorkloadSpec, hosts: readonly string[] = []): Promise<void> {
    await this.running?.container.remove({ force: true });
    const [first, ...others] = this.subnets;
    const container = await docker.createContainer(
      await optionsOf(spec, {
        name: this.name,
        folder: join(this.folder, "server"),
        network: this.network,
        address: `${first}.2`,
        hosts: Object.fromEntries(hosts.map((host) => [host, `${first}.1`])),
        volumeName: (volume) => `${this.name}.${volume}`,
      }),
    );
    this.running = { container, spec };
    for (const [i, subnet] of others.entries()) {
      await docker.getNetwork(`${this.name}.${i + 1}`).connect({
        Container: container.id,
        EndpointConfig: { IPAMConfig: { IPv4Address: `${subnet}.2` } },
      });
    }
    await container.start();
    await ready(container, spec);
  }

  /** Kills the server as the kernel would, and starts it again on the same volumes. */
  async killAndStart(): Promise<void> {
    const { container, spec } = this.started();
    await container.kill({ signal: "SIGKILL" });
    await container.wait();
    await container.start();
    await ready(container, spec);
  }

  /**
   * Runs a job beside the server, and removes it.
   * @param hosts names that it knows, with their addresses
   * @param network which of the networks it is in
   */
  job(
    name: string,
    spec: ProcessSpec,
    hosts: Readonly<Record<string, string>>,
    network = 0,
  ): Promise<Finished> {
    const place = { name: `${this.name}-${name}`, folder: join(this.folder, name), hosts };
    return finish(spec, { ...place, network: `${this.name}.${network}` });
  }

  /** Removes container, networks, volumes and files. */
  async close(): Promise<void> {
    await removeAll(this.name);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private started() {
    if (this.running === undefined) throw new Error(`${this.name} has not been started`);
    return this.running;
  }
}
