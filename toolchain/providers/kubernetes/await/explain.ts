import { isProps, type Props } from "../../base/value";
import { listAt, propsAt, textAt } from "../manifest";
import { conditionOf, isTrue, type Look, saidBy } from "./verdict";

const MOST_PODS = 3;
const MOST_EVENTS = 5;
const POD = { apiVersion: "v1", kind: "Pod" };
const EVENT = { apiVersion: "v1", kind: "Event" };
/** On its way, so no trouble. */
const CALM = new Set(["ContainerCreating", "PodInitializing", "Completed"]);

/** Why an object is not ready: its conditions, the troubles of its pods, the cluster's warnings about them. */
export async function explain(object: Props, look: Look): Promise<string[]> {
  const pods = await podsOf(object, look);
  const troubled = pods.filter(
    (pod) => !isTrue(pod, "Ready") && textAt(pod, "status", "phase") !== "Succeeded",
  );
  const shown = troubled.slice(0, MOST_PODS);
  const events = await Promise.all([object, ...shown].map((each) => warningsAbout(each, look)));
  return [
    ...conditionsOf(object),
    ...shown.flatMap(podTroubles),
    ...(troubled.length > shown.length ? [`and ${troubled.length - shown.length} more pods`] : []),
    ...events.flat(),
  ];
}

/** The pods that a workload's selector takes in; for a pod, itself. */
export async function podsOf(object: Props, look: Look): Promise<Props[]> {
  if (object["kind"] === "Pod") return [object];
  const selector = propsAt(object, "spec", "selector");
  const labels = isProps(selector["matchLabels"]) ? selector["matchLabels"] : {};
  const terms = Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`);
  if (terms.length === 0) return [];
  return look.list(POD, textAt(object, "metadata", "namespace"), { labelSelector: terms.join() });
}

function conditionsOf(object: Props): string[] {
  return listAt(object, "status", "conditions")
    .filter(({ type, status }) => (status === "False") !== /Failure$|^Failed$/.test(String(type)))
    .map(
      (condition) => `${String(condition["type"])} is ${String(condition["status"])}: ${saidBy(condition)}`,
    );
}

/** What keeps a pod from being ready, one line per container. */
export function podTroubles(pod: Props): string[] {
  const name = `pod ${textAt(pod, "metadata", "name") ?? ""}`;
  const scheduled = conditionOf(pod, "PodScheduled");
  const unscheduled =
    scheduled && !isTrue(pod, "PodScheduled") ? [`${name} is not scheduled: ${saidBy(scheduled)}`] : [];
  const statuses = [
    ...listAt(pod, "status", "initContainerStatuses"),
    ...listAt(pod, "status", "containerStatuses"),
  ];
  const containers = statuses.flatMap((status) => {
    const container = `${name}, container ${String(status["name"])}`;
    const now = propsAt(status, "state", "waiting");
    const last = propsAt(status, "lastState", "terminated");
    const ended = propsAt(status, "state", "terminated");
    const code = ended["exitCode"] ?? last["exitCode"];
    const exit = typeof code === "number" && code !== 0 ? [`exited with ${code}`, saidBy(last)] : [];
    const waits = typeof now["reason"] === "string" && !CALM.has(now["reason"]) ? [saidBy(now)] : [];
    const said = [...waits, ...exit].filter(Boolean);
    return said.length > 0 ? [`${container}: ${said.join("; ")}`] : [];
  });
  return [...unscheduled, ...containers];
}

async function warningsAbout(object: Props, look: Look): Promise<string[]> {
  const uid = textAt(object, "metadata", "uid");
  if (uid === undefined) return [];
  const events = await look.list(EVENT, textAt(object, "metadata", "namespace") ?? "default", {
    fieldSelector: `involvedObject.uid=${uid},type=Warning`,
  });
  const name = `${String(object["kind"] ?? "Pod")} ${textAt(object, "metadata", "name") ?? ""}`;
  return [...new Set(events.map((event) => `event of ${name}: ${saidBy(event)}`))].slice(-MOST_EVENTS);
}
