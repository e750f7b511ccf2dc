import { resourceRule } from "../../core/rule";
import { at, isMissing, isUnknown, items, text, type Value } from "../../core/value";
import { containersOf, inside, members } from "../../models/containers";
import { plainPath } from "../../models/mounts";
import { dockerService, dockerTypes, workloadTypes } from "../../models/types";
import { allowed, isAllowed } from "./allowed";

const SHARED = /^r?shared$|^Bidirectional$/;
const isPrivate = (is: Value): boolean => !SHARED.test(text(is) ?? "");

/** The machine's devices, and mounts that reach back. */
export const noHostDevices = resourceRule({
  name: "wl-15-no-host-devices",
  group: "workloads",
  severity: "high",
  summary: "No container has a device of the machine, or mounts that the machine sees.",
  why: "Who writes a disk as a device writes past every permission; a mount that reaches back to the machine changes what its own programs read.",
  fix: "Take devices and deviceCgroupRules out (a GPU is asked for with gpus), and leave the propagation of mounts at private.",
  maps: ["CIS-Docker-5.18", "CIS-Docker-5.20"],
  unknown: "cannot tell",
  options: allowed("Devices, as resource=/dev/name."),
  bad: `new docker.Container("web", { image: image.imageId, devices: [{ hostPath: "/dev/sda" }] });`,
  good: `new docker.Container("web", { image: image.imageId, gpus: "device=0" });`,
  types: workloadTypes,
  check(resource, report) {
    for (const container of containersOf(resource)) {
      members(at(container.spec, "devices")).forEach((device, index) => {
        const path = inside(container, `devices[${index}].hostPath`);
        const listed = (is: Value) => isAllowed(report, resource, plainPath(text(is) ?? ""));
        report.must(path, at(device, "hostPath"), listed, "is a device of the machine");
      });
      const rules = inside(container, "deviceCgroupRules");
      report.must(rules, at(container.spec, "deviceCgroupRules"), isMissing, "opens devices of the machine");
      const [mounts, ...key] =
        container.platform === "kubernetes"
          ? (["volumeMounts", "mountPropagation"] as const)
          : (["mounts", "bindOptions", "propagation"] as const);
      items(at(container.spec, mounts)).forEach((mount, index) =>
        report.must(
          inside(container, `${mounts}[${index}].${key.join(".")}`),
          at(mount, ...key),
          isPrivate,
          "lets the machine see what the container mounts",
        ),
      );
    }
  },
});

/** The highest number of restarts in a row that CIS allows. */
const RESTARTS = 5;

/** Restarts have an end. */
export const restartPolicy = resourceRule({
  name: "wl-15-restart-policy",
  group: "workloads",
  severity: "low",
  summary: "Docker restarts a container as long as somebody wants it, and a failing one only so often.",
  why: "With restart always, what an operator stopped comes back by itself with the engine; without an end, one that fails at its start keeps a processor busy for good.",
  fix: `Set restart: "unless-stopped", or restart: "on-failure" with maxRetryCount: 5.`,
  maps: ["CIS-Docker-5.15"],
  unknown: "cannot tell",
  bad: `new docker.Container("web", { image: image.imageId, restart: "always" });`,
  good: `new docker.Container("web", { image: image.imageId, restart: "unless-stopped" });`,
  types: dockerTypes,
  check({ type, props }, report) {
    const swarm = type === dockerService;
    const own = swarm ? at(props, "taskSpec", "restartPolicy") : props;
    const path = swarm ? "taskSpec.restartPolicy.condition" : "restart";
    const policy = at(own, swarm ? "condition" : "restart");
    const attempts = at(own, swarm ? "maxAttempts" : "maxRetryCount");
    report.must(path, policy, (is) => is !== "always", "is always");
    const ends = Number(text(attempts) ?? 0);
    if (policy === "on-failure" && !isUnknown(attempts) && !(ends > 0 && ends <= RESTARTS))
      report.violation(path, "has no end: the number of attempts is missing or above 5");
  },
});
