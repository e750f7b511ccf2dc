import { resourceRule } from "../../core/rule";
import { at, isMissing, isTrue, isUnknown, text, type Value } from "../../core/value";
import { type ContainerLike, containersOf, inside } from "../../models/containers";
import { workloadTypes } from "../../models/types";
import { allowed, isAllowed } from "./allowed";

/** Users 0 and root, however they are spelt; Docker allows a group after a colon. */
const isRoot = (value: Value): boolean => /^\s*(root|[+-]?0+|0x0+)\s*(:.*)?$/i.test(text(value) ?? "");

/** What a pod says of all its containers holds for those that do not say otherwise. */
export function securitySetting(
  container: ContainerLike,
  ...key: readonly string[]
): { path: string; value: Value } {
  const own = at(container.spec, "securityContext", ...key);
  if (own !== undefined && own !== null)
    return { path: inside(container, ["securityContext", ...key].join(".")), value: own };
  const { pod } = container;
  return {
    path: [pod?.path ?? "", "securityContext", ...key].join("."),
    value: at(pod?.spec, "securityContext", ...key),
  };
}

/** Nothing runs as root. */
export const nonRoot = resourceRule({
  name: "wl-03-non-root",
  group: "workloads",
  severity: "high",
  summary: "Every container runs as a user that is not root, and says so.",
  why: "Root in a container is root of whatever it gets out to: a mounted folder, a socket, the machine after a fault of the kernel.",
  fix: `Set securityContext.runAsNonRoot: true with a runAsUser above 0; on Docker set user, such as "10001:10001".`,
  maps: [
    "PSS-restricted",
    "CKV_K8S_23",
    "CKV_K8S_40",
    "KubeLinter-run-as-non-root",
    "Polaris-runAsRootAllowed",
    "CIS-Docker-4.1",
  ],
  unknown: "cannot tell",
  options: allowed(
    "Names of resources whose containers may be root, such as an agent that reads the machine's logs.",
  ),
  bad: `new docker.Container("web", { image: image.imageId });`,
  good: `new docker.Container("web", { image: image.imageId, user: "10001:10001" });`,
  types: workloadTypes,
  check(resource, report) {
    if (isAllowed(report, resource)) return;
    for (const container of containersOf(resource).filter(({ starts }) => starts)) {
      if (container.platform !== "kubernetes") {
        const user = at(container.spec, "user");
        const found = isMissing(user)
          ? "is missing: the image's user is root unless it says otherwise"
          : "is root";
        report.must(inside(container, "user"), user, (is) => !isMissing(is) && !isRoot(is), found);
        continue;
      }
      const promise = securitySetting(container, "runAsNonRoot");
      report.must(promise.path, promise.value, isTrue, "is not true");
      const user = securitySetting(container, "runAsUser");
      // The kubelet refuses a root that is not known yet, where it has been told to.
      if (!isUnknown(user.value)) report.must(user.path, user.value, (is) => !isRoot(is), "is root");
    }
  },
});
