import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type Docker from "dockerode";
import { FILES, type JobSpec, type WorkloadSpec } from "../../components/core/workload";
import { docker, logsOf } from "../support/engine";
import { open, textsOf } from "../support/samples";
import { until } from "../support/until";
import { builtImage } from "../engine/gateway-bench";

const PREFIX = "t-ollama";
const NANOSECONDS = 1e9;

/** Ollama on an internal network of its own, run as the Docker platform runs it, and jobs beside it. */
export class OllamaBench {
  readonly address = "10.98.41.2";
  private readonly folders: string[] = [];
  private network: Docker.Network | undefined;
  private server: Docker.Container | undefined;

  get container(): Docker.Container {
    if (this.server === undefined) throw new Error("the server was not started");
    return this.server;
  }

  /** Starts the server, and waits until its own health check is content. */
  async start(spec: WorkloadSpec): Promise<void> {
    await this.cleanUp();
    this.network = await docker.createNetwork({
      Name: PREFIX,
      Driver: "bridge",
      Internal: true,
      IPAM: { Config: [{ Subnet: "10.98.41.0/29", Gateway: "10.98.41.1" }] },
    });
    const { ready } = spec;
    this.server = await docker.createContainer({
      ...(await this.options(spec, "server")),
      Healthcheck: {
        Test: ["CMD", ...ready.command],
        Interval: ready.intervalSeconds * NANOSECONDS,
        Timeout: ready.timeoutSeconds * NANOSECONDS,
        Retries: ready.failures,
        StartPeriod: ready.startSeconds * NANOSECONDS,
      },
      NetworkingConfig: {
        EndpointsConfig: { [this.network.id]: { IPAMConfig: { IPv4Address: this.address } } },
      },
    });
    await this.server.start();
    await this.healthy();
  }

  /** Waits for the server's health check. */
  async healthy(): Promise<void> {
    await until({ what: "Ollama to be healthy", limitSeconds: 60, everySeconds: 0.2 }, async () => {
      const { State } = await this.container.inspect();
      if (!State.Running) throw new Error(`it has ended: ${await logsOf(this.container.id)}`);
      return State.Health?.Status === "healthy";
    });
  }

  /** Runs a job to its end. */
  async job(name: string, spec: JobSpec): Promise<{ readonly code: number; readonly said: string }> {
    const container = await docker.createContainer(await this.options(spec, name));
    await container.start();
    const { StatusCode: code } = (await container.wait()) as { StatusCode: number };
    const said = await logsOf(container.id);
    await container.remove({ force: true, v: true });
    return { code, said };
  }

  private async options(spec: WorkloadSpec | JobSpec, name: string): Promise<Docker.ContainerCreateOptions> {
    const { uid, gid } = spec.user;
    const tmpfs = `rw,nosuid,nodev,noexec,size=128m,uid=${uid},gid=${gid},mode=0750`;
    const volumes = "volumes" in spec ? Object.values(spec.volumes ?? {}) : [];
    return {
      name: `${PREFIX}-${name}`,
      Image: await builtImage(spec.image),
      Entrypoint: [...spec.command],
      Cmd: [],
      Env: [...(await textsOf(spec.env))].map(([variable, { text }]) => `${variable}=${text}`),
      User: `${uid}:${gid}`,
      HostConfig: {
        Binds: [`${await this.filesOf(spec)}:${FILES}:ro`],
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges"],
        Memory: spec.resources.memoryMiB * 2 ** 20,
        MemorySwap: spec.resources.memoryMiB * 2 ** 20,
        NanoCpus: spec.resources.cpu * NANOSECONDS,
        Init: true,
        Tmpfs: Object.fromEntries((spec.writable ?? []).map((path) => [path, tmpfs])),
        // Without a name: they go with the container.
        Mounts: volumes.map(({ mountPath }) => ({ Type: "volume", Source: "", Target: mountPath })),
        NetworkMode: this.network?.id ?? "none",
        ...("ready" in spec
          ? { RestartPolicy: { Name: "unless-stopped" } }
          : { ExtraHosts: [`ollama:${this.address}`] }),
      },
    };
  }

  private async filesOf(spec: WorkloadSpec | JobSpec): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), `${PREFIX}-`));
    this.folders.push(folder);
    for (const [path, value] of Object.entries(spec.files ?? {})) {
      const target = join(folder, path.slice(FILES.length));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, (await open(value)).text, { mode: 0o444 });
    }
    chmodSync(folder, 0o755);
    return folder;
  }

  /** Removes all of it, and what an interrupted run left behind. */
  async cleanUp(): Promise<void> {
    const containers = await docker.listContainers({ all: true, filters: { name: [`^/${PREFIX}-`] } });
    for (const { Id } of containers) await docker.getContainer(Id).remove({ force: true, v: true });
    const networks = await docker.listNetworks({ filters: { name: [`^${PREFIX}$`] } });
    for (const { Id } of networks) await docker.getNetwork(Id).remove();
    for (const folder of this.folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}
