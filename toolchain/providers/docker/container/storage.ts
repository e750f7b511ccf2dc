import type Docker from "dockerode";
import { isProps, type Value } from "../../base/resource";
import { labelMap, present } from "../shape";
import type { MountInput, VolumeInput } from "./lists";

/** The three ways in which the engine takes a `volumes` entry. */
export interface EngineVolumes {
  /** Paths that are volumes: anonymous unless a bind names one. */
  readonly paths: string[];
  /** "source:path:options". */
  readonly binds: string[];
  /** Containers whose volumes are taken over. */
  readonly from: string[];
}

/** Sorts the SDK's `volumes` into the engine's fields. */
export function toVolumes(volumes: readonly VolumeInput[]): EngineVolumes {
  const result: EngineVolumes = { paths: [], binds: [], from: [] };
  for (const volume of volumes) {
    if (volume.fromContainer) result.from.push(volume.fromContainer);
    const path = volume.containerPath;
    if (!path) continue;
    result.paths.push(path);
    const source = volume.hostPath || volume.volumeName;
    if (!source) continue;
    const options = [
      volume.readOnly === true ? "ro" : "rw",
      ...(volume.selinuxRelabel ? [volume.selinuxRelabel] : []),
    ];
    result.binds.push(`${source}:${path}:${options.join(",")}`);
  }
  return result;
}

/** The engine's form of the SDK's `mounts`. */
export function toMounts(mounts: readonly MountInput[]): Docker.MountConfig {
  return mounts.map((mount) =>
    present({
      Type: mount.type,
      Target: mount.target,
      Source: mount.source ?? "",
      ReadOnly: mount.readOnly,
      BindOptions:
        mount.bindOptions?.propagation === undefined
          ? undefined
          : { Propagation: mount.bindOptions.propagation },
      TmpfsOptions:
        mount.tmpfsOptions === undefined
          ? undefined
          : { SizeBytes: mount.tmpfsOptions.sizeBytes ?? 0, Mode: mount.tmpfsOptions.mode ?? 0 },
      VolumeOptions: mount.volumeOptions === undefined ? undefined : toVolumeOptions(mount.volumeOptions),
    }),
  );
}

function toVolumeOptions(
  options: NonNullable<MountInput["volumeOptions"]>,
): NonNullable<Docker.MountSettings["VolumeOptions"]> {
  return {
    NoCopy: options.noCopy ?? false,
    Labels: labelMap(options.labels) ?? {},
    DriverConfig: { Name: options.driverName ?? "", Options: { ...options.driverOptions } },
  };
}

/** What of a container's inputs says where its writable volumes are; unchecked, so that rules can ask too. */
interface MayHavePlaces {
  readonly volumes?: Value;
  readonly mounts?: Value;
}

/** The paths at which writable volumes and host paths are mounted. */
export function writablePlaces({ volumes, mounts }: MayHavePlaces): string[] {
  const entries = [
    ...(Array.isArray(volumes) ? volumes : []),
    ...(Array.isArray(mounts) ? mounts : []),
  ].filter(isProps);
  return entries
    .filter((entry) => entry["readOnly"] !== true && entry["type"] !== "tmpfs")
    .map((entry) => entry["containerPath"] ?? entry["target"])
    .filter((path) => typeof path === "string");
}

/** The mounted path that holds this file: the deepest one wins. */
export function placeOf(file: string, places: readonly string[]): string | undefined {
  const holding = places.filter((path) => file.startsWith(path.endsWith("/") ? path : `${path}/`));
  return holding.sort((a, b) => b.length - a.length)[0];
}
