import type { Resource } from "../core/resource";
import { at, isUnknown, items, text, UNKNOWN, type Value } from "../core/value";
import { kindOf } from "./types";

/** A pod, whichever kind holds it. */
export interface PodLike {
  readonly resource: Resource;
  /** Where its spec is: `spec.template.spec`. */
  readonly path: string;
  readonly spec: Value;
  /** Labels and annotations of the pod, which need not be those of the kind that holds it. */
  readonly metadata: Value;
  readonly namespace: Value;
  /** Whether it runs until somebody ends it. */
  readonly longRunning: boolean;
}

/** The path from a kind to its pod. */
function wayTo(kind: string): readonly string[] {
  if (kind === "Pod") return [];
  if (kind === "PodTemplate") return ["template"];
  return kind === "CronJob" ? ["spec", "jobTemplate", "spec", "template"] : ["spec", "template"];
}

/** The pod of a Kubernetes resource of one of `podTypes`. */
export function podOf(resource: Resource): PodLike {
  const kind = kindOf(resource.type);
  const way = wayTo(kind);
  const policy = text(at(resource.props, ...way, "spec", "restartPolicy"));
  return {
    resource,
    path: [...way, "spec"].join("."),
    spec: at(resource.props, ...way, "spec"),
    metadata: at(resource.props, ...way, "metadata"),
    namespace: at(resource.props, "metadata", "namespace"),
    longRunning: kind !== "Job" && kind !== "CronJob" && policy !== "Never" && policy !== "OnFailure",
  };
}

/** A container of a pod with the path to it; by its name where it has one, as an index says little to a reader. */
export interface PodContainer {
  readonly path: string;
  readonly container: Value;
  readonly role: "containers" | "initContainers" | "ephemeralContainers";
}

/** A list in a pod. Where nobody knows it yet it counts as one container of which nothing is known, so that no rule takes it for none. */
function membersOf(spec: Value, role: PodContainer["role"]): readonly Value[] {
  const list = at(spec, role);
  if (isUnknown(spec)) return role === "containers" ? [UNKNOWN] : [];
  return isUnknown(list) ? [UNKNOWN] : items(list);
}

/** Every container of a pod: those that prepare it and those for debugging have the same rights. */
export function podContainers({ path, spec }: PodLike): readonly PodContainer[] {
  const roles = ["containers", "initContainers", "ephemeralContainers"] as const;
  return roles.flatMap((role) =>
    membersOf(spec, role).map((container, index) => {
      const name = at(container, "name");
      return {
        path: `${path}.${role}[${typeof name === "string" ? name : index}]`,
        container,
        role,
      };
    }),
  );
}
