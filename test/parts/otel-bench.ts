import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type Docker from "dockerode";
import { FILES, HOST_VIEWS, type HostView, type WorkloadSpec } from "../../components/core/workload";
import { docker, label, logsOf } from "../support/engine";
import { open, textsOf } from "../support/samples";
import { until } from "../support/until";
import { builtImage } from "../engine/gateway-bench";

/**
 * Servers of one small stack in containers, as the Docker platform runs them, side by side in one internal network where each
 * goes by its service's name. Everything is called after the bench.
 */
export class StackBench {
  private readonly folder = mkdtempSync(join(tmpdir(), "t-otel-"));
  private network = "";
  private viewed: Readonly<Record<HostView, string>> = { "container-logs": "", cgroups: "", machine: "" };

  /** @param subnet first three numbers of its addresses */
  constructor(
    readonly name: string,
    private readonly subnet: string,
  ) {}

  address(number: number): string {
    return `${this.subnet}.${number}`;
  }

  /** Makes the network, after removing what an interrupted run left behind. */
  async open(): Promise<void> {
    await this.clear();
    chmodSync(this.folder, 0o755);
    const { DockerRootDir } = (await docker.info()) as { DockerRootDir: string };
    // What the Docker platform mounts for each view.
    this.viewed = {
      "container-logs": `${DockerRootDir}/containers`,
      cgroups: "/sys/fs/cgroup",
      machine: "/",
    };
    const made = await docker.createNetwork({
      Name: `${this.name}-net`,
      Internal: true,
      IPAM: { Config: [{ Subnet: `${this.subnet}.0/28`, Gateway: this.address(1) }] },
    });
    this.network = made.id;
  }

  /**
   * Starts a server at an address and waits for its own probe.
   * @param views folders that it sees in place of the machine's
   */
  async start(
    service: string,
    number: number,
    spec: WorkloadSpec,
    views: Partial<Record<HostView, string>> = {},
  ): Promise<Docker.Container> {
    const files = await this.files(service, spec);
    const seen = { ...this.viewed, ...views };
    const mounted = (spec.views ?? []).map((view) => `${seen[view]}:${HOST_VIEWS[view]}:ro`);
    const container = await docker.createContainer({
      name: `${this.name}-${service}`,
      Hostname: `${this.name}-${service}`,
      Labels: { [label.stack]: this.name, [label.service]: service },
      Image: await builtImage(spec.image),
      Entrypoint: [...spec.command],
      Cmd: [],
      Env: [...(await textsOf(spec.env))].map(([variable, { text }]) => `${variable}=${text}`),
      User: `${spec.user.uid}:${spec.user.gid}`,
      Healthcheck: {
        Test: ["CMD", ...spec.ready.command],
        Interval: 1e9,
        Timeout: spec.ready.timeoutSeconds * 1e9,
        Retries: 3,
        StartPeriod: spec.ready.startSeconds * 1e9,
      },
      HostConfig: {
        ...limits(spec),
        LogConfig: logConfig,
        Binds: [`${files}:${FILES}:ro`, ...mounted],
        Mounts: Object.entries(spec.volumes ?? {}).map(([volume, { mountPath }]) => ({
          Type: "volume",
          Source: `${this.name}-${service}-${volume}`,
          Target: mountPath,
        })),
        NetworkMode: this.network,
      },
      NetworkingConfig: {
        EndpointsConfig: {
          [this.network]: { Aliases: [service], IPAMConfig: { IPv4Address: this.address(number) } },
        },
      },
    });
    await container.start();
    await ready(container);
    return container;
  }

  /** A container that writes lines and ends; its file of them stays until the bench is cleared. */
  async say(service: string, lines: readonly string[], stack = this.name): Promise<void> {
    const container = await docker.createContainer({
      name: `${this.name}-says-${service}-${Date.now()}`,
      Labels: { [label.stack]: stack, [label.service]: service },
      Image: await builtImage("loki"),
      Entrypoint: ["printf", "%s\\n", ...lines],
      Cmd: [],
      HostConfig: { LogConfig: logConfig, NetworkMode: "none" },
    });
    await container.start();
    await container.wait();
  }

  /** Removes everything. */
  async close(): Promise<void> {
    await this.clear();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async clear(): Promise<void> {
    const containers = await docker.listContainers({ all: true, filters: { name: [`^/${this.name}-`] } });
    for (const { Id } of containers) await docker.getContainer(Id).remove({ force: true, v: true });
    for (const { Id, Name } of await docker.listNetworks({ filters: { name: [`${this.name}-net`] } }))
      if (Name === `${this.name}-net`) await docker.getNetwork(Id).remove();
    const { Volumes } = await docker.listVolumes({ filters: { name: [`${this.name}-`] } });
    for (const { Name } of Volumes)
      if (Name.startsWith(`${this.name}-`)) await docker.getVolume(Name).remove();
  }

  private async files(service: string, spec: WorkloadSpec): Promise<string> {
    const folder = join(this.folder, service);
    mkdirSync(folder, { recursive: true });
    for (const [path, value] of Object.entries(spec.files ?? {})) {
      const target = join(folder, path.slice(FILES.length));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, (await open(value)).text, { mode: 0o444 });
    }
    return folder;
  }
}

/** Waits for the health check of a container. */
export async function ready(container: Docker.Container): Promise<void> {
  await until({ what: "a server to be ready", limitSeconds: 60, everySeconds: 0.25 }, async () => {
    const { State, Name } = await container.inspect();
    if (State.Running) return State.Health?.Status === "healthy";
    throw new Error(`${Name} ended with ${State.ExitCode}: ${(await logsOf(container.id)).slice(-2000)}`);
  });
}

const logConfig = {
  Type: "json-file",
  Config: { labels: [label.stack, label.service, label.job].join(",") },
};

function limits({ user, resources, writable }: WorkloadSpec): Docker.HostConfig {
  const tmpfs = `rw,nosuid,nodev,noexec,size=128m,uid=${user.uid},gid=${user.gid},mode=0750`;
  return {
    ReadonlyRootfs: true,
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges"],
    Memory: resources.memoryMiB * 2 ** 20,
    MemorySwap: resources.memoryMiB * 2 ** 20,
    NanoCpus: resources.cpu * 1e9,
    Init: true,
    Tmpfs: Object.fromEntries((writable ?? []).map((path) => [path, tmpfs])),
  };
}
