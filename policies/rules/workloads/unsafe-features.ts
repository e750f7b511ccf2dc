import { type Report, resourceRule } from "../../core/rule";
import { at, entries, isMissing, isUnknown, text, type Value } from "../../core/value";
import { type ContainerLike, containersOf, inside, members } from "../../models/containers";
import { type PodLike, podOf } from "../../models/pods";
import { podTypes, workloadTypes } from "../../models/types";
import { allowed, isAllowed } from "./allowed";

/** Settings of the kernel that are a container's own, and can do no harm outside of it. */
const SAFE_SYSCTLS = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
]);

/** What Pod Security's `restricted` allows as a volume; `hostPath` is the business of another rule. */
const VOLUMES = [
  ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image"],
  ...["persistentVolumeClaim", "projected", "secret", "hostPath"],
];

/** The rest of what Pod Security forbids. */
export const noUnsafeFeatures = resourceRule({
  name: "wl-10-no-unsafe-features",
  group: "workloads",
  severity: "high",
  summary:
    "No port of the node, no bare /proc, no unsafe setting of the kernel, and no volume of a kind that Pod Security forbids.",
  why: "Each of them goes past a fence: a port of the node past network policies, a bare /proc past the runtime's masks, a setting of the kernel into other pods.",
  fix: "Use a Service instead of hostPort, leave procMount out, keep to the sysctls that Kubernetes calls safe, and mount network storage by a PersistentVolumeClaim.",
  maps: [
    "PSS-baseline",
    "PSS-restricted",
    "CKV_K8S_26",
    "KubeLinter-unsafe-sysctls",
    "KubeLinter-unsafe-proc-mount",
  ],
  unknown: "cannot tell",
  options: allowed(
    "What a resource may use, as resource=hostPort, resource=procMount, or resource=<name of the sysctl or kind of volume>.",
  ),
  bad: `new k8s.apps.v1.DaemonSet("web", { spec: { …, template: { spec: { containers: [{ name: "web", ports: [{ containerPort: 80, hostPort: 80 }] }] } } } });`,
  good: `new k8s.apps.v1.DaemonSet("web", { spec: { …, template: { spec: { containers: [{ name: "web", ports: [{ containerPort: 80 }] }] } } } });`,
  types: workloadTypes,
  check(resource, report) {
    const may = (what: string) => isAllowed(report, resource, what);
    for (const container of containersOf(resource))
      if (container.platform === "kubernetes") judgeContainer(container, report, may);
      else {
        const key = container.platform === "swarm" ? "sysctl" : "sysctls";
        if (isUnknown(at(container.spec, key))) report.cannotTell(inside(container, key));
        for (const [name] of entries(at(container.spec, key)))
          judgeSysctl(inside(container, `${key}.${name}`), name, report, may);
      }
    if (podTypes.includes(resource.type)) judgePod(podOf(resource), report, may);
  },
});

type May = (what: string) => boolean;

function judgeContainer(container: ContainerLike, report: Report, may: May): void {
  members(at(container.spec, "ports")).forEach((port, index) => {
    const isFree = (is: Value) => isMissing(is) || is === 0 || may("hostPort");
    report.must(
      inside(container, `ports[${index}].hostPort`),
      at(port, "hostPort"),
      isFree,
      "is a port of the node",
    );
  });
  const isMasked = (is: Value) => isMissing(is) || is === "Default" || may("procMount");
  const mount = at(container.spec, "securityContext", "procMount");
  report.must(inside(container, "securityContext.procMount"), mount, isMasked, "is not Default");
}

function judgePod({ path, spec }: PodLike, report: Report, may: May): void {
  members(at(spec, "securityContext", "sysctls")).forEach((sysctl, index) => {
    const name = at(sysctl, "name");
    const where = `${path}.securityContext.sysctls[${index}].name`;
    if (isUnknown(name)) report.cannotTell(where);
    else judgeSysctl(where, text(name) ?? "", report, may);
  });
  members(at(spec, "volumes")).forEach((volume, index) => {
    const name = text(at(volume, "name")) ?? index;
    if (isUnknown(volume)) report.cannotTell(`${path}.volumes[${name}]`);
    for (const [kind, source] of entries(volume))
      if (kind !== "name" && !isNothing(source) && !VOLUMES.includes(kind) && !may(kind))
        report.violation(`${path}.volumes[${name}]`, "is of a kind that Pod Security's restricted forbids");
  });
}

const isNothing = (value: Value): boolean => value === undefined || value === null;

function judgeSysctl(path: string, name: string, report: Report, may: May): void {
  // Both spellings are the kernel's.
  const plain = name.replaceAll("/", ".");
  if (!SAFE_SYSCTLS.has(plain) && !may(plain))
    report.violation(path, "is not one of the safe settings of the kernel");
}
