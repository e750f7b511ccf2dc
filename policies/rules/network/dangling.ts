import type { Resource } from "../../core/resource";
import { type Report, resourceRule, type Rule, stackRule } from "../../core/rule";
import { at, isMissing, isUnknown, items, text, type Value } from "../../core/value";
import { podOf } from "../../models/pods";
import {
  type Answer,
  every,
  hasLabels,
  sameNamespace,
  selects,
  selectsAll,
  some,
} from "../../models/selectors";
import { kindOf, podTypes, withPatch } from "../../models/types";
import { podReferences } from "./dangling-references";
import { Objects } from "./objects";

const serviceTypes = withPatch("kubernetes:core/v1:Service");
const budgetTypes = withPatch(
  "kubernetes:policy/v1:PodDisruptionBudget",
  "kubernetes:policy/v1beta1:PodDisruptionBudget",
);

const outside = { description: "names of resources whose other end is not of the stack", default: [] };

/** Services and disruption budgets of pods that are not there. */
const selectorsMatchPods = stackRule({
  name: "op-08-selector-matches-pods",
  group: "operations",
  severity: "medium",
  summary: "Every Service and every PodDisruptionBudget selects a pod.",
  why: "A Service that selects nothing answers nobody, and nothing says so: its clients wait and fail.",
  fix: "Make spec.selector match the labels of the pod's template, in the pod's namespace.",
  maps: ["KubeLinter-dangling-service", "KubeScore-service-targets-pod"],
  unknown: "cannot tell",
  bad: `new k8s.core.v1.Service("web", { metadata, spec: { selector: { app: "wbe" }, ports } }); // the pods say: web`,
  good: `new k8s.core.v1.Service("web", { metadata, spec: { selector: { app: "web" }, ports } });`,
  options: { outside },
  types: [...podTypes, ...serviceTypes, ...budgetTypes],
  check(stack, report) {
    const pods = stack.of(...podTypes).map(podOf);
    for (const resource of stack.of(...serviceTypes, ...budgetTypes)) {
      if (report.list("outside").includes(resource.name)) continue;
      const selector = at(resource.props, "spec", "selector");
      const budget = budgetTypes.includes(resource.type);
      // Without a selector a Service is an alias, or somebody else fills it.
      if (isMissing(selector) || (budget && selectsAll(selector) === true)) continue;
      const chosen = (labels: Value): Answer =>
        budget ? selects(selector, labels) : isUnknown(selector) ? selector : hasLabels(selector, labels);
      const found = some(
        pods.map((pod) => every([sameNamespace(resource, pod.resource), chosen(at(pod.metadata, "labels"))])),
      );
      told(found, "spec.selector", "selects no pod of the stack", report, resource);
    }
  },
});

/** Ingress of both versions: where the path to a backend is, and its Service's name. */
const ingressTypes = withPatch(
  ...["networking.k8s.io/v1", "networking.k8s.io/v1beta1", "extensions/v1beta1"].map(
    (version) => `kubernetes:${version}:Ingress`,
  ),
);

/** Ways in that lead nowhere. */
const ingressBackends = stackRule({
  name: "op-08-ingress-backend",
  group: "operations",
  severity: "medium",
  summary: "Every Ingress leads to Services that are there.",
  why: "A way in to a Service that is not there answers with errors, and only to the people who use it.",
  fix: "Name a Service of the Ingress's namespace in backend.service.name, or add the Service to the stack.",
  maps: ["KubeLinter-dangling-ingress", "KubeScore-ingress-targets-service"],
  unknown: "present",
  bad: `backend: { service: { name: "wbe", port: { number: 80 } } } // the Service is called: web`,
  good: `backend: { service: { name: "web", port: { number: 80 } } }`,
  options: { outside },
  types: [...ingressTypes, ...serviceTypes],
  check(stack, report) {
    const objects = new Objects(stack.of(...serviceTypes));
    for (const ingress of stack.of(...ingressTypes)) {
      if (report.list("outside").includes(ingress.name)) continue;
      for (const { path, name } of backendsOf(at(ingress.props, "spec")))
        objects.judge(ingress, "Service", path, name, report);
    }
  },
});

/** A place that names something. */
interface Named {
  readonly path: string;
  readonly name: Value;
}

function backendsOf(spec: Value): readonly Named[] {
  const paths = items(at(spec, "rules")).flatMap((rule, r) =>
    items(at(rule, "http", "paths")).flatMap((one, p) =>
      backend(at(one, "backend"), `spec.rules[${r}].http.paths[${p}].backend`),
    ),
  );
  const fallback = ["defaultBackend", "backend"].flatMap((key) => backend(at(spec, key), `spec.${key}`));
  return [...paths, ...fallback];
}

/** The Service's name, as the version of today has it and as older ones. */
const backend = (value: Value, path: string): readonly Named[] => [
  { path: `${path}.service.name`, name: at(value, "service", "name") },
  { path: `${path}.serviceName`, name: at(value, "serviceName") },
];

const autoscalerTypes = withPatch(
  ...["v1", "v2", "v2beta1", "v2beta2"].map(
    (version) => `kubernetes:autoscaling/${version}:HorizontalPodAutoscaler`,
  ),
);

/** Autoscalers of nothing. */
const autoscalerTargets = stackRule({
  name: "op-08-autoscaler-target",
  group: "operations",
  severity: "medium",
  summary: "Every autoscaler scales something that is there.",
  why: "An autoscaler whose target is called otherwise does nothing, and the load that it was made for is not met.",
  fix: "Make spec.scaleTargetRef name a Deployment or StatefulSet of the same namespace by its kind and name.",
  maps: ["KubeLinter-dangling-horizontalpodautoscaler", "KubeScore-horizontalpodautoscaler-has-target"],
  unknown: "present",
  bad: `spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "wbe" }, … } // it is called: web`,
  good: `spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" }, … }`,
  options: { outside },
  types: [...autoscalerTypes, ...podTypes],
  check(stack, report) {
    const objects = new Objects(stack.of(...podTypes));
    const kinds = new Set(podTypes.map(kindOf));
    for (const autoscaler of stack.of(...autoscalerTypes)) {
      const target = at(autoscaler.props, "spec", "scaleTargetRef");
      const kind = text(at(target, "kind"));
      // A kind of somebody else's, which no rule knows.
      if (kind === undefined || !kinds.has(kind) || report.list("outside").includes(autoscaler.name))
        continue;
      objects.judge(autoscaler, kind, "spec.scaleTargetRef.name", at(target, "name"), report);
    }
  },
});

/** Kinds that find their pods by a selector of their own. */
const selecting = podTypes.filter((type) =>
  ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController"].includes(kindOf(type)),
);

/** Kinds that do not find the pods that they make. */
const selectorMatchesTemplate = resourceRule({
  name: "op-08-selector-matches-template",
  group: "operations",
  severity: "medium",
  summary: "What makes pods selects the pods that it makes.",
  why: "The cluster refuses an object whose selector does not match its own pods, in the middle of a deployment.",
  fix: "Give spec.template.metadata.labels every label that spec.selector asks for.",
  maps: ["KubeLinter-mismatching-selector"],
  unknown: "cannot tell",
  bad: `spec: { selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "wbe" } }, … } }`,
  good: `spec: { selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } }, … } }`,
  types: selecting,
  check({ type, props }, report) {
    const selector = at(props, "spec", "selector");
    const template = at(props, "spec", "template");
    // A patch may leave out either of them.
    if (isMissing(selector) || isMissing(template)) return;
    const labels = at(template, "metadata", "labels");
    const plain = kindOf(type) === "ReplicationController" && !isUnknown(selector);
    const matches = plain ? hasLabels(selector, labels) : selects(selector, labels);
    told(matches, "spec.selector", "does not match the labels of spec.template", report);
  },
});

function told(answer: Answer, path: string, found: string, report: Report, of?: Resource): void {
  if (answer === false) report.violation(path, found, of);
  else if (answer !== true) report.cannotTell(path, of);
}

/** Names that lead nowhere. */
export const danglingRules: readonly Rule[] = [
  selectorsMatchPods,
  ingressBackends,
  autoscalerTargets,
  podReferences,
  selectorMatchesTemplate,
];
