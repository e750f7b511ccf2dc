import { z } from "zod";
import { withoutColors } from "../commands/stack/explain";
import { nameIn } from "../commands/run/events";
import { ENDINGS, ownWords } from "../commands/run/messages";
import { parseResult, type PolicyResult, sorted } from "../policies/results";
import { isReplacedBy } from "./data-replaced";
import { groupOf } from "./groups";
import type { Change, Operation, Preview, Resource } from "./model";
import { diffSchema, propertyChanges } from "./properties";
import { propertiesOf, rawSchema, resourceOf } from "./resources";

/** Arguments of Pulumi for a preview that `buildPreview` reads: whole, also where something protected would go. */
export const PREVIEW_ARGS = ["preview", "--json", "--ignore-protect"] as const;
/** And its environment. */
export const PREVIEW_ENV = { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" } as const;

const stepSchema = z.looseObject({
  op: z.string(),
  urn: z.string(),
  old: rawSchema.nullish(),
  new: rawSchema.nullish(),
  keys: z.array(z.string()).nullish(),
  detailedDiff: diffSchema.nullish(),
});
type Step = z.infer<typeof stepSchema>;

const eventSchema = z.looseObject({
  resourcePreEvent: z.looseObject({ metadata: stepSchema }).optional(),
  resOutputsEvent: z.looseObject({ metadata: stepSchema }).optional(),
  diagnosticEvent: z
    .looseObject({
      urn: z.string().optional(),
      message: z.string(),
      severity: z.string(),
      ephemeral: z.boolean().optional(),
    })
    .optional(),
});

/** What the engine calls the steps that count; the others are bookkeeping, or only look. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  create: "create",
  import: "create",
  update: "update",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  "import-replacement": "replace",
  delete: "delete",
};

/** All steps at one resource, as one. */
interface Node {
  readonly urn: string;
  operation: Operation | undefined;
  before: Step["old"];
  after: Step["new"];
  /** The step that tells the difference. */
  diff: Step | undefined;
}

const STACK = "pulumi:pulumi:Stack";
type Message = Preview["messages"][number];

/**
 * Turns the engine's events of a preview into what a review is made of.
 * @param lines what `pulumi preview` with `PREVIEW_ARGS` and `PREVIEW_ENV` has printed
 */
export function buildPreview(
  lines: readonly string[],
  about: Pick<Preview, "stack" | "against" | "seconds">,
): Preview {
  const nodes = new Map<string, Node>();
  const messages = new Map<string, Message>();
  const policies: PolicyResult[] = [];
  let outputs: Preview["outputs"] = { before: undefined, after: undefined };
  for (const line of lines) {
    const event = parseLine(line);
    const { resourcePreEvent: pre, resOutputsEvent: out, diagnosticEvent: told } = event ?? {};
    if (pre !== undefined) take(nodes, pre.metadata);
    if (out?.metadata.new?.type === STACK) outputs = outputsOf(out.metadata);
    const message = told === undefined ? undefined : messageOf(told);
    if (message !== undefined) messages.set(message.text, message);
    const result = parseResult(line);
    if (result !== undefined) policies.push(result);
  }
  const before = [...nodes.values()].flatMap(({ before: raw, urn }) => (raw ? [resourceOf(raw, urn)] : []));
  const after = [...nodes.values()].flatMap(({ after: raw, urn }) => (raw ? [resourceOf(raw, urn)] : []));
  const all = new Map([...before, ...after].map((resource) => [resource.urn, resource]));
  const real = [...nodes.values()].filter((node) => (node.after ?? node.before)?.custom === true);
  const failed = [...messages.values()].some(({ severity }) => severity === "error");
  return {
    ...about,
    before: before.sort(byUrn),
    after: after.sort(byUrn),
    outputs: failed ? { ...outputs, after: undefined } : outputs,
    changes: real.flatMap((node) => changeOf(node, all)).sort(worstFirst),
    same: real.filter(({ operation }) => operation === undefined).length,
    policies: sorted(policies),
    messages: [...messages.values()].sort(
      (a, b) => compare(a.severity, b.severity) || compare(a.text, b.text),
    ),
  };
}

function parseLine(line: string): z.infer<typeof eventSchema> | undefined {
  // Two lines of three are for who debugs the engine.
  if (!line.startsWith("{") || line.includes('"severity":"debug"')) return undefined;
  const event = eventSchema.safeParse(JSON.parse(line));
  return event.success ? event.data : undefined;
}

/** Adds a step to what is known of its resource. A replacement comes as three steps, in no fixed order. */
function take(nodes: Map<string, Node>, step: Step): void {
  const operation = OPERATIONS[step.op];
  const node = nodes.get(step.urn) ?? {
    urn: step.urn,
    operation: undefined,
    before: undefined,
    after: undefined,
    diff: undefined,
  };
  nodes.set(step.urn, node);
  // What a replacement has left behind is deleted later, beside whatever else happens at its URN.
  const other = node.operation !== undefined && operation !== undefined && node.operation !== operation;
  node.operation = other ? "replace" : (operation ?? node.operation);
  node.before = step.new ? (step.old ?? node.before) : (node.before ?? step.old);
  node.after = step.new ?? node.after;
  if (step.new && step.old && !node.diff?.detailedDiff) node.diff = step;
}

/** The change at a resource. Components are not told: they are nothing by themselves. */
function changeOf(node: Node, all: ReadonlyMap<string, Resource>): Change[] {
  const resource = all.get(node.urn);
  if (node.operation === undefined || resource === undefined) return [];
  const { before, after, diff } = node;
  const properties =
    before && after
      ? propertyChanges({
          inputs: { before: propertiesOf(before.inputs), after: propertiesOf(after.inputs) },
          outputs: propertiesOf(before.outputs),
          detailed: diff?.detailedDiff ?? {},
          keys: diff?.keys ?? [],
        })
      : [];
  const told = properties.map((property) =>
    node.operation === "update" && isReplacedBy(resource.type, property.path)
      ? { ...property, replaces: true }
      : property,
  );
  const replaced = node.operation === "update" && told.some(({ replaces }) => replaces);
  const leftBehind = node.operation === "delete" && after;
  const operation = replaced || leftBehind ? "replace" : node.operation;
  return [{ operation, resource, group: groupOf(resource, all), properties: told }];
}

/** Outputs of the stack. The first event of a new stack tells none yet; a later one does. */
const outputsOf = ({ op, old: before, new: after }: Step): Preview["outputs"] => ({
  before: op === "create" ? undefined : propertiesOf(before?.outputs),
  after: propertiesOf(after?.outputs),
});

/** What a person has to read of a diagnostic, if anything. */
function messageOf({
  urn = "",
  message,
  severity,
  ephemeral,
}: NonNullable<z.infer<typeof eventSchema>["diagnosticEvent"]>): Message | undefined {
  if ((severity !== "error" && severity !== "warning") || ephemeral === true) return undefined;
  const text = ownWords(
    withoutColors(message)
      .replaceAll(/^\s+at .*\n?/gm, "")
      .trim(),
  )
    // Where the program lies is of this machine.
    .replace(/^Running program '[^']*' failed with an unhandled exception:\n/, "the program fails: ");
  if (text === "" || ENDINGS.has(text)) return undefined;
  // A provider gives a warning about itself to whichever resource comes first.
  const about =
    severity === "warning" || urn === "" || urn.includes(`::${STACK}::`) ? "" : `${nameIn(urn)}: `;
  return { severity, text: about + text };
}

const WORST_FIRST: readonly Operation[] = ["delete", "replace", "update", "create"];

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byUrn = (a: Resource, b: Resource): number => compare(a.urn, b.urn);
const worstFirst = (a: Change, b: Change): number =>
  WORST_FIRST.indexOf(a.operation) - WORST_FIRST.indexOf(b.operation) ||
  compare(a.group, b.group) ||
  compare(a.resource.type, b.resource.type) ||
  compare(a.resource.name, b.resource.name);
