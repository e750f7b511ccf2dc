import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type Docker from "dockerode";
import { FILES, type JobSpec, type WorkloadSpec } from "../../components/core/workload";
import { docker, execute, logsOf } from "../support/engine";
import { open, textsOf } from "../support/samples";
import { until } from "../support/until";
import { builtImage } from "../engine/gateway-bench";
import type { Pem } from "../engine/gateway-pki";

const PREFIX = "t-elasticsearch";
const SUBNET = "10.99.77";

/** A certificate of a client, out of an authority that signs for nothing else. */
export function clientCertificate(commonName: string): Pem & { readonly ca: string } {
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}-`));
  const openssl = (...args: string[]): string =>
    execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  try {
    const ca = openssl("req", "-x509", ...key, "-days", "2", "-subj", "/CN=clients", "-keyout", "ca.key");
    writeFileSync(join(folder, "ca.crt"), ca);
    const subject = `/O=Semblance Curation/CN=${commonName}`;
    writeFileSync(join(folder, "csr"), openssl("req", ...key, "-subj", subject, "-keyout", "key"));
    const signing = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"];
    const certificate = openssl("x509", "-req", "-in", "csr", ...signing);
    // In the form that the stack's own keys have.
    return { ca, certificate, key: openssl("ec", "-in", "key") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Containers of specs, with the restrictions of the Docker platform, in an internal network of their own. */
export class SearchBench {
  /** Where a server listens that is dialled by its name. */
  readonly address = `${SUBNET}.2`;
  private readonly folder = mkdtempSync(join(tmpdir(), `${PREFIX}-`));

  async setUp(): Promise<void> {
    await this.removeAll();
    chmodSync(this.folder, 0o755);
    await docker.createNetwork({
      Name: PREFIX,
      Internal: true,
      IPAM: { Config: [{ Subnet: `${SUBNET}.0/28`, Gateway: `${SUBNET}.1`, IPRange: `${SUBNET}.8/29` }] },
    });
  }

  /** Starts a container; a fixed address for a server, which is then dialled by its name. */
  async start(name: string, spec: WorkloadSpec | JobSpec, address?: string): Promise<Docker.Container> {
    const files = join(this.folder, name);
    for (const [path, value] of Object.entries(spec.files ?? {})) {
      const target = join(files, path.slice(FILES.length));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, (await open(value)).text, { mode: 0o444 });
    }
    const volumes = "volumes" in spec ? Object.entries(spec.volumes ?? {}) : [];
    const owner = `uid=${spec.user.uid},gid=${spec.user.gid}`;
    const container = await docker.createContainer({
      name: `${PREFIX}-${name}`,
      Image: await builtImage(spec.image),
      Entrypoint: [...spec.command],
      Cmd: [],
      Env: [...(await textsOf(spec.env))].map(([key, { text }]) => `${key}=${text}`),
      User: `${spec.user.uid}:${spec.user.gid}`,
      HostConfig: {
        Binds: [
          `${files}:${FILES}:ro`,
          ...volumes.map(([volume, { mountPath }]) => `${PREFIX}-${name}-${volume}:${mountPath}`),
        ],
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges"],
        Memory: spec.resources.memoryMiB * 2 ** 20,
        MemorySwap: spec.resources.memoryMiB * 2 ** 20,
        Ulimits: [{ Name: "nproc", Soft: 4096, Hard: 4096 }],
        Init: true,
        NetworkMode: PREFIX,
        Tmpfs: Object.fromEntries(
          (spec.writable ?? []).map((path) => [path, `rw,nosuid,nodev,noexec,size=128m,mode=0750,${owner}`]),
        ),
      },
      NetworkingConfig: {
        EndpointsConfig: {
          [PREFIX]: address === undefined ? {} : { IPAMConfig: { IPv4Address: address }, Aliases: [name] },
        },
      },
    });
    await container.start();
    return container;
  }

  /** Waits until the spec's own probe says that the server is ready. */
  async ready(container: Docker.Container, spec: WorkloadSpec, limitSeconds: number): Promise<void> {
    await until({ what: `${spec.image} to be ready`, limitSeconds }, async () => {
      const { State } = await container.inspect();
      if (State.Running) return (await execute(container.id, spec.ready.command)).code === 0;
      throw new Error(`it ended with ${State.ExitCode}: ${(await logsOf(container.id)).slice(-2000)}`);
    });
  }

  /** Runs a job to its end. */
  async finish(name: string, spec: JobSpec): Promise<{ code: number; log: string }> {
    const container = await this.start(name, spec);
    try {
      const { StatusCode } = (await container.wait()) as { StatusCode: number };
      return { code: StatusCode, log: await logsOf(container.id) };
    } finally {
      await container.remove({ force: true });
    }
  }

  /** Removes everything of the bench, also what an interrupted run left. */
  async cleanUp(): Promise<void> {
    await this.removeAll();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async removeAll(): Promise<void> {
    const filters = { name: [`^/?${PREFIX}`] };
    const containers = await docker.listContainers({ all: true, filters });
    await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true })));
    const networks = await docker.listNetworks({ filters });
    await Promise.all(networks.map(({ Id }) => docker.getNetwork(Id).remove()));
    const { Volumes } = await docker.listVolumes({ filters: { name: [`${PREFIX}-`] } });
    await Promise.all((Volumes ?? []).map(({ Name }) => docker.getVolume(Name).remove()));
  }
}
