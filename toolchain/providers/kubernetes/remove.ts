import { setTimeout as sleep } from "node:timers/promises";
import type { Olds, OperationContext } from "../base/resource";
import type { Props } from "../base/value";
import type { Cluster, Place } from "./api/cluster";
import { ApiError } from "./api/errors";
import { saidBy } from "./await/verdict";
import { annotation, ANNOTATIONS, at, idOf, isAnnotated, listAt, textAt } from "./manifest";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1500;
/** Whose end is not waited for under `skipAwait`, as with the official provider; of other kinds it always is. */
const SKIPPING = [
  "DaemonSet",
  "Deployment",
  "Job",
  "Namespace",
  "Pod",
  "ReplicationController",
  "StatefulSet",
];

/** Asks for the object's end, dependents first unless its annotation says otherwise. False when nothing is there. */
export async function removed(cluster: Cluster, place: Place, inputs: Props, signal: AbortSignal) {
  const wish = annotation(inputs, ANNOTATIONS.deletionPropagation)?.toLowerCase();
  const policy = wish === "orphan" ? "Orphan" : wish === "background" ? "Background" : "Foreground";
  try {
    return await cluster.remove(place, policy, signal);
  } catch (error) {
    // A namespace that is being emptied already says so with a conflict.
    if (error instanceof ApiError && error.code === 409) return true;
    throw error;
  }
}

/** Waits until the object, or the one that had its uid, is gone. */
export async function untilGone(
  cluster: Cluster,
  place: Place,
  { inputs, state }: Olds,
  { signal, log }: Pick<OperationContext, "signal" | "log">,
): Promise<void> {
  if (isAnnotated(inputs, ANNOTATIONS.skipAwait) && SKIPPING.includes(place.kind.kind)) return;
  let said = "";
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.4, LONGEST_PAUSE_MS)) {
    try {
      const live = await cluster.get(place, signal);
      if (live === undefined || textAt(live, "metadata", "uid") !== uidOf(state, live)) return;
      const why = whatHolds(live);
      if (why !== said) log(why);
      said = why;
      await sleep(pause, undefined, { signal });
    } catch (error) {
      if (!signal.aborted || said === "") throw error;
      const id = idOf(place.namespace, place.name);
      throw new Error(`${place.kind.kind} ${id} is still there: ${said}`, { cause: error });
    }
  }
}

function uidOf(state: Props, live: Props): string | undefined {
  return textAt(state, "metadata", "uid") ?? textAt(live, "metadata", "uid");
}

function whatHolds(live: Props): string {
  const conditions = listAt(live, "status", "conditions").filter(
    ({ type, status }) => /Remaining$|Failure$/.test(String(type)) && status === "True",
  );
  const finalizers = [at(live, "metadata", "finalizers"), at(live, "spec", "finalizers")].flat();
  const names = finalizers.filter((each) => typeof each === "string");
  const held = names.length > 0 ? [`finalizers: ${names.join(", ")}`] : [];
  return ["waits for its end", ...held, ...conditions.map(saidBy)].join("; ");
}
