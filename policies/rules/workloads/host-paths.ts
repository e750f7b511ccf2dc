import { resourceRule } from "../../core/rule";
import { isMissing, isUnknown } from "../../core/value";
import { hostMounts, isBelow, mountTypes, plainPath } from "../../models/mounts";
import { dockerTypes, dockerVolume, podTypes } from "../../models/types";
import { allowed, isAllowed } from "./allowed";

/** Folders that tell secrets of the machine, or change it, with everything below them. */
const SENSITIVE = [
  ...["/etc", "/proc", "/sys", "/dev", "/boot", "/run", "/usr", "/bin", "/sbin", "/lib", "/lib64"],
  ...["/var/lib/docker", "/var/lib/containerd", "/var/lib/kubelet", "/var/lib/etcd", "/var/log"],
];

/** Folders that are sensitive as a whole, and not each folder in them. Hidden folders of people hold their keys. */
const WHOLE = /^(\/|\/var|\/var\/lib|\/home|\/home\/[^/]+|\/root|[a-z]:[/\\]*)$|^(\/root|\/home\/[^/]+)\/\./i;

const isSensitive = (path: string): boolean =>
  WHOLE.test(path) || SENSITIVE.some((folder) => isBelow(path, folder));

/** What a workload may see of its machine. */
export const fewHostPaths = resourceRule({
  name: "wl-08-few-host-paths",
  group: "workloads",
  severity: "high",
  summary:
    "No pod sees a folder of its node, and no Docker container one that is sensitive or that it could write, unless it is listed.",
  why: "A folder of the machine is a way out of the container: a file in /etc or a program in /usr that it changes runs as the machine's root.",
  fix: `Use a volume (PersistentVolumeClaim, docker.Volume), or copy the files in; a bind mount for sources says readOnly: true.`,
  maps: [
    "PSS-baseline",
    "KubeLinter-sensitive-host-mounts",
    "KubeLinter-writable-host-mount",
    "CIS-Docker-5.6",
    "C-0048",
    "C-0045",
  ],
  unknown: "violation",
  options: allowed("Folders, as resource=/folder, or resource=/folder:ro where it may only be read."),
  bad: `new docker.Container("web", { image: image.imageId, volumes: [{ hostPath: "/etc", containerPath: "/host" }] });`,
  good: `new docker.Container("web", { image: image.imageId, volumes: [{ volumeName: data.name, containerPath: "/data" }] });`,
  types: mountTypes,
  check(resource, report) {
    const docker = resource.type === dockerVolume || dockerTypes.includes(resource.type);
    for (const { path, source, readOnly } of hostMounts(resource)) {
      const folder = typeof source === "string" ? plainPath(source) : "";
      const listed =
        isAllowed(report, resource, folder) || (readOnly && isAllowed(report, resource, `${folder}:ro`));
      if (listed && folder !== "") continue;
      if (isUnknown(source) || isMissing(source) || isSensitive(folder))
        report.must(
          path,
          source,
          () => false,
          "is a folder of the machine that holds its secrets or its programs",
        );
      else if (podTypes.includes(resource.type) || path.startsWith("spec.hostPath"))
        report.violation(path, "is a folder of the node");
      else if (docker && !readOnly)
        report.violation(path, "is a folder of the machine that the container may write");
    }
  },
});
