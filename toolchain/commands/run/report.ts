import { z } from "zod";
import { LABEL } from "../../../components/platforms/docker/names";
import { duration } from "../../terminal";
import { withoutColors } from "../stack/explain";
import { DOCKER, labelsOf } from "../stack/state";
import { type Diagnostic, nameIn, parseEvent, type StepMetadata } from "./events";
import { ENDINGS, ownWords, withoutStack } from "./messages";

/** A workload on a cluster, as kubectl names it. */
export interface ClusterObject {
  readonly kind: "daemonset" | "deployment" | "job" | "statefulset";
  readonly namespace: string;
  readonly name: string;
}

/** A resource that failed, in words. */
export interface Failure {
  readonly what: string;
  /** Present where it is a workload on a cluster. */
  readonly object?: ClusterObject;
  /** Service or job, where the resource is its container. */
  readonly container: string | undefined;
  readonly message: string;
}

/** A step that is under way. */
interface Active {
  /** Service or job; other resources come in dozens and are only counted. */
  readonly label: string | undefined;
  readonly kind: string;
  readonly since: number;
  detail: string;
}

/** Steps that change nothing, or that are only the bookkeeping half of another one. */
const UNTOLD = new Set([
  "same",
  "read",
  "refresh",
  "discard",
  "discard-replaced",
  "remove-pending-replace",
  "replace",
  "import",
]);

const WORKLOADS: Readonly<Record<string, ClusterObject["kind"]>> = {
  "kubernetes:apps/v1:DaemonSet": "daemonset",
  "kubernetes:apps/v1:Deployment": "deployment",
  "kubernetes:apps/v1:StatefulSet": "statefulset",
  "kubernetes:batch/v1:Job": "job",
};

/** How a resource that is no container is called in a failure. */
const KINDS: Readonly<Record<string, string>> = {
  [DOCKER.container]: "container",
  [DOCKER.network]: "network",
  [DOCKER.volume]: "volume",
  "docker:index/remoteImage:RemoteImage": "image",
  "pulumi:pulumi:Stack": "stack",
  ...WORKLOADS,
};

/** Follows a run of Pulumi by its events: what is under way, what is done, what failed. */
export class RunReport {
  private readonly active = new Map<string, Active>();
  private readonly steps = new Map<string, StepMetadata>();
  private readonly errors: { readonly urn: string; readonly message: string }[] = [];
  private readonly changes = { created: 0, updated: 0, replaced: 0, deleted: 0 };
  private unchanged = 0;
  private done = 0;

  constructor(
    private readonly say: (line: string) => void,
    private readonly note: (line: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Takes one line of the run's output. */
  line(text: string): void {
    const event = parseEvent(text);
    if (event === undefined) return;
    if (event.resourcePreEvent !== undefined) this.begin(event.resourcePreEvent.metadata);
    if (event.resOutputsEvent !== undefined) this.end(event.resOutputsEvent.metadata);
    if (event.resOpFailedEvent !== undefined) this.fail(event.resOpFailedEvent.metadata);
    if (event.diagnosticEvent !== undefined) this.diagnose(event.diagnosticEvent);
    this.unchanged = event.summaryEvent?.resourceChanges?.["same"] ?? this.unchanged;
  }

  /** What has changed, in a line. */
  summary(): string {
    const parts = Object.entries(this.changes).filter(([, count]) => count > 0);
    const changed = parts.map(([kind, count]) => `${count} ${kind}`).join(", ") || "no changes";
    return `${changed}, ${this.unchanged} unchanged`;
  }

  /** What failed, each with the message that the provider or the program gave. */
  failures(): Failure[] {
    const found = this.errors.filter(({ message }) => !ENDINGS.has(message));
    return found.map(({ urn, message }) => {
      const step = this.steps.get(urn);
      const object = step === undefined ? undefined : objectOf(step);
      return {
        ...(object === undefined ? {} : { object }),
        what: step === undefined ? describeUrn(urn) : describe(step),
        container: step === undefined ? undefined : containerOf(step),
        message: ownWords(message),
      };
    });
  }

  private begin(step: StepMetadata): void {
    this.steps.set(step.urn, step);
    if (UNTOLD.has(step.op)) return;
    const kind = KINDS[step.type] ?? "resource";
    this.active.set(step.urn, { label: containerOf(step), kind, since: this.now(), detail: "" });
    this.tell();
  }

  private end(step: StepMetadata): void {
    if (UNTOLD.has(step.op)) return;
    const started = this.active.get(step.urn);
    this.active.delete(step.urn);
    this.done += 1;
    this.count(step.op);
    const container = containerOf(step);
    if (container !== undefined) {
      const elapsed = started === undefined ? "" : ` ${duration(this.now() - started.since)}`;
      this.note(`${container} ${outcome(step)}${elapsed}`);
    }
    this.tell();
  }

  private fail(step: StepMetadata): void {
    this.active.delete(step.urn);
    this.tell();
  }

  private diagnose({ urn = "", message, severity, ephemeral }: Diagnostic): void {
    const text = withoutColors(message).trim();
    if (text === "" || severity === "debug") return;
    const step = this.active.get(urn);
    if (ephemeral === true) {
      // What a provider is waiting for just now: of no interest a moment later.
      if (step !== undefined) step.detail = text;
      this.tell();
    } else if (severity === "error") {
      this.errors.push({ urn, message: withoutStack(text) });
    } else {
      this.note(text);
    }
  }

  private count(op: string): void {
    if (op === "create") this.changes.created += 1;
    if (op === "update") this.changes.updated += 1;
    if (op === "create-replacement") this.changes.replaced += 1;
    if (op === "delete") this.changes.deleted += 1;
  }

  private tell(): void {
    const now = this.now();
    const crowd = new Map<string, number>();
    const containers: string[] = [];
    for (const { label, kind, since, detail } of this.active.values()) {
      if (label === undefined) crowd.set(kind, (crowd.get(kind) ?? 0) + 1);
      else containers.push(`${label} ${Math.round((now - since) / 1000)}s${detail && ` (${detail})`}`);
    }
    const others = [...crowd].map(([kind, count]) => (count === 1 ? kind : `${count} ${kind}s`));
    this.say([`${this.done} done`, ...containers, ...others].join(" · "));
  }
}

/** The service or job whose container the step is about. */
function containerOf(step: StepMetadata): string | undefined {
  if (step.type !== DOCKER.container) return undefined;
  const labels = labelsOf(step.new?.inputs ?? step.old?.inputs ?? undefined);
  // A container that only carries files is nothing to wait for.
  if (labels[LABEL.files] !== undefined) return undefined;
  return labels[LABEL.service] ?? labels[LABEL.job] ?? nameIn(step.urn);
}

/** The workload on a cluster that the step is about. */
function objectOf({ type, new: after, old: before }: StepMetadata): ClusterObject | undefined {
  const kind = WORKLOADS[type];
  const metadata = z
    .object({ metadata: z.object({ name: z.string(), namespace: z.string() }) })
    .safeParse(after?.inputs ?? before?.inputs);
  return kind === undefined || !metadata.success ? undefined : { kind, ...metadata.data.metadata };
}

function outcome(step: StepMetadata): string {
  if (step.op === "delete" || step.op === "delete-replaced") return "removed";
  const labels = labelsOf(step.new?.inputs ?? undefined);
  if (labels[LABEL.job] !== undefined)
    return (step.new?.outputs?.["exitCode"] ?? 0) === 0 ? "done" : "failed";
  return step.op === "update" ? "updated" : "ready";
}

const describe = (step: StepMetadata): string => `${KINDS[step.type] ?? "resource"} ${nameIn(step.urn)}`;

function describeUrn(urn: string): string {
  if (urn === "" || urn.includes("::pulumi:pulumi:Stack::")) return "the program";
  return `resource ${nameIn(urn)}`;
}
