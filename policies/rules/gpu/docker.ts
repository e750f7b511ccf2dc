import { resourceRule, stackRule } from "../../core/rule";
import { at, isUnknown, items, text, type Value } from "../../core/value";
import { containersOf, inside } from "../../models/containers";
import { dockerGpus } from "../../models/gpus";
import { hostMounts, plainPath } from "../../models/mounts";
import { dockerContainer, dockerTypes, workloadTypes } from "../../models/types";

const isNvidiaDevice = (path: Value): boolean => plainPath(text(path) ?? "").startsWith("/dev/nvidia");

/** GPUs come by the way that is meant for them. */
export const dockerGpuOnly = resourceRule({
  name: "gpu-05-docker-gpu-by-request",
  group: "gpu",
  severity: "high",
  summary:
    "A Docker container gets GPUs by gpus or deviceRequests, and nothing else of the machine with them.",
  why: "A GPU needs no privileges: with privileged, or with /dev/nvidia* by hand, the container gets every GPU and much besides, whatever was asked for.",
  fix: `Set gpus: "device=0" (or deviceRequests), and take privileged, devices and mounts of /dev/nvidia*, and NVIDIA_VISIBLE_DEVICES out.`,
  maps: ["CIS-Docker-5.18", "CIS-Docker-5.5"],
  unknown: "cannot tell",
  bad: `new docker.Container("train", { image: image.imageId, gpus: "device=0", privileged: true });`,
  good: `new docker.Container("train", { image: image.imageId, gpus: "device=0" });`,
  types: dockerTypes,
  check(resource, report) {
    for (const container of containersOf(resource)) {
      const { spec } = container;
      const gpus = dockerGpus(container);
      if (gpus !== "none")
        report.must(
          inside(container, "privileged"),
          at(spec, "privileged"),
          isNotTrue,
          "is true beside GPUs",
        );
      items(at(spec, "devices")).forEach((device, index) => {
        const path = inside(container, `devices[${index}].hostPath`);
        const source = at(device, "hostPath");
        if (!isUnknown(source)) report.must(path, source, (is) => !isNvidiaDevice(is), "is a GPU by hand");
      });
      for (const { name, path, value } of container.env)
        if (name === "NVIDIA_VISIBLE_DEVICES" && gpus === "none")
          report.must(path, value, isNoDevice, "asks NVIDIA's runtime for GPUs past Docker");
    }
    for (const { path, source } of hostMounts(resource))
      if (!isUnknown(source)) report.must(path, source, (is) => !isNvidiaDevice(is), "is a GPU by hand");
  },
});

const isNotTrue = (is: Value): boolean => is === undefined || is === null || is === false || is === "false";
const isNoDevice = (is: Value): boolean => ["", "void", "none"].includes(text(is) ?? "");

/** GPUs are divided. */
export const dockerGpusDivided = stackRule({
  name: "gpu-05-docker-gpus-divided",
  group: "gpu",
  severity: "medium",
  summary: "At most one Docker container of a stack takes all GPUs of the machine.",
  why: "Docker does not count GPUs: two containers that take all share their memory without knowing, and the second to fill it fails in the middle of its work.",
  fix: `Give each container its own: gpus: "device=0", gpus: "device=1".`,
  maps: ["CIS-Docker-5.18"],
  unknown: "present",
  bad: `new docker.Container("serve", { gpus: "all", … }); new docker.Container("train", { gpus: "all", … });`,
  good: `new docker.Container("serve", { gpus: "device=0", … }); new docker.Container("train", { gpus: "device=1", … });`,
  types: [dockerContainer],
  check(stack, report) {
    const greedy = stack
      .of(dockerContainer)
      .filter((one) =>
        containersOf(one).some((container) => container.starts && dockerGpus(container) === "all"),
      );
    if (greedy.length < 2) return;
    for (const one of greedy) {
      const path = at(one.props, "gpus") === "all" ? "gpus" : "deviceRequests";
      report.violation(path, "takes all GPUs of the machine, and so does another container", one);
    }
  },
});

/** Of the driver no more than computing needs. */
export const fewDriverCapabilities = resourceRule({
  name: "gpu-05-few-driver-capabilities",
  group: "gpu",
  severity: "low",
  summary: "Containers ask NVIDIA's driver for what they use, and not for all of it.",
  why: "With all, the runtime brings the libraries for displays and video, and the device that sets the screen's mode, into a container that only computes.",
  fix: `Set NVIDIA_DRIVER_CAPABILITIES to "compute,utility".`,
  maps: ["CIS-Docker-5.18"],
  unknown: "cannot tell",
  bad: `envs: ["NVIDIA_DRIVER_CAPABILITIES=all"]`,
  good: `envs: ["NVIDIA_DRIVER_CAPABILITIES=compute,utility"]`,
  types: workloadTypes,
  check(resource, report) {
    for (const { env } of containersOf(resource))
      for (const { name, path, value, from } of env)
        if (name === "NVIDIA_DRIVER_CAPABILITIES" && from === "literal")
          report.must(path, value, (is) => !hasAll(is), "asks for all of the driver");
  },
});

const hasAll = (is: Value): boolean =>
  (text(is) ?? "")
    .split(",")
    .map((one) => one.trim())
    .some((one) => one === "all" || one === "display");
