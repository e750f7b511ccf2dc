import type { Change, Preview, PropertyChange } from "../model";
import { fit, folded } from "./section";
import { block, code, cut, html } from "./text";
import { changeLines, leaves, shown } from "./values";
import { counted, named } from "./words";

/** Lines of one resource's difference, and of what a new one is made of. */
const MOST_LINES = 80;
const MOST_NEW_LINES = 20;
/** Room of one group's details: one service must not push out all others. */
const MOST_OF_GROUP = 20_000;
/** Longest value of what is new. */
const LONGEST = 120;

/** The changes of one service, in three lengths. */
interface Group {
  readonly name: string;
  readonly changes: readonly Change[];
}

/** The heading under which outputs of the program stand. */
const OUTPUTS = "outputs of the stack";

/** Changes by service; those of which the worst comes first are first. */
function groupsOf(changes: readonly Change[]): Group[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const group = groups.get(change.group) ?? [];
    group.push(change);
    groups.set(change.group, group);
  }
  return [...groups].map(([name, of]) => ({ name, changes: of }));
}

const summaryOf = ({ name, changes }: Group): string =>
  `<code>${html(cut(name, 100))}</code>: ${counted(changes)}`;

/** Only the number of changes. */
const short = (group: Group): string => `- ${code(group.name, 100)}: ${counted(group.changes)}`;

/** The names of what changes, without how. */
function brief(group: Group): string {
  const names = group.changes.map((change) => `- ${change.operation} ${named(change.resource)}`);
  const { text, dropped } = fit(names, MOST_OF_GROUP / 4);
  return folded(summaryOf(group), dropped === 0 ? text : `${text}\n- … and ${dropped} more`);
}

/** Everything, as far as it fits. */
function full(group: Group): string {
  const { text, dropped } = fit(group.changes.map(ofChange), MOST_OF_GROUP, "\n\n");
  return folded(
    summaryOf(group),
    dropped === 0 ? text : `${text}\n\n… and ${dropped} more changes of this service.`,
  );
}

function ofChange({ operation, resource, properties }: Change): string {
  const title = `**${operation}** ${named(resource)}`;
  const lines = operation === "create" ? created(resource.inputs) : properties.flatMap(changeLines);
  if (operation === "delete" || lines.length === 0) return title;
  return `${title}\n${block("diff", shortened(lines, operation === "create" ? MOST_NEW_LINES : MOST_LINES))}`;
}

/** What every object of a cluster says, and nobody reads. */
const USUAL = /^(apiVersion|kind)$|^metadata\.(labels|namespace)|\.labels[.[]|\.matchLabels[.[]/;

const created = (inputs: Change["resource"]["inputs"]): string[] =>
  leaves(inputs, "")
    .filter(([path]) => !USUAL.test(path))
    .map(([path, value]) => `+ ${path}: ${cut(shown(value), LONGEST)}`);

const shortened = (lines: readonly string[], most: number): readonly string[] =>
  lines.length <= most ? lines : [...lines.slice(0, most), `@@ ${lines.length - most} more lines @@`];

/** What the program gives out, where that changes; arrows have a section of their own. */
function outputsBlock({ outputs }: Preview): string {
  const [before, after] = [outputs.before ?? {}, outputs.after ?? {}];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const changed = keys
    .filter((key) => key !== "arrows" && JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .map((key): PropertyChange => {
      const [old, next] = [before[key], after[key]];
      const kind = old === undefined ? "add" : next === undefined ? "delete" : "update";
      return { path: key, kind, before: old, after: next, replaces: false };
    });
  if (changed.length === 0 || outputs.before === undefined || outputs.after === undefined) return "";
  return folded(`<b>${OUTPUTS}</b>`, block("diff", shortened(changed.flatMap(changeLines), MOST_LINES)));
}

/** The changes by service, in as much detail as fits. */
export interface ChangesPart {
  readonly text: string;
  /** Services of which the details, or even the names, did not fit. */
  readonly shortened: number;
  /** Services of which nothing did. */
  readonly dropped: number;
}

/**
 * The changes in so many characters. Each service gets its line before any gets its names, and its names before any gets its
 * details; what comes first gets them first.
 */
export function changesPart(preview: Preview, room: number): ChangesPart {
  const outputs = outputsBlock(preview);
  const groups = groupsOf(preview.changes);
  const { dropped } = fit(groups.map(short), room);
  const kept = groups.slice(0, groups.length - dropped);
  const texts = kept.map(short);
  const level = kept.map(() => 0);
  let left = room - texts.reduce((sum, text) => sum + text.length + 2, 0);
  for (const [step, write] of [brief, full].entries())
    for (const [i, group] of kept.entries()) {
      const text = write(group);
      const grows = text.length - (texts[i]?.length ?? 0);
      if (grows > left) continue;
      texts[i] = text;
      level[i] = step + 1;
      left -= grows;
    }
  if (outputs !== "" && outputs.length + 2 <= left) texts.push(outputs);
  return { text: texts.join("\n"), shortened: level.filter((one) => one < 2).length, dropped };
}
