import { resourceRule } from "../../core/rule";
import { coreTypes, kindOf, podListTypes, podTypes } from "../../models/types";
import { allowed, isAllowed } from "./allowed";

/** What is wrong with each kind. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ...coreTypes("Pod", "ReplicationController").map(
    (type) => [type, "is a pod that no controller keeps"] as const,
  ),
  ...podTypes
    .filter((type) => kindOf(type) === "ReplicaSet")
    .map((type) => [type, "is a pod that no controller brings up to date"] as const),
  ...podListTypes.map((type) => [type, "is a list, into which no rule sees"] as const),
  ...[
    "kubernetes:helm.sh/v3:Release",
    "command:local:Command",
    "command:local:run",
    "command:remote:Command",
    "command:remote:CopyFile",
    "command:remote:CopyToRemote",
    "pulumi-nodejs:dynamic:Resource",
    "pulumi-python:dynamic:Resource",
    "docker:index/plugin:Plugin",
  ].map((type) => [type, "does what no rule sees"] as const),
]);

/** What the other rules cannot look into. */
export const noOpaqueKinds = resourceRule({
  name: "wl-14-no-opaque-kinds",
  group: "workloads",
  severity: "high",
  summary: "Workloads are of kinds that a controller keeps and that rules see into.",
  why: "A pod by itself stays away once its node is gone; a Helm Release, a command or a dynamic resource makes things that no policy ever looks at.",
  fix: "Use a Deployment, StatefulSet, DaemonSet or Job; for a chart use helm.v4.Chart, whose objects are resources; list in the option allowed what was reviewed.",
  maps: ["C-0073", "KubeLinter-dangling-pods", "Pulumi-pods-are-prohibited"],
  unknown: "present",
  options: allowed("Names of resources of such kinds that were reviewed."),
  bad: `new k8s.helm.v3.Release("web", { chart: "web" });`,
  good: `new k8s.helm.v4.Chart("web", { chart: "oci://registry.example/charts/web", version: "1.2.3" });`,
  types: [...KINDS.keys()],
  check(resource, report) {
    if (!isAllowed(report, resource))
      report.violation("", KINDS.get(resource.type) ?? "is of an opaque kind");
  },
});
