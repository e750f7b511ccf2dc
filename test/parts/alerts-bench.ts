import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { FILES, type WorkloadSpec } from "../../components/core/workload";
import { docker, type Executed, execute } from "../support/engine";
import { open } from "../support/samples";
import { builtImage } from "../engine/gateway-bench";

const PREFIX = "t-alerts";

/** Servers of the test in a network of their own, run as the Docker platform runs them. */
export class Bench {
  private readonly folders: string[] = [];

  /** Removes what an interrupted run left behind, and makes the network. */
  async setUp(): Promise<void> {
    await this.removeAll();
    await docker.createNetwork({ Name: PREFIX, Internal: true });
  }

  /** Starts a server under its service's name; without a command its own. */
  async start(service: string, spec: WorkloadSpec, command = spec.command): Promise<string> {
    const container = await docker.createContainer({
      name: `${PREFIX}-${service}`,
      Image: await builtImage(spec.image),
      Entrypoint: [...command],
      Cmd: [],
      User: `${spec.user.uid}:${spec.user.gid}`,
      HostConfig: {
        Binds: [`${await this.filesOf(spec)}:${FILES}:ro`],
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges"],
        Memory: spec.resources.memoryMiB * 2 ** 20,
        NetworkMode: PREFIX,
        Init: true,
        Tmpfs: Object.fromEntries((spec.writable ?? []).map((path) => [path, "mode=1777"])),
        // Without a name: they go with the container.
        Mounts: Object.values(spec.volumes ?? {}).map(({ mountPath }) => ({
          Type: "volume",
          Source: "",
          Target: mountPath,
        })),
      },
      NetworkingConfig: { EndpointsConfig: { [PREFIX]: { Aliases: [service] } } },
    });
    await container.start();
    return container.id;
  }

  /** Runs a command in a container of an image without any network, over files by their paths below FILES. */
  async runOnce(image: string, files: Readonly<Record<string, string>>, command: string): Promise<Executed> {
    const folder = this.write(files);
    const container = await docker.createContainer({
      name: `${PREFIX}-once`,
      Image: await builtImage(image),
      Entrypoint: ["sleep", "120"],
      Cmd: [],
      HostConfig: { Binds: [`${folder}:${FILES}:ro`], NetworkMode: "none", CapDrop: ["ALL"] },
    });
    try {
      await container.start();
      return await execute(container.id, ["sh", "-c", command]);
    } finally {
      await container.remove({ force: true, v: true });
    }
  }

  async cleanUp(): Promise<void> {
    await this.removeAll();
    for (const folder of this.folders) rmSync(folder, { recursive: true, force: true });
  }

  private async filesOf(spec: WorkloadSpec): Promise<string> {
    const files = Object.entries(spec.files ?? {});
    const texts = files.map(async ([path, value]) => [path, (await open(value)).text] as const);
    return this.write(Object.fromEntries(await Promise.all(texts)));
  }

  private write(files: Readonly<Record<string, string>>): string {
    const folder = mkdtempSync(join(tmpdir(), `${PREFIX}-`));
    this.folders.push(folder);
    for (const [path, text] of Object.entries(files)) {
      const target = join(folder, path.slice(FILES.length));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text, { mode: 0o444 });
    }
    chmodSync(folder, 0o755);
    return folder;
  }

  private async removeAll(): Promise<void> {
    const found = await docker.listContainers({ all: true, filters: { name: [`^/${PREFIX}-`] } });
    await Promise.all(found.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
    const networks = await docker.listNetworks({ filters: { name: [`^${PREFIX}$`] } });
    await Promise.all(networks.map(({ Id }) => docker.getNetwork(Id).remove()));
  }
}
