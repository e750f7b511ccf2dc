import { resourceRule } from "../../core/rule";
import { at, isUnknown, items, type Value } from "../../core/value";
import { containersOf, inside, isOff } from "../../models/containers";
import { podOf } from "../../models/pods";
import { dockerService, podTypes, workloadTypes } from "../../models/types";
import { allowed, isAllowed } from "./allowed";

const isNotHost = (is: Value): boolean => is !== "host";

/** Another container's are as little its own as the machine's. */
const isOwn = (is: Value): boolean =>
  is !== "host" && !(typeof is === "string" && is.startsWith("container:"));

/** Own network, own processes, own memory. */
export const ownNamespaces = resourceRule({
  name: "wl-07-own-namespaces",
  group: "workloads",
  severity: "critical",
  summary:
    "No container shares the network, processes, memory or users of the machine or of another container.",
  why: "In the machine's network it passes every network policy and reaches what listens on localhost; among its processes it reads their secrets.",
  fix: "Leave hostNetwork, hostPID, hostIPC out; on Docker leave networkMode, pidMode, ipcMode, usernsMode and cgroupnsMode at something else than host.",
  maps: [
    "PSS-baseline",
    "CKV_K8S_17",
    "CKV_K8S_18",
    "CKV_K8S_19",
    "CIS-EKS-4.2.2",
    "CIS-EKS-4.2.3",
    "CIS-EKS-4.2.4",
    "CIS-Docker-5.10",
    "CIS-Docker-5.16",
    "CIS-Docker-5.17",
    "CIS-Docker-5.31",
  ],
  unknown: "violation",
  options: allowed("What may be shared, as resource=property, such as node-exporter=hostPID."),
  bad: `new docker.Container("web", { image: image.imageId, networkMode: "host" });`,
  good: `new docker.Container("web", { image: image.imageId, networksAdvanced: [{ name: network.id }] });`,
  types: workloadTypes,
  check(resource, report) {
    const judge = (path: string, key: string, value: Value, passes: (known: Value) => boolean) => {
      if (!isAllowed(report, resource, key))
        report.must(path, value, passes, "is that of the machine or of another container");
    };
    if (podTypes.includes(resource.type)) {
      const { path, spec } = podOf(resource);
      for (const key of ["hostNetwork", "hostPID", "hostIPC"])
        judge(`${path}.${key}`, key, at(spec, key), isOff);
      return;
    }
    const swarm = resource.type === dockerService;
    const networks = swarm ? ["taskSpec", "networksAdvanceds"] : ["networksAdvanced"];
    // A network is named by the id of another resource, as a rule; that is none of the machine's.
    items(at(resource.props, ...networks)).forEach((network, index) => {
      const name = at(network, "name");
      if (!isUnknown(name)) judge(`${networks.join(".")}[${index}].name`, "network", name, isNotHost);
    });
    for (const container of containersOf(resource).filter(({ platform }) => platform === "docker"))
      for (const key of ["networkMode", "pidMode", "ipcMode", "usernsMode", "cgroupnsMode"])
        judge(inside(container, key), key, at(container.spec, key), isOwn);
  },
});
