import type { PolicyResult } from "../../policies/results";
import type { Verdict } from "../guard";
import type { Preview } from "../model";
import { fit, folded, more } from "./section";
import { block, code, count, cut, paragraph, prose } from "./text";
import { fromUrn, named } from "./words";

/** Longest text of somebody else's. */
const LONGEST = 1200;

const done = { delete: "deleted", replace: "replaced", unprotect: "left without protection" } as const;

/** What happens to data, and what the guard says of it. */
export function dataSection({ refused, acknowledged }: Verdict, stack: string, room: number): string {
  if (refused.length + acknowledged.length === 0) return "";
  const items = [
    ...refused.map(
      ({ resource, change, why, line }) =>
        `- **${named(resource)} would be ${done[change]}.** ${prose(cut(why, LONGEST))} If that is meant, a line for \`policies/acknowledgements.json\`:\n${indented(block("json", cut(line, LONGEST).split("\n")))}`,
    ),
    ...acknowledged.map(
      ({ resource, change, reason, expires }) =>
        `- **${named(resource)} will be ${doneBy(change)}**, acknowledged until ${prose(expires)}: ${prose(cut(reason, LONGEST))}`,
    ),
  ];
  const { text, dropped } = fit(items, room);
  return `#### Data\n${text}${dropped === 0 ? "" : `\n- ${more(dropped, "resources with data", stack)}`}`;
}

const doneBy = (change: string): string =>
  change === "delete" || change === "replace" || change === "unprotect" ? done[change] : prose(change);

const indented = (text: string): string => text.replace(/^/gm, "  ");

/** Errors of the program, the providers and the engine: with them the preview is not whole. */
export function errorsSection({ messages, stack }: Preview, room: number): string {
  const errors = messages.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return "";
  const blocks = errors.map(({ text }) => block("text", cut(text.trim(), LONGEST * 2).split("\n")));
  const { text, dropped } = fit(blocks, room, "\n\n");
  const rest = dropped === 0 ? "" : `\n\n${more(dropped, "errors", stack)}`;
  return `#### Errors\nThe preview is not whole: what follows may be missing something.\n\n${text}${rest}`;
}

const levels = (policies: readonly PolicyResult[]) => ({
  refused: policies.filter(({ level }) => level === "mandatory"),
  warned: policies.filter(({ level }) => level === "advisory"),
});

/** What mandatory rules refuse: open, since somebody must act. */
export function refusalsSection({ policies, stack }: Preview, room: number): string {
  const { refused } = levels(policies);
  if (refused.length === 0) return "";
  const rules = [...new Set(refused.map(({ rule }) => rule))];
  const items = rules.map((rule) =>
    ruleItem(
      rule,
      refused.filter((one) => one.rule === rule),
    ),
  );
  const { text, dropped } = fit(items, room);
  return `#### Policies\n${text}${dropped === 0 ? "" : `\n- ${more(dropped, "rules", stack)}`}`;
}

/** Resources that one rule refuses, at most. */
const MOST_OF_RULE = 15;

/** One rule: what it says of all that it refuses once, and of each what it says of that alone. */
function ruleItem(rule: string, results: readonly PolicyResult[]): string {
  const said = results.map(({ message }) => cut(message.trim(), LONGEST).split("\n"));
  const [first = []] = said;
  const [only] = results.length === 1 ? results : [];
  if (only !== undefined)
    return `- **${prose(rule)}** refuses ${named(fromUrn(only.urn))}<br>\n${indented(paragraph(first.join("\n")))}`;
  const [summary = "", ...others] = first.filter((line) => said.every((lines) => lines.includes(line)));
  const places = results.slice(0, MOST_OF_RULE).map(({ urn }, i) => {
    const own = (said[i] ?? []).filter((line) => line !== summary && !others.includes(line));
    return `  - ${named(fromUrn(urn))}${own.length === 0 ? "" : `: ${prose(own.join(" "))}`}`;
  });
  const rest = results.length > MOST_OF_RULE ? [`  - … and ${results.length - MOST_OF_RULE} more`] : [];
  const why = others.length === 0 ? [] : [indented(paragraph(others.join("\n")))];
  const head = `- **${prose(rule)}** refuses${summary === "" ? ":" : `: ${prose(summary)}`}${why.length === 0 ? "" : "<br>"}`;
  return [head, ...why, ...places, ...rest].join("\n");
}

/** Warnings of rules, of the engine, and about the file of acknowledgements, folded away. */
export function warningsSection(
  { policies, messages, stack }: Preview,
  { faults }: Verdict,
  room: number,
): string {
  const { warned } = levels(policies);
  const said = messages.filter(({ severity }) => severity === "warning");
  if (warned.length + said.length + faults.length === 0) return "";
  const items = [
    ...faults.map((fault) => `- \`policies/acknowledgements.json\`: ${prose(cut(fault, LONGEST))}`),
    ...warned.map(({ rule, urn, message }) => {
      const where = urn === "" ? "" : ` at ${code(fromUrn(urn).name)}`;
      return `- ${prose(rule)}${where}: ${prose(cut(message.trim(), LONGEST / 2).replaceAll("\n", " "))}`;
    }),
    ...said.map(({ text }) => `- ${prose(cut(text.trim(), LONGEST / 2).replaceAll("\n", " "))}`),
  ];
  const { text, dropped } = fit(items, room);
  const rest = dropped === 0 ? "" : `\n- ${more(dropped, "warnings", stack)}`;
  return folded(count(items.length, "warning"), `${text}${rest}`);
}

/** Who refuses what, in one line. */
export function verdictLine(preview: Preview, { refused, acknowledged, faults }: Verdict): string {
  const { refused: violations, warned } = levels(preview.policies);
  const errors = preview.messages.filter(({ severity }) => severity === "error").length;
  const stops = [
    ...(errors > 0 ? [count(errors, "error")] : []),
    ...(refused.length > 0 ? ["the guard of data"] : []),
    ...(violations.length > 0 ? ["the policies"] : []),
  ];
  const guard = [
    `${refused.length} refused`,
    ...(acknowledged.length > 0 ? [`${acknowledged.length} acknowledged`] : []),
    ...(faults.length > 0 ? [`${count(faults.length, "fault")} in its file`] : []),
  ];
  return [
    ...(stops.length === 0 ? [] : [`**Stopped by ${stops.join(" and ")}.**`]),
    `Policies: ${violations.length} refused, ${count(warned.length, "warning")}; guard: ${guard.join(", ")}`,
  ].join(" ");
}
