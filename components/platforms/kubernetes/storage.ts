import { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1/persistentVolumeClaim";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { UnsupportedError } from "../../core/errors";
import { HOST_VIEWS, type HostView, VIEW_MASKS, type VolumeSpec } from "../../core/workload";
import { gibibytes } from "./quantities";

type Volume = k8s.types.input.core.v1.Volume;
type Mount = k8s.types.input.core.v1.VolumeMount;
type ClaimSpec = k8s.types.input.core.v1.PersistentVolumeClaimSpec;
type Volumes = Readonly<Record<string, VolumeSpec>>;

/** Volumes of a pod, and where its container sees them. */
export interface Mounted {
  readonly volumes: readonly Volume[];
  readonly mounts: readonly Mount[];
}

/** Size of a folder in memory, as on Docker. What is written there counts as memory of the workload. */
const MEMORY_FOLDER = "128Mi";

/** Where what observes a node keeps a place in what it reads; there is no claim that follows a DaemonSet from node to node. */
export const NODE_FOLDER = "/var/lib/semblance-curation";

/** Folders in memory. Kubernetes cannot mount them `noexec`. */
export function memoryFolders(paths: readonly string[]): Mounted {
  const name = (path: string): string => `memory${path.replaceAll(/[^a-z0-9]+/gi, "-").toLowerCase()}`;
  return {
    volumes: paths.map((path) => ({
      name: name(path),
      emptyDir: { medium: "Memory", sizeLimit: MEMORY_FOLDER },
    })),
    mounts: paths.map((path) => ({ name: name(path), mountPath: path })),
  };
}

/** Name of the claim of a volume. */
export const claimName = (service: string, volume: string): string => `${service}-${volume}`;

/** Spec of a claim: one node mounts it at a time. */
export const claimSpec = ({ sizeGiB }: VolumeSpec, storageClass: string | undefined): ClaimSpec => ({
  accessModes: ["ReadWriteOnce"],
  resources: { requests: { storage: gibibytes(sizeGiB) } },
  ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
});

/** Data that outlives its pod, one claim each. */
export function claimedVolumes(service: string, volumes: Volumes): Mounted {
  return {
    volumes: Object.keys(volumes).map((name) => ({
      name,
      persistentVolumeClaim: { claimName: claimName(service, name) },
    })),
    mounts: mountsOf(volumes),
  };
}

/** Scratch space of each copy of its own, on a disk that comes and goes with its pod. */
export function scratchVolumes(volumes: Volumes, storageClass: string | undefined): Mounted {
  return {
    volumes: Object.entries(volumes).map(([name, volume]) => ({
      name,
      ephemeral: { volumeClaimTemplate: { spec: claimSpec(volume, storageClass) } },
    })),
    mounts: mountsOf(volumes),
  };
}

/**
 * A folder on the node for what observes it.
 * @throws UnsupportedError where the data is to be kept, which a node's own disk cannot promise
 */
export function nodeVolumes(stack: string, service: string, volumes: Volumes): Mounted {
  const kept = Object.entries(volumes).find(([, { onDown }]) => onDown === "keep");
  if (kept !== undefined) {
    throw new UnsupportedError({
      service,
      field: `volumes.${kept[0]}.onDown "keep", beside views`,
      platform: "kubernetes",
      remedy: 'one copy runs on each node, and a node\'s disk goes with the node; make it "delete"',
    });
  }
  return {
    volumes: Object.keys(volumes).map((name) => ({
      name,
      hostPath: { path: `${NODE_FOLDER}/${stack}/${service}/${name}`, type: "DirectoryOrCreate" },
    })),
    mounts: Object.entries(volumes).map(([name, { mountPath }]) => ({ name, mountPath })),
  };
}

/** What a workload may look at of its node. */
export function nodeViews(views: readonly HostView[]): Mounted {
  const masks = views.flatMap((view) =>
    (VIEW_MASKS[view] ?? []).map((path, index) => ({ name: `hides-${view}-${index}`, path })),
  );
  return {
    volumes: [
      ...views.map((view) => ({
        name: `view-${view}`,
        hostPath: { path: NODE_PATHS[view], type: "Directory" },
      })),
      ...masks.map(({ name }) => ({ name, emptyDir: { medium: "Memory", sizeLimit: "64Ki" } })),
    ],
    mounts: [
      ...views.map((view) => ({
        name: `view-${view}`,
        mountPath: HOST_VIEWS[view],
        readOnly: true,
        // What is mounted below it too, such as /proc below the root of the machine.
        recursiveReadOnly: "IfPossible",
      })),
      ...masks.map(({ name, path }) => ({ name, mountPath: path, readOnly: true })),
    ],
  };
}

/** The kubelet lays logs out as `<namespace>_<pod>_<uid>/<container>/<n>.log`, whatever runs the containers. */
const NODE_PATHS: Readonly<Record<HostView, string>> = {
  "container-logs": "/var/log/pods",
  cgroups: "/sys/fs/cgroup",
  machine: "/",
};

/** A folder of the volume, not its top: a new disk has `lost+found` there, which some servers take for somebody's data. */
const mountsOf = (volumes: Volumes): Mount[] =>
  Object.entries(volumes).map(([name, { mountPath }]) => ({ name, mountPath, subPath: name }));

/** Makes the claims of a server. */
export function claims(
  service: string,
  volumes: Volumes,
  args: {
    readonly storageClass: string | undefined;
    readonly metadata: (name: string) => k8s.types.input.meta.v1.ObjectMeta;
  },
  opts: pulumi.CustomResourceOptions,
): PersistentVolumeClaim[] {
  return Object.entries(volumes).map(([volume, spec]) => {
    const name = claimName(service, volume);
    // Most classes bind a claim when its first pod is scheduled, which waits for the claim: the pod's readiness says enough.
    const annotations = { "pulumi.com/skipAwait": "true" };
    return new PersistentVolumeClaim(
      name,
      { metadata: { ...args.metadata(name), annotations }, spec: claimSpec(spec, args.storageClass) },
      { ...opts, protect: spec.onDown === "keep" },
    );
  });
}
