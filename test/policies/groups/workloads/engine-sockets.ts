import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { deployment, docker, dockerSecrets, swarm } from "./fixtures";

const mount = (hostPath: string, containerPath = "/seen", readOnly = true) => ({
  volumes: [{ hostPath, containerPath, readOnly }],
});
const machine = { volumes: [{ name: "machine", hostPath: { path: "/" } }] };
const seen = { name: "machine", mountPath: "/host", readOnly: true };

export const noEngineSockets: Cases = {
  rule: "wl-09-no-engine-sockets",
  good: [
    docker(mount("/var/lib/docker/containers")),
    docker({ ...mount("/", "/host/machine"), tmpfs: { "/host/machine/run": "size=1m" } }, "other"),
  ],
  bad: docker(mount("/var/run/docker.sock", "/var/run/docker.sock")),
  unknown: docker(mount(UNKNOWN)),
  unknownIs: "cannot tell",
  missing: docker({}),
  missingIs: "fine",
  canary: docker({ ...dockerSecrets, ...mount(`/srv/${CANARY}/docker.sock`) }),
  sibling: swarm({ mounts: [{ type: "bind", source: "/run/containerd", target: "/run/containerd" }] }),
  more: [
    { name: "the folder that it is in", is: "violation", of: docker(mount("/run/")) },
    { name: "the whole machine", is: "violation", of: docker(mount("/")) },
    {
      name: "the whole machine, with something over another folder",
      is: "violation",
      of: docker({ ...mount("/", "/host"), tmpfs: { "/host/tmp": "" } }),
    },
    {
      name: "the whole machine, with something over all of it",
      is: "violation",
      of: docker({ ...mount("/", "/host"), tmpfs: { "/host": "" } }),
    },
    {
      name: "Windows' pipe",
      is: "violation",
      of: docker({ mounts: [{ type: "npipe", source: "\\\\.\\pipe\\docker_engine", target: "/x" }] }),
    },
    {
      name: "a pod",
      is: "violation",
      of: deployment({}, { volumes: [{ name: "s", hostPath: { path: "/run/crio/crio.sock" } }] }),
    },
    { name: "a pod that sees its node", is: "violation", of: deployment({ volumeMounts: [seen] }, machine) },
    {
      name: "a pod that sees its node without run",
      is: "fine",
      of: deployment({ volumeMounts: [seen, { name: "empty", mountPath: "/host/run" }] }, machine),
    },
    {
      name: "a pod that sees a folder of its node without a socket",
      is: "fine",
      of: deployment({ volumeMounts: [{ ...seen, subPath: "proc" }] }, machine),
    },
    {
      name: "a volume that is bound",
      is: "violation",
      of: { type: "docker:index/volume:Volume", props: { driverOpts: { o: "bind", device: "/var/run" } } },
    },
  ],
};
