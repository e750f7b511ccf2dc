import { resourceRule } from "../../core/rule";
import { at, isUnknown, texts } from "../../core/value";
import { containersOf, inside, isOff, members } from "../../models/containers";
import { dockerContainer, podTypes } from "../../models/types";
import { securitySetting } from "./user";

/** No container has the machine to itself. */
export const notPrivileged = resourceRule({
  name: "wl-01-not-privileged",
  group: "workloads",
  severity: "critical",
  summary: "No container is privileged.",
  why: "A privileged container has every capability and every device: whoever takes it over has the machine.",
  fix: "Leave privileged out, or set it to false; add the one capability that is needed instead (wl-04).",
  maps: [
    "PSS-baseline",
    "CKV_K8S_16",
    "KubeLinter-privileged-container",
    "CIS-Docker-5.5",
    "CIS-EKS-4.2.1",
    "C-0057",
  ],
  unknown: "violation",
  bad: `new docker.Container("web", { image: image.imageId, privileged: true });`,
  good: `new docker.Container("web", { image: image.imageId, capabilities: { drops: ["ALL"] } });`,
  types: [...podTypes, dockerContainer],
  check(resource, report) {
    for (const container of containersOf(resource)) {
      const key = container.platform === "docker" ? ["privileged"] : ["securityContext", "privileged"];
      report.must(inside(container, key.join(".")), at(container.spec, ...key), isOff, "is true");
      if (container.platform !== "kubernetes") continue;
      const windows = securitySetting(container, "windowsOptions", "hostProcess");
      report.must(windows.path, windows.value, isOff, "is true: on Windows that is the machine itself");
    }
  },
});

const NO_NEW_PRIVILEGES = /^no-new-privileges([:=]true)?$/;

/**
 * Programs that run with more rights than who starts them are refused. A service of Swarm has no such property: there the
 * daemon's own setting `no-new-privileges` does it.
 */
export const noEscalation = resourceRule({
  name: "wl-02-no-privilege-escalation",
  group: "workloads",
  severity: "high",
  summary: "No process of a container can get more rights than the one that started it.",
  why: "A set-uid program in the image makes its user root again, whatever user the container was started as.",
  fix: `Set securityContext.allowPrivilegeEscalation: false on each container; on Docker put "no-new-privileges:true" into securityOpts.`,
  maps: [
    "PSS-restricted",
    "CKV_K8S_20",
    "KubeLinter-privilege-escalation-container",
    "CIS-EKS-4.2.5",
    "CIS-Docker-5.26",
  ],
  unknown: "cannot tell",
  bad: `new docker.Container("web", { image: image.imageId, user: "1000:1000" });`,
  good: `new docker.Container("web", { image: image.imageId, user: "1000:1000", securityOpts: ["no-new-privileges:true"] });`,
  types: [...podTypes, dockerContainer],
  check(resource, report) {
    for (const container of containersOf(resource).filter(({ starts }) => starts)) {
      if (container.platform === "kubernetes") {
        const value = at(container.spec, "securityContext", "allowPrivilegeEscalation");
        const path = inside(container, "securityContext.allowPrivilegeEscalation");
        report.must(path, value, (is) => is === false || is === "false", "is not false");
        continue;
      }
      const options = members(at(container.spec, "securityOpts"));
      const said = texts(options).filter((option) => /^no-new-privileges/.test(option));
      // Said twice, the last counts for the engine; here each must be right.
      if (said.length > 0 && said.every((option) => NO_NEW_PRIVILEGES.test(option))) continue;
      if (said.length > 0) {
        report.violation("securityOpts", "switch no-new-privileges off");
        continue;
      }
      report.must("securityOpts", options.find(isUnknown), () => false, "have no no-new-privileges:true");
    }
  },
});
