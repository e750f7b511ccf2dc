import { type Report, resourceRule } from "../../core/rule";
import { at, isUnknown, text, type Value } from "../../core/value";
import { type ContainerLike, containersOf, inside, members } from "../../models/containers";
import { workloadTypes } from "../../models/types";
import { allowed } from "./allowed";

/** Where each platform writes capabilities. */
const KEYS: Readonly<Record<ContainerLike["platform"], { drop: readonly string[]; add: readonly string[] }>> =
  {
    kubernetes: {
      drop: ["securityContext", "capabilities", "drop"],
      add: ["securityContext", "capabilities", "add"],
    },
    docker: { drop: ["capabilities", "drops"], add: ["capabilities", "adds"] },
    swarm: { drop: ["capDrops"], add: ["capAdds"] },
  };

const nameOf = (capability: Value): string => (text(capability) ?? "").toUpperCase().replace(/^CAP_/, "");

/** Root's rights, one by one. */
export const fewCapabilities = resourceRule({
  name: "wl-04-few-capabilities",
  group: "workloads",
  severity: "high",
  summary: "Containers drop all capabilities and add none but NET_BIND_SERVICE.",
  why: "Docker and Kubernetes leave a container fourteen of root's rights, such as writing any file and forging packets; hardly a service needs one.",
  fix: `Set capabilities: { drop: ["ALL"] } in securityContext (drops on Docker), and list in the option allowed what a container needs besides.`,
  maps: [
    "PSS-restricted",
    "CKV_K8S_37",
    "CKV_K8S_28",
    "CKV_K8S_25",
    "CKV_K8S_39",
    "KubeLinter-drop-net-raw-capability",
    "CIS-Docker-5.4",
  ],
  unknown: "violation",
  options: allowed("Further capabilities, as resource=CAPABILITY, such as backup=DAC_READ_SEARCH."),
  bad: `new docker.Container("web", { image: image.imageId, capabilities: { adds: ["SYS_ADMIN"] } });`,
  good: `new docker.Container("web", { image: image.imageId, capabilities: { drops: ["ALL"], adds: ["NET_BIND_SERVICE"] } });`,
  types: workloadTypes,
  check(resource, report) {
    const own = report.list("allowed").filter((entry) => entry.startsWith(`${resource.name}=`));
    const fine = new Set([
      "NET_BIND_SERVICE",
      ...own.map((entry) => nameOf(entry.slice(resource.name.length + 1))),
    ]);
    for (const container of containersOf(resource).filter(({ starts }) => starts)) {
      judgeDrops(container, report);
      const { add } = KEYS[container.platform];
      members(at(container.spec, ...add)).forEach((capability, index) =>
        report.must(
          inside(container, `${add.join(".")}[${index}]`),
          capability,
          (known) => fine.has(nameOf(known)),
          "is a capability beyond NET_BIND_SERVICE",
        ),
      );
    }
  },
});

function judgeDrops(container: ContainerLike, report: Report): void {
  const { drop } = KEYS[container.platform];
  const dropped = members(at(container.spec, ...drop));
  if (dropped.some((one) => nameOf(one) === "ALL")) return;
  report.must(inside(container, drop.join(".")), dropped.find(isUnknown), () => false, "does not hold ALL");
}
