import type Docker from "dockerode";
import { LABEL } from "../../../components/platforms/docker/names";

/** A container of the stack, as the engine sees it. */
export interface EngineContainer {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly health: "none" | "starting" | "healthy" | "unhealthy";
  readonly exitCode: number | undefined;
  readonly job: string | undefined;
  readonly service: string | undefined;
  readonly imageId: string;
  readonly image: string;
  /** Unix seconds. */
  readonly created: number;
}

/** What bears the stack's label on the engine. */
export interface Inventory {
  readonly containers: readonly EngineContainer[];
  readonly networks: readonly { readonly id: string; readonly name: string }[];
  readonly volumes: readonly string[];
}

/** Lists what bears the stack's label. Three requests, whatever the size of the stack. */
export async function inventoryOf(docker: Docker, stack: string): Promise<Inventory> {
  const filters = { label: [`${LABEL.stack}=${stack}`] };
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters: JSON.stringify(filters) }),
  ]);
  return {
    containers: containers.map((container) => ({
      id: container.Id,
      name: (container.Names[0] ?? container.Id).replace(/^\//, ""),
      state: container.State,
      health: healthIn(container.Status),
      exitCode: exitCodeIn(container.Status),
      job: container.Labels[LABEL.job],
      service: container.Labels[LABEL.service],
      imageId: container.ImageID,
      image: container.Image,
      created: container.Created,
    })),
    networks: networks.map(({ Id, Name }) => ({ id: Id, name: Name })),
    volumes: volumes.Volumes.map(({ Name }) => Name),
  };
}

/** The list tells health only inside its text: `Up 3 minutes (healthy)`, `(health: starting)`. */
export function healthIn(status: string): EngineContainer["health"] {
  if (status.includes("(healthy)")) return "healthy";
  if (status.includes("(unhealthy)")) return "unhealthy";
  return status.includes("(health: starting)") ? "starting" : "none";
}

/** The exit code inside the text of the list: `Exited (137) 2 minutes ago`. */
export function exitCodeIn(status: string): number | undefined {
  const code = /^Exited \((\d+)\)/.exec(status)?.[1];
  return code === undefined ? undefined : Number(code);
}

/** Readable name of each image on the engine, by id. */
export async function imageTags(docker: Docker): Promise<ReadonlyMap<string, string>> {
  const images = await docker.listImages();
  return new Map(
    images.map(({ Id, RepoTags, RepoDigests }) => {
      const tag = RepoTags?.find((name) => name !== "<none>:<none>") ?? RepoDigests?.[0]?.split("@")[0];
      return [Id, tag ?? Id.replace(/^sha256:/, "").slice(0, 12)];
    }),
  );
}
