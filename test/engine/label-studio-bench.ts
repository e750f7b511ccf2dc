import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FILES, type WorkloadSpec } from "../../components/core/workload";
import { imageHere, writeFiles } from "../support/bench";
import { docker, executeOk } from "../support/engine";
import { textsOf } from "../support/samples";

/** A container of one of Label Studio's processes that has no network, so that what it needs of others is not there. */
export class Alone {
  private readonly folder = mkdtempSync(join(tmpdir(), "t-label-studio-"));
  private id = "";

  constructor(private readonly name: string) {}

  /** Starts a container with the spec's files, environment and limits, in which `command` runs. */
  async start(spec: WorkloadSpec, command: readonly string[]): Promise<void> {
    await this.end();
    await writeFiles(this.folder, spec.files);
    const env = [...(await textsOf(spec.env))].map(([variable, { text }]) => `${variable}=${text}`);
    const container = await docker.createContainer({
      name: `t-label-studio-${this.name}`,
      Image: await imageHere(spec.image),
      Entrypoint: [...command],
      Cmd: [],
      Env: env,
      User: `${spec.user.uid}:${spec.user.gid}`,
      HostConfig: {
        Binds: [`${this.folder}:${FILES}:ro`],
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges"],
        Memory: spec.resources.memoryMiB * 2 ** 20,
        NetworkMode: "none",
        Init: true,
        Tmpfs: Object.fromEntries((spec.writable ?? []).map((path) => [path, "mode=1777"])),
        // Without a name: they go with the container.
        Mounts: Object.values(spec.volumes ?? {}).map(({ mountPath }) => ({
          Type: "volume",
          Source: "",
          Target: mountPath,
        })),
      },
    });
    await container.start();
    this.id = container.id;
  }

  /** Runs Python in it and returns the last line that it printed, as JSON. */
  async ask(code: string): Promise<unknown> {
    const said = await executeOk(this.id, ["/opt/label-studio/bin/python", "-c", code]);
    return JSON.parse(said.trim().split("\n").at(-1) ?? "");
  }

  get container(): string {
    return this.id;
  }

  /** Removes it, and one that an interrupted run left behind. */
  async end(): Promise<void> {
    const found = await docker.listContainers({
      all: true,
      filters: { name: [`^/t-label-studio-${this.name}$`] },
    });
    await Promise.all(found.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
  }

  /** `end`, and removes its files. */
  async cleanUp(): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
