import { resourceRule } from "../../core/rule";
import { at, isMissing, texts, walk, type Value } from "../../core/value";
import { containersOf, inside } from "../../models/containers";
import { podTypes, workloadTypes } from "../../models/types";
import { allowed, isAllowed } from "./allowed";

/** Whether a server answers is asked, not guessed. */
export const healthChecks = resourceRule({
  name: "wl-12-health-checks",
  group: "workloads",
  severity: "medium",
  summary: "What goes on running is asked whether it is ready and alive.",
  why: "A process that hangs looks like one that serves: requests still go to it, nobody restarts it, and its clients start before it answers.",
  fix: "Set readinessProbe and livenessProbe on each container; on Docker set healthcheck.tests. A job needs none: on Docker it says mustRun: false.",
  maps: ["CKV_K8S_8", "CKV_K8S_9", "KubeLinter-no-liveness-probe", "KubeScore-pod-probes", "CIS-Docker-5.27"],
  unknown: "present",
  options: allowed(
    "Names of resources whose containers offer nothing that could be asked, such as a device plugin of the nodes.",
  ),
  bad: `new docker.Container("web", { image: image.imageId });`,
  good: `new docker.Container("web", { image: image.imageId, healthcheck: { tests: ["CMD", "curl", "-fs", "http://127.0.0.1:8080/healthz"] } });`,
  types: workloadTypes,
  check(resource, report) {
    if (isAllowed(report, resource)) return;
    for (const container of containersOf(resource).filter(
      ({ starts, longRunning }) => starts && longRunning,
    )) {
      if (container.platform !== "kubernetes") {
        const tests = at(container.spec, "healthcheck", "tests");
        const asks = (is: Value) => !isMissing(is) && texts(is)[0] !== "NONE";
        report.must(inside(container, "healthcheck.tests"), tests, asks, "is missing");
        continue;
      }
      for (const probe of ["readinessProbe", "livenessProbe"])
        report.must(
          inside(container, probe),
          at(container.spec, probe),
          (is) => !isMissing(is),
          "is missing",
        );
    }
  },
});

/** All leaves of a value with their paths, in the order of the paths. */
function leaves(value: Value): string {
  const found: string[] = [];
  const numbers = (inner: Value, path: string): void => {
    if (typeof inner === "number" || typeof inner === "boolean") found.push(`${path}=${String(inner)}`);
    else if (typeof inner === "object" && inner !== null)
      for (const [key, one] of Object.entries(inner)) numbers(one, `${path}.${key}`);
  };
  numbers(value, "");
  walk(value, (path, leaf) => found.push(`${path}=${String(leaf)}`));
  return found.sort().join("\n");
}

/** Not ready and hopeless are two things. */
export const probesDiffer = resourceRule({
  name: "wl-12-probes-differ",
  group: "workloads",
  severity: "low",
  summary: "A container is restarted for other reasons than those for which it gets no requests.",
  why: "Where both probes are the same, a server that only waits for its database is killed over and over, and comes back later than it would have.",
  fix: "Give livenessProbe a check that only a new start can mend, or at least a higher failureThreshold than readinessProbe has.",
  maps: ["KubeScore-pod-probes-identical"],
  unknown: "present",
  bad: `{ readinessProbe: { httpGet: { path: "/healthz", port: 80 } }, livenessProbe: { httpGet: { path: "/healthz", port: 80 } } }`,
  good: `{ readinessProbe: { httpGet: { path: "/readyz", port: 80 } }, livenessProbe: { httpGet: { path: "/healthz", port: 80 }, failureThreshold: 10 } }`,
  types: podTypes,
  check(resource, report) {
    for (const container of containersOf(resource)) {
      const live = at(container.spec, "livenessProbe");
      const ready = at(container.spec, "readinessProbe");
      if (isMissing(live) || typeof live === "symbol" || typeof ready === "symbol") continue;
      if (leaves(live) === leaves(ready))
        report.violation(inside(container, "livenessProbe"), "is the same as readinessProbe");
    }
  },
});
