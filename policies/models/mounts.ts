import { posix } from "node:path";
import type { Resource } from "../core/resource";
import { at, entries, isMissing, isTrue, isUnknown, items, text, type Value } from "../core/value";
import { type ContainerLike, containersOf, members } from "./containers";
import { type PodLike, podOf } from "./pods";
import { dockerTypes, dockerVolume, persistentVolumeTypes, podTypes, workloadTypes } from "./types";

/** A folder or file of the machine that a workload sees. */
export interface HostMount {
  /** Where it is declared. */
  readonly path: string;
  /** The machine's folder. */
  readonly source: Value;
  /** Whether everybody who sees it may only read it. */
  readonly readOnly: boolean;
  /** Whether something else lies over a folder below it wherever it is mounted, so that nobody sees that part. */
  covers(below: string): boolean;
}

/** Types that can bring the machine's folders into a container. */
export const mountTypes: readonly string[] = [...workloadTypes, dockerVolume, ...persistentVolumeTypes];

/** Everything of the machine that a resource of `mountTypes` shows. */
export function hostMounts(resource: Resource): readonly HostMount[] {
  if (podTypes.includes(resource.type)) return ofPod(podOf(resource), containersOf(resource));
  if (dockerTypes.includes(resource.type)) return containersOf(resource).flatMap(ofDocker);
  if (resource.type === dockerVolume) return boundVolume("driverOpts", resource.props["driverOpts"]);
  const { props } = resource;
  return ["hostPath", "local"].flatMap((kind) => {
    const folder = at(props, "spec", kind);
    const modes = items(at(props, "spec", "accessModes"));
    const readOnly = modes.length > 0 && modes.every((mode) => mode === "ReadOnlyMany");
    return isMissing(folder)
      ? []
      : [{ path: `spec.${kind}.path`, source: at(folder, "path"), readOnly, covers: never }];
  });
}

/** A path of the machine in one spelling: no `.`, `..` or double slashes, and /run by its own name. */
export const plainPath = (path: string): string =>
  posix.normalize(path.trim().replace(/\/+$/, "") || "/").replace(/^\/var\/run(?=\/|$)/, "/run");

/** Whether one path is another, or lies below it. */
export const isBelow = (path: string, folder: string): boolean =>
  path === folder || folder === "/" || path.startsWith(`${folder}/`);

const never = (): boolean => false;

/** One mount of a volume, and where its container mounts anything. */
interface PodMount {
  readonly mount: Value;
  readonly targets: readonly Value[];
}

function ofPod({ path, spec }: PodLike, containers: readonly ContainerLike[]): HostMount[] {
  return members(at(spec, "volumes")).flatMap((volume, index) => {
    const hostPath = at(volume, "hostPath");
    if (isMissing(hostPath)) return [];
    const name = at(volume, "name");
    const source = at(hostPath, "path");
    const mounts = containers.flatMap(({ spec: container }): PodMount[] => {
      const all = items(at(container, "volumeMounts"));
      const targets = all.map((one) => at(one, "mountPath"));
      return all.filter((mount) => at(mount, "name") === name).map((mount) => ({ mount, targets }));
    });
    return [
      {
        path: `${path}.volumes[${typeof name === "string" ? name : index}].hostPath`,
        source,
        readOnly: mounts.every(({ mount }) => isTrue(at(mount, "readOnly"))),
        covers: (below: string) =>
          mounts.length > 0 &&
          mounts.every(({ mount, targets }) =>
            isCovered(source, at(mount, "mountPath"), at(mount, "subPath"), below, targets),
          ),
      },
    ];
  });
}

function ofDocker({ spec, path, platform }: ContainerLike): HostMount[] {
  const within = (property: string) => (path === "" ? property : `${path}.${property}`);
  const volumes = platform === "docker" ? members(at(spec, "volumes")) : [];
  const mounts = members(at(spec, "mounts"));
  const folders = platform === "docker" ? entries(at(spec, "tmpfs")).map(([folder]) => folder) : [];
  const targets: Value[] = [
    ...volumes.map((volume) => at(volume, "containerPath")),
    ...mounts.map((mount) => at(mount, "target")),
    ...folders,
  ];
  const mounted = (where: string, source: Value, target: Value, readOnly: Value): HostMount => ({
    path: where,
    source,
    readOnly: isTrue(readOnly),
    covers: (below) => isCovered(source, target, undefined, below, targets),
  });
  return [
    ...volumes.flatMap((volume, index) => {
      const source = at(volume, "hostPath");
      const where = within(`volumes[${index}].hostPath`);
      return isMissing(source)
        ? []
        : [mounted(where, source, at(volume, "containerPath"), at(volume, "readOnly"))];
    }),
    ...mounts.flatMap((mount, index) => {
      const type = at(mount, "type");
      const kind = isUnknown(type) ? "bind" : text(type);
      const where = within(`mounts[${index}]`);
      if (kind === "bind" || kind === "npipe")
        return [mounted(`${where}.source`, at(mount, "source"), at(mount, "target"), at(mount, "readOnly"))];
      const options = at(mount, "volumeOptions", "driverOptions");
      return boundVolume(`${where}.volumeOptions.driverOptions`, options);
    }),
  ];
}

/** The local driver makes a volume out of a folder of the machine when it is told to bind it. */
function boundVolume(path: string, options: Value): HostMount[] {
  const flags = (text(at(options, "o")) ?? "").split(",").map((flag) => flag.trim());
  const binds = isUnknown(at(options, "o")) || flags.some((flag) => flag === "bind" || flag === "rbind");
  return binds
    ? [
        {
          path: `${path}.device`,
          source: at(options, "device"),
          readOnly: flags.includes("ro"),
          covers: never,
        },
      ]
    : [];
}

/** Whether a mount lies over the place at which a folder of the machine would be seen. */
function isCovered(
  source: Value,
  target: Value,
  subPath: Value,
  below: string,
  targets: readonly Value[],
): boolean {
  if (typeof source !== "string" || typeof target !== "string" || isUnknown(subPath)) return false;
  const shown = plainPath(posix.join(source, text(subPath) ?? ""));
  if (!isBelow(below, shown)) return true;
  const seen = plainTarget(posix.join(target, posix.relative(shown, below)));
  const top = plainTarget(target);
  return targets.some((other) => {
    const cover = typeof other === "string" ? plainTarget(other) : top;
    return cover !== top && isBelow(cover, top) && isBelow(seen, cover);
  });
}

const plainTarget = (path: string): string => posix.normalize(path.replace(/\/+$/, "") || "/");
