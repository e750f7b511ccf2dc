import { resourceRule } from "../../core/rule";
import { hostMounts, isBelow, mountTypes, plainPath } from "../../models/mounts";

/** Where engines listen. */
const SOCKETS = [
  "/run/docker.sock",
  "/run/containerd/containerd.sock",
  "/run/crio/crio.sock",
  "/run/podman/podman.sock",
  "/run/k3s/containerd/containerd.sock",
  "/run/cri-dockerd.sock",
];

/** An engine's socket wherever it lies, such as that of a user without root's rights, and Windows' pipe. */
const SOCKET = /(docker|dockershim|containerd|crio|podman|buildkitd)[^/]*\.sock$|pipe[\\/]+docker_engine/i;

/** Who may ask the engine may do everything. */
export const noEngineSockets = resourceRule({
  name: "wl-09-no-engine-sockets",
  group: "workloads",
  severity: "critical",
  summary: "No container reaches the socket of a container engine.",
  why: "Whoever can ask the engine starts a privileged container and has the machine. A read-only mount does not stop that: it forbids to replace the socket, not to talk to it.",
  fix: "Take the mount out. Where a container must see a folder that holds a socket, such as /, mount something empty over run in it: tmpfs on Docker, an emptyDir on Kubernetes.",
  maps: [
    "CKV_K8S_27",
    "KubeLinter-docker-sock",
    "CIS-Docker-5.32",
    "C-0074",
    "Kyverno-disallow-cri-sock-mount",
  ],
  unknown: "cannot tell",
  bad: `new docker.Container("agent", { image: image.imageId, volumes: [{ hostPath: "/var/run/docker.sock", containerPath: "/docker.sock" }] });`,
  good: `new docker.Container("agent", { image: image.imageId, volumes: [{ hostPath: "/var/lib/docker/containers", containerPath: "/logs", readOnly: true }] });`,
  types: mountTypes,
  check(resource, report) {
    for (const { path, source, covers } of hostMounts(resource))
      report.must(
        path,
        source,
        (known) => {
          if (typeof known !== "string") return true;
          const folder = plainPath(known);
          const shown = SOCKETS.filter((socket) => isBelow(socket, folder));
          return !SOCKET.test(known) && shown.every(covers);
        },
        "shows a container the socket of an engine",
      );
  },
});
