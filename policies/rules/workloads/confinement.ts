import { type Report, resourceRule } from "../../core/rule";
import { at, isTrue, text, type Value } from "../../core/value";
import { type ContainerLike, containersOf, inside, isOff, members } from "../../models/containers";
import { workloadTypes } from "../../models/types";
import { allowed, isAllowed } from "./allowed";
import { securitySetting } from "./user";

const UNCONFINED =
  /^\s*(seccomp|apparmor|systempaths)\s*[:=]\s*unconfined\s*$|^\s*label\s*[:=]\s*disable\s*$/i;

/** The types that Pod Security lets pass. */
const SELINUX = new Set(["container_t", "container_init_t", "container_kvm_t", "container_engine_t"]);

const OLD_APPARMOR = "container.apparmor.security.beta.kubernetes.io/";

/** The kernel's filters stay on. */
export const confined = resourceRule({
  name: "wl-05-confined",
  group: "workloads",
  severity: "high",
  summary:
    "The runtime's seccomp profile filters every container's system calls, and AppArmor and SELinux stay on.",
  why: "The profile keeps some fifty system calls from containers, by which most ways out of one have led.",
  fix: `Set securityContext.seccompProfile: { type: "RuntimeDefault" } on the pod; on Docker take "…=unconfined" and "label=disable" out of securityOpts.`,
  maps: ["PSS-restricted", "CKV_K8S_31", "CIS-Docker-5.22", "CIS-Docker-5.2", "CIS-Docker-5.3"],
  unknown: "cannot tell",
  bad: `new docker.Container("web", { image: image.imageId, securityOpts: ["seccomp=unconfined"] });`,
  good: `new docker.Container("web", { image: image.imageId, securityOpts: ["no-new-privileges:true"] });`,
  types: workloadTypes,
  check(resource, report) {
    for (const container of containersOf(resource).filter(({ starts }) => starts)) judge(container, report);
  },
});

function judge(container: ContainerLike, report: Report): void {
  switch (container.platform) {
    case "kubernetes": {
      const seccomp = securitySetting(container, "seccompProfile", "type");
      const filtered = (is: Value) => is === "RuntimeDefault" || is === "Localhost";
      report.must(seccomp.path, seccomp.value, filtered, "is neither RuntimeDefault nor Localhost");
      const appArmor = securitySetting(container, "appArmorProfile", "type");
      report.must(appArmor.path, appArmor.value, (is) => is !== "Unconfined", "is Unconfined");
      const seLinux = securitySetting(container, "seLinuxOptions", "type");
      report.must(
        seLinux.path,
        seLinux.value,
        (is) => is === undefined || is === "" || SELINUX.has(text(is) ?? "unreadable"),
        "is a type of SELinux that confines less",
      );
      // How clusters before 1.30 were told.
      const old = `${OLD_APPARMOR}${text(at(container.spec, "name")) ?? ""}`;
      const value = at(container.pod?.metadata, "annotations", old);
      report.must(
        inside(container, "appArmor annotation"),
        value,
        (is) => is !== "unconfined",
        "is unconfined",
      );
      return;
    }
    case "docker":
      members(at(container.spec, "securityOpts")).forEach((option, index) =>
        report.must(
          `securityOpts[${index}]`,
          option,
          (is) => !UNCONFINED.test(text(is) ?? ""),
          "switches a filter of the kernel off",
        ),
      );
      return;
    case "swarm": {
      const path = ["privileges", "seLinuxContext", "disable"];
      report.must(
        inside(container, path.join(".")),
        at(container.spec, ...path),
        isOff,
        "switches SELinux off",
      );
    }
  }
}

/** What a container is made of does not change while it runs. */
export const readOnlyRoot = resourceRule({
  name: "wl-06-read-only-root",
  group: "workloads",
  severity: "medium",
  summary: "The root file system of every container is read-only.",
  why: "Whoever gets in cannot leave a program behind or replace one, and data that nobody keeps is not written by mistake.",
  fix: "Set securityContext.readOnlyRootFilesystem: true (readOnly: true on Docker), with an emptyDir or tmpfs where it must write.",
  maps: ["CKV_K8S_22", "KubeLinter-no-read-only-root-fs", "C-0017", "CIS-Docker-5.13"],
  unknown: "cannot tell",
  options: allowed("Names of resources whose containers may write to their root file system."),
  bad: `new docker.Container("web", { image: image.imageId });`,
  good: `new docker.Container("web", { image: image.imageId, readOnly: true, tmpfs: { "/tmp": "size=64m" } });`,
  types: workloadTypes,
  check(resource, report) {
    if (isAllowed(report, resource)) return;
    for (const container of containersOf(resource).filter(({ starts }) => starts)) {
      const key =
        container.platform === "kubernetes" ? ["securityContext", "readOnlyRootFilesystem"] : ["readOnly"];
      report.must(inside(container, key.join(".")), at(container.spec, ...key), isTrue, "is not true");
    }
  },
});
