import { type Acknowledgement, Acknowledgements, lineFor, type Loss } from "./acknowledgements";
import { type Holding, holdingOf } from "./data";
import { GUARDIANS, loweringsOf } from "./data-lowered";
import type { Change, Preview, Resource } from "./model";
import { valueAt } from "./properties-path";

/** A change that loses data, or that lowers what protects it, and that nobody has acknowledged. */
export interface DataLoss {
  /** As it is before the change. */
  readonly resource: Resource;
  readonly change: Loss;
  /** What is lost or lowered, and because of what. */
  readonly why: string;
  /** The line that acknowledges it, as it goes into the file. */
  readonly line: string;
}

/** A loss that the file acknowledges. */
export interface AcknowledgedLoss extends Pick<Acknowledgement, "reason" | "expires"> {
  readonly resource: Resource;
  readonly change: string;
}

/** What the guard says of a preview. */
export interface Verdict {
  readonly refused: readonly DataLoss[];
  readonly acknowledged: readonly AcknowledgedLoss[];
  /** What is wrong with the file of acknowledgements. */
  readonly faults: readonly string[];
}

/** Something that is lost, before anybody has looked whether it may be. */
interface Found {
  readonly resource: Resource;
  readonly group: string;
  readonly change: Loss;
  readonly why: string;
  readonly kind: Holding["kind"];
}

/**
 * Says which changes of a preview lose data or lower what protects it, and which of them the file acknowledges.
 * @param today as in 2026-11-23
 */
export function judge(
  preview: Preview,
  acknowledgements: readonly Acknowledgement[],
  today: string,
): Verdict {
  const file = new Acknowledgements(acknowledgements, preview.stack, today);
  const refused: Found[] = [];
  const acknowledged: AcknowledgedLoss[] = [];
  for (const found of [...lostIn(preview), ...loweredIn(preview)]) {
    const { resource, change, kind } = found;
    const covered = file.cover(resource.name, change, kind === "key");
    if (covered === undefined) refused.push(found);
    else acknowledged.push({ resource, change, reason: covered.reason, expires: covered.expires });
  }
  return { refused: told(refused, preview, today), acknowledged, faults: file.faults() };
}

/** What would be deleted or replaced although something goes with it. */
function lostIn(preview: Preview): Found[] {
  const before = new Map(preview.before.map((resource) => [resource.urn, resource]));
  const going = preview.changes.flatMap((change) => {
    const resource = before.get(change.resource.urn);
    const { operation } = change;
    if (resource === undefined || (operation !== "delete" && operation !== "replace")) return [];
    // What Pulumi only forgets stays where it is.
    if (operation === "delete" && resource.retain && !resource.protect) return [];
    return [{ resource, operation, change }];
  });
  const gone = new Set(going.map(({ resource }) => resource.urn));
  return going.flatMap(({ resource, operation, change }) => {
    const holding = holdingOf(resource) ?? namespaceOf(resource, preview, gone);
    if (holding === undefined) return [];
    const why = [holding.lost, ...becauseOf(change), ...(resource.retain ? [KEPT] : [])].join(" ");
    return [{ resource, group: change.group, change: operation, why, kind: holding.kind }];
  });
}

const KEPT = "The old one stays outside the stack; what is new starts empty.";

function becauseOf({ operation, properties }: Change): string[] {
  if (operation !== "replace") return [];
  const paths = properties.filter(({ replaces }) => replaces).map(({ path }) => path);
  return paths.length === 0 ? [] : [`It is replaced because of ${paths.join(", ")}.`];
}

/** A namespace takes the claims in it along, those too that nothing else in the change touches. */
function namespaceOf(resource: Resource, preview: Preview, gone: ReadonlySet<string>): Holding | undefined {
  if (resource.type !== "kubernetes:core/v1:Namespace") return undefined;
  const name = valueAt(resource.inputs, "metadata.name");
  const claims = preview.before.filter(
    (one) =>
      one.type === "kubernetes:core/v1:PersistentVolumeClaim" &&
      valueAt(one.inputs, "metadata.namespace") === name &&
      holdingOf(one) !== undefined &&
      !gone.has(one.urn),
  );
  if (claims.length === 0) return undefined;
  const names = claims.map((claim) => claim.name).join(", ");
  return {
    kind: "data",
    lost: `The claims in it go along with their data: ${names}.`,
  };
}

/** Protections that are less afterwards. */
function loweredIn(preview: Preview): Found[] {
  const after = new Map(preview.after.map((resource) => [resource.urn, resource]));
  const changes = new Map(preview.changes.map((change) => [change.resource.urn, change]));
  const lost = preview.changes.filter(({ operation }) => operation === "delete" || operation === "replace");
  return preview.before.flatMap((resource): Found[] => {
    const change = changes.get(resource.urn);
    const group = change?.group ?? resource.name;
    const one = { resource, group, change: "unprotect", kind: "data" } as const;
    const now = after.get(resource.urn);
    if (now !== undefined) {
      const lowered = loweringsOf(resource, now);
      if (lowered.length === 0) return [];
      const why = lowered
        .map((each) => `${each.path}: ${shown(each.before)} → ${shown(each.after)}. ${each.why}`)
        .join(" ");
      return [{ ...one, why }];
    }
    const guards = GUARDIANS[resource.type];
    if (guards === undefined || change?.operation !== "delete") return [];
    // What it protects goes too, and is told itself.
    if (lost.some(({ resource: other }) => protects(resource, other))) return [];
    return [{ ...one, why: `It is deleted, and what it protects stays. ${guards}` }];
  });
}

const shown = (value: unknown): string => (value === null ? "nothing" : JSON.stringify(value));

const protects = (guardian: Resource, other: Resource): boolean =>
  holdingOf(other)?.kind === "data" &&
  (guardian.name.startsWith(`${other.name}-`) ||
    (guardian.inputs["bucket"] !== undefined && guardian.inputs["bucket"] === other.inputs["bucket"]));

/** The refusals as they are told: generated secrets that all go with their service are one. */
function told(refused: readonly Found[], preview: Preview, today: string): DataLoss[] {
  const lines = new Map<string, { first: Found; names: string[] }>();
  for (const found of refused) {
    const { resource, change } = found;
    const line = lineFor(
      { stack: preview.stack, resource: patternOf(found, refused, preview) ?? resource.name, change },
      today,
    );
    const same = lines.get(line);
    if (same === undefined) lines.set(line, { first: found, names: [resource.name] });
    else same.names.push(resource.name);
  }
  return [...lines].map(([line, { first, names }]) => {
    const others = names.length === 1 ? "" : ` With it go ${names.slice(1).join(", ")}.`;
    return { resource: first.resource, change: first.change, why: `${first.why}${others}`, line };
  });
}

/** `secrets-weaviate-*` for the secrets of a service of which nothing is left. */
function patternOf(found: Found, refused: readonly Found[], preview: Preview): string | undefined {
  const { resource, group, change, kind } = found;
  const component = preview.before.find(({ urn }) => urn === resource.parent)?.name;
  if (kind !== "key" || change !== "delete" || component === undefined) return undefined;
  const start = `${component}-${group}-`;
  if (!resource.name.startsWith(start)) return undefined;
  const going = new Set(refused.filter((one) => one.change === change).map((one) => one.resource.urn));
  const all = preview.before.filter(({ name }) => name.startsWith(start));
  return all.every(({ urn }) => going.has(urn)) ? `${start}*` : undefined;
}
