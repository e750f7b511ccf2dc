import type { Props } from "../../base/value";
import { at, countAt, textAt } from "../manifest";
import { conditionOf, failed, isTrue, READY, saidBy, type Verdict, waiting } from "./verdict";

const UNSEEN = waiting("its controller has not looked at it yet");

/** True once the controller has taken note of the last change; before that its status is about the one before. */
function isObserved(object: Props): boolean {
  return countAt(object, "status", "observedGeneration") >= countAt(object, "metadata", "generation");
}

function replicasOf(object: Props): number {
  const wanted = at(object, "spec", "replicas");
  return typeof wanted === "number" ? wanted : 1;
}

/** Rolled out: every replica is of the new template, and as many are available as are asked for. */
export function deployment(object: Props): Verdict {
  if (!isObserved(object)) return UNSEEN;
  if (at(object, "spec", "paused") === true) return READY;
  const status = (key: string) => countAt(object, "status", key);
  const wanted = replicasOf(object);
  const progressing = conditionOf(object, "Progressing");
  if (textAt(progressing, "reason") === "ProgressDeadlineExceeded") return failed(saidBy(progressing));
  const refused = conditionOf(object, "ReplicaFailure");
  if (refused && isTrue(object, "ReplicaFailure")) {
    const why = saidBy(refused);
    // The namespace lets no such pod in, now or later.
    if (why.includes("violates PodSecurity")) return failed(why);
    return status("availableReplicas") === 0 ? { kind: "stuck", why } : waiting(why);
  }
  const [updated, available] = [status("updatedReplicas"), status("availableReplicas")];
  if (updated < wanted) return waiting(`${updated} of ${wanted} replicas are of the new template`);
  if (status("replicas") > updated)
    return waiting(`${status("replicas") - updated} old replicas have to end`);
  if (available < updated) return waiting(`${available} of ${wanted} replicas are available`);
  return READY;
}

/** Every replica is ready and of the new revision, as far as its update strategy replaces pods by itself. */
export function statefulSet(object: Props): Verdict {
  if (!isObserved(object)) return UNSEEN;
  const status = (key: string) => countAt(object, "status", key);
  const wanted = replicasOf(object);
  const ready = status("readyReplicas");
  if (ready < wanted) return waiting(`${ready} of ${wanted} replicas are ready`);
  if (status("replicas") > wanted)
    return waiting(`${status("replicas") - wanted} replicas too many have to end`);
  const strategy = at(object, "spec", "updateStrategy");
  if (textAt(strategy, "type") === "OnDelete") return READY;
  const partition = countAt(strategy, "rollingUpdate", "partition");
  const updated = status("updatedReplicas");
  if (partition > 0) {
    const due = Math.max(wanted - partition, 0);
    return updated >= due ? READY : waiting(`${updated} of ${due} replicas are of the new revision`);
  }
  const isDone = textAt(object, "status", "updateRevision") === textAt(object, "status", "currentRevision");
  return isDone ? READY : waiting(`${updated} of ${wanted} replicas are of the new revision`);
}

/** On every node that is meant there is a new, available pod. */
export function daemonSet(object: Props): Verdict {
  if (!isObserved(object)) return UNSEEN;
  const status = (key: string) => countAt(object, "status", key);
  const wanted = status("desiredNumberScheduled");
  const [updated, available] = [status("updatedNumberScheduled"), status("numberAvailable")];
  if (updated < wanted) return waiting(`on ${updated} of ${wanted} nodes its pods are new`);
  return available < wanted ? waiting(`on ${available} of ${wanted} nodes its pods are available`) : READY;
}

/** As many replicas are available as are asked for. */
export function replicationController(object: Props): Verdict {
  const [wanted, available] = [replicasOf(object), countAt(object, "status", "availableReplicas")];
  return isObserved(object) && available >= wanted
    ? READY
    : waiting(`${available} of ${wanted} replicas are available`);
}

/** Run to completion; a job that has failed for good is a failure, with its reason. */
export function job(object: Props): Verdict {
  if (at(object, "spec", "suspend") === true || isTrue(object, "Complete")) return READY;
  if (isTrue(object, "Failed")) return failed(saidBy(conditionOf(object, "Failed")));
  const status = (key: string) => countAt(object, "status", key);
  return waiting(
    `${status("active")} pods run, ${status("succeeded")} succeeded, ${status("failed")} failed`,
  );
}

/** Ready, or ended well. */
export function pod(object: Props): Verdict {
  const phase = textAt(object, "status", "phase");
  if (phase === "Succeeded" || isTrue(object, "Ready")) return READY;
  if (phase === "Failed") return failed(saidBy(propsOfStatus(object)) || "its containers failed");
  const unscheduled = conditionOf(object, "PodScheduled");
  if (unscheduled && !isTrue(object, "PodScheduled")) return waiting(saidBy(unscheduled));
  return waiting(saidBy(conditionOf(object, "Ready")) || "it has not started");
}

function propsOfStatus(object: Props): Props | undefined {
  const [reason, message] = [textAt(object, "status", "reason"), textAt(object, "status", "message")];
  return reason || message ? { reason: reason ?? null, message: message ?? null } : undefined;
}
