import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type Docker from "dockerode";
import { FILES, type WorkloadSpec } from "../../components/core/workload";
import { docker, logsOf, readAll } from "../support/engine";
import { open, textsOf } from "../support/samples";
import { until } from "../support/until";
import { builtImage } from "./gateway-bench";
import type { Pem } from "./gateway-pki";

/** What a question came to. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Where and how to ask a server of the bench. */
export interface Ask {
  readonly url: string;
  /** The name that the server's certificate must carry. */
  readonly name: string;
  readonly ca: string;
  /** The certificate to show; none is shown without it. */
  readonly as?: Pem;
  /** A body makes it a POST. */
  readonly json?: unknown;
}

/** One question over TLS with a verified name. An error of the handshake is thrown. */
export function ask(question: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      question.url,
      {
        ca: question.ca,
        servername: question.name,
        agent: false,
        timeout: 20_000,
        ...(question.as === undefined ? {} : { cert: question.as.certificate, key: question.as.key }),
        ...(question.json === undefined
          ? {}
          : { method: "POST", headers: { "content-type": "application/json" } }),
      },
      (response) => {
        readAll(response).then(
          (body) => resolve({ status: response.statusCode ?? 0, body: body.toString("utf8") }),
          reject,
        );
      },
    );
    sent.on("error", reject).on("timeout", () => sent.destroy(new Error(`${question.url} does not answer`)));
    sent.end(question.json === undefined ? undefined : JSON.stringify(question.json));
  });
}

/** One server in a container as the Docker platform runs it, in networks and on volumes of its own. */
export class Bench {
  private readonly folder = mkdtempSync(join(tmpdir(), "t-bench-"));
  private running: Docker.Container | undefined;

  /** @param subnets first three numbers of a network's addresses, one per network: the server is `.2` in each */
  constructor(
    private readonly name: string,
    private readonly subnets: readonly [string, ...string[]],
  ) {}

  get container(): Docker.Container {
    return this.running ?? missing(`${this.name} has not been started`);
  }

  /**
   * Starts the server and waits until its own probe says that it is ready.
   * @param hosts names that lead to this machine, at its address in the first network
   */
  async start(spec: WorkloadSpec, hosts: readonly string[] = []): Promise<void> {
    await this.removeContainer();
    await this.writeFiles(spec);
    const networks: string[] = [];
    for (const [i, subnet] of this.subnets.entries()) networks.push(await this.network(subnet, i));
    const container = await docker.createContainer({
      name: this.name,
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
        ...this.hostConfig(spec),
        ExtraHosts: hosts.map((host) => `${host}:${this.subnets[0]}.1`),
        NetworkMode: networks[0] ?? missing("a network"),
      },
      NetworkingConfig: {
        EndpointsConfig: { [networks[0] ?? ""]: { IPAMConfig: { IPv4Address: `${this.subnets[0]}.2` } } },
      },
    });
    this.running = container;
    for (const [i, subnet] of this.subnets.entries()) {
      if (i === 0) continue;
      await docker.getNetwork(networks[i] ?? missing(subnet)).connect({
        Container: container.id,
        EndpointConfig: { IPAMConfig: { IPv4Address: `${subnet}.2` } },
      });
    }
    await container.start();
    await this.ready();
  }

  /** Kills the server as the kernel would, and starts it again on the same volumes. */
  async killAndStart(): Promise<void> {
    await this.container.kill({ signal: "SIGKILL" });
    await this.container.wait();
    await this.container.start();
    await this.ready();
  }

  /** Waits for the server's own probe. */
  async ready(limitSeconds = 60): Promise<void> {
    await until({ what: `${this.name} to be ready`, limitSeconds, everySeconds: 0.25 }, async () => {
      const { State } = await this.container.inspect();
      if (State.Running) return State.Health?.Status === "healthy";
      throw new Error(
        `${this.name} ended with ${State.ExitCode}: ${(await logsOf(this.container.id)).slice(-2000)}`,
      );
    });
  }

  /** Removes container, networks, volumes and files. */
  async cleanUp(): Promise<void> {
    await this.removeContainer();
    for (const { Id, Name } of await docker.listNetworks({ filters: { name: [this.name] } }))
      if (Name.startsWith(`${this.name}.`)) await docker.getNetwork(Id).remove();
    const { Volumes } = await docker.listVolumes({ filters: { name: [this.name] } });
    for (const { Name } of Volumes)
      if (Name.startsWith(`${this.name}.`)) await docker.getVolume(Name).remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private hostConfig(spec: WorkloadSpec): Docker.HostConfig {
    const { uid, gid } = spec.user;
    const tmpfs = `rw,nosuid,nodev,noexec,size=128m,uid=${uid},gid=${gid},mode=0750`;
    return {
      Binds: [`${this.folder}:${FILES}:ro`],
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      Memory: spec.resources.memoryMiB * 2 ** 20,
      MemorySwap: spec.resources.memoryMiB * 2 ** 20,
      NanoCpus: spec.resources.cpu * 1e9,
      Init: true,
      Tmpfs: Object.fromEntries((spec.writable ?? []).map((path) => [path, tmpfs])),
      Mounts: Object.entries(spec.volumes ?? {}).map(([volume, { mountPath }]) => ({
        Type: "volume",
        Source: `${this.name}.${volume}`,
        Target: mountPath,
      })),
    };
  }

  private async writeFiles(spec: WorkloadSpec): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    chmodSync(this.folder, 0o755);
    for (const [path, value] of Object.entries(spec.files ?? {})) {
      const target = join(this.folder, path.slice(FILES.length));
      mkdirSync(dirname(target), { recursive: true });
      rmSync(target, { force: true });
      writeFileSync(target, (await open(value)).text, { mode: 0o444 });
    }
  }

  /** Id of a network like those of the Docker platform; one that is there already is used again. */
  private async network(subnet: string, i: number): Promise<string> {
    const Name = `${this.name}.${i}`;
    const found = await docker.listNetworks({ filters: { name: [Name] } });
    const same = found.find((network) => network.Name === Name);
    if (same !== undefined) return same.Id;
    const made = await docker.createNetwork({
      Name,
      Internal: true,
      IPAM: { Config: [{ Subnet: `${subnet}.0/29`, Gateway: `${subnet}.1` }] },
    });
    return made.id;
  }

  private async removeContainer(): Promise<void> {
    const found = await docker.listContainers({ all: true, filters: { name: [`^/${this.name}$`] } });
    for (const { Id } of found) await docker.getContainer(Id).remove({ force: true });
  }
}

function missing(what: string): never {
  throw new Error(`bench: ${what}`);
}
