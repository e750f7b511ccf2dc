import { type Report, resourceRule } from "../../core/rule";
import { at, isMissing, isUnknown, items, text, type Value } from "../../core/value";
import { type ContainerLike, containersOf, inside } from "../../models/containers";
import { dockerContainer, podTypes, workloadTypes } from "../../models/types";

/** Something above nothing: 0, 0m and -1, which Docker takes for no limit, are none. What is not known is there. */
const isSet = (value: Value): boolean =>
  isUnknown(value) || (!isMissing(value) && !/^\s*(-.*|0*(\.0*)?[a-z]*)\s*$/i.test(text(value) ?? "0"));

/** A pod may say for its containers together what each of them may use. */
const amount = (container: ContainerLike, ...key: readonly string[]): boolean =>
  isSet(at(container.spec, "resources", ...key)) || isSet(at(container.pod?.spec, "resources", ...key));

/** Nobody takes all. */
export const resourceLimits = resourceRule({
  name: "wl-11-resource-limits",
  group: "workloads",
  severity: "medium",
  summary: "Every container has a limit of memory, and a share or limit of CPU.",
  why: "One container with a leak takes the memory of the machine, and the kernel then ends whatever it likes, the database perhaps.",
  fix: "Set resources.limits.memory and resources.requests.cpu; on Docker set memory (MiB) and cpus, and leave memorySwap at the same number as memory.",
  maps: [
    "CKV_K8S_10",
    "CKV_K8S_11",
    "CKV_K8S_12",
    "CKV_K8S_13",
    "KubeLinter-unset-cpu-requirements",
    "KubeLinter-unset-memory-requirements",
    "CIS-Docker-5.11",
    "CIS-Docker-5.12",
  ],
  unknown: "present",
  bad: `new docker.Container("web", { image: image.imageId });`,
  good: `new docker.Container("web", { image: image.imageId, memory: 512, memorySwap: 512, cpus: "1.0" });`,
  types: workloadTypes,
  check(resource, report) {
    for (const container of containersOf(resource).filter(({ starts }) => starts)) judge(container, report);
  },
});

function judge(container: ContainerLike, report: Report): void {
  const must = (path: string, holds: boolean, found: string) => {
    if (!holds) report.violation(path, found);
  };
  switch (container.platform) {
    case "kubernetes": {
      // Kubernetes allows none where somebody looks into a running pod.
      if (container.role === "ephemeralContainers") return;
      const resources = inside(container, "resources");
      must(`${resources}.limits.memory`, amount(container, "limits", "memory"), "is missing");
      // A limit without a request is the request as well.
      const cpu = amount(container, "requests", "cpu") || amount(container, "limits", "cpu");
      must(`${resources}.requests.cpu`, cpu, "is missing");
      return;
    }
    case "docker": {
      const { spec } = container;
      must("memory", isSet(at(spec, "memory")), "is missing");
      report.must(
        "memorySwap",
        at(spec, "memorySwap"),
        (is) => Number(text(is) ?? 0) >= 0,
        "allows swap without end",
      );
      const cpu = ["cpus", "cpuQuota", "cpuShares", "cpuSet"].some((key) =>
        key === "cpuSet" ? !isMissing(at(spec, key)) : isSet(at(spec, key)),
      );
      must("cpus", cpu, "is missing");
      return;
    }
    case "swarm": {
      const resources = at(container.resource.props, "taskSpec", "resources");
      must(
        "taskSpec.resources.limits.memoryBytes",
        isSet(at(resources, "limits", "memoryBytes")),
        "is missing",
      );
      const cpu = ["limits", "reservation"].some((key) => isSet(at(resources, key, "nanoCpus")));
      must("taskSpec.resources.limits.nanoCpus", cpu, "is missing");
    }
  }
}

/** What runs out besides. */
export const diskAndProcessLimits = resourceRule({
  name: "wl-11-disk-and-process-limits",
  group: "workloads",
  severity: "low",
  summary: "Containers cannot fill their node's disk (Kubernetes) or its table of processes (Docker).",
  why: "A log that grows, or a program that starts itself over and over, stops everything else on the machine.",
  fix: `Set resources.limits["ephemeral-storage"]; on Docker add { name: "nproc", soft: 4096, hard: 4096 } to ulimits.`,
  maps: ["KSV-ephemeral-storage", "CIS-Docker-5.19", "CIS-Docker-5.29"],
  unknown: "present",
  bad: `new docker.Container("web", { image: image.imageId, memory: 512, cpus: "1.0" });`,
  good: `new docker.Container("web", { image: image.imageId, memory: 512, cpus: "1.0", ulimits: [{ name: "nproc", soft: 4096, hard: 4096 }] });`,
  // Swarm's services have no such limits in the provider.
  types: [...podTypes, dockerContainer],
  check(resource, report) {
    for (const container of containersOf(resource).filter(({ starts }) => starts)) {
      if (container.platform === "kubernetes") {
        const path = inside(container, "resources.limits.ephemeral-storage");
        if (container.role !== "ephemeralContainers" && !amount(container, "limits", "ephemeral-storage"))
          report.violation(path, "is missing");
        continue;
      }
      const ulimits = at(container.spec, "ulimits");
      const limit = items(ulimits).find((one) => at(one, "name") === "nproc");
      if (!isUnknown(ulimits) && !isSet(at(limit, "hard"))) report.violation("ulimits", "have no nproc");
    }
  },
});
