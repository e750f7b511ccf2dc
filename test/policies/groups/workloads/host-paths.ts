import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";
import { deployment, docker, dockerSecrets, genericPod, swarm } from "./fixtures";

const volume = (hostPath: string, readOnly = false) => ({
  volumes: [{ hostPath, containerPath: "/seen", readOnly }],
});
const bind = (source: string, readOnly = false) => ({
  mounts: [{ type: "bind", source, target: "/seen", readOnly }],
});
const bound = (device: string, o: string): Fixture => ({
  type: "docker:index/volume:Volume",
  props: { driverOpts: { type: "none", device, o } },
});
const pod = (path: string) => ({ volumes: [{ name: "seen", hostPath: { path } }] });

export const fewHostPaths: Cases = {
  rule: "wl-08-few-host-paths",
  good: [
    docker({ volumes: [{ volumeName: "data", containerPath: "/data" }] }),
    docker(volume("/srv/sources", true), "other"),
  ],
  bad: docker(volume("/etc")),
  unknown: docker(volume(UNKNOWN, true)),
  unknownIs: "violation",
  missing: docker({}),
  missingIs: "fine",
  canary: docker({ ...dockerSecrets, ...volume(`/srv/${CANARY}`) }),
  sibling: bound("/srv/data", "bind"),
  more: [
    {
      name: "a folder below a sensitive one, to be read",
      is: "violation",
      of: docker(volume("/etc/ssl", true)),
    },
    { name: "a path with detours", is: "violation", of: docker(volume("/srv/../etc//", true)) },
    { name: "the whole machine", is: "violation", of: docker(volume("/", true)) },
    { name: "somebody's keys", is: "violation", of: docker(volume("/home/me/.ssh", true)) },
    { name: "somebody's project, to be read", is: "fine", of: docker(volume("/home/me/project/src", true)) },
    { name: "a mount that is bound", is: "violation", of: docker(bind("/srv/data")) },
    { name: "a mount that may be read", is: "fine", of: docker(bind("/srv/data", true)) },
    { name: "a service of Swarm", is: "violation", of: swarm(bind("/var/lib/docker", true)) },
    { name: "a volume that is bound, to be read", is: "fine", of: bound("/srv/data", "ro,bind") },
    { name: "a volume that may be bound", is: "violation", of: bound("/etc", UNKNOWN) },
    { name: "a volume on a network", is: "fine", of: bound(":/export", "addr=10.0.0.1") },
    {
      name: "a mount that binds a volume",
      is: "violation",
      of: docker({
        mounts: [{ type: "volume", volumeOptions: { driverOptions: { o: "bind", device: "/etc" } } }],
      }),
    },
    { name: "mounts that are not known", is: "violation", of: docker({ mounts: UNKNOWN }) },
    { name: "a pod", is: "violation", of: deployment({}, pod("/srv/data")) },
    { name: "what prepares a pod", is: "violation", of: genericPod({}, pod("/var/log")) },
    { name: "a pod whose volumes are not known", is: "violation", of: deployment({}, { volumes: UNKNOWN }) },
    {
      name: "a pod with claims",
      is: "fine",
      of: deployment({}, { volumes: [{ name: "seen", emptyDir: {} }] }),
    },
    {
      name: "storage of the cluster",
      is: "violation",
      of: {
        type: "kubernetes:core/v1:PersistentVolume",
        props: { spec: { hostPath: { path: "/srv/data" } } },
      },
    },
    {
      name: "a disk of a node",
      is: "fine",
      of: {
        type: "kubernetes:core/v1:PersistentVolume",
        props: { spec: { local: { path: "/mnt/disks/one" } } },
      },
    },
  ],
};
