import type { Facts } from "../facts";
import type { Verdict } from "../guard";
import type { Preview } from "../model";
import { changesPart } from "./changes";
import { arrowsSection, costSection, exposureSection, imagesSection } from "./facts";
import { masked } from "./mask";
import { rightsSection } from "./rights";
import { code, count } from "./text";
import { dataSection, errorsSection, refusalsSection, verdictLine, warningsSection } from "./verdict";
import { againstText, counted } from "./words";

/** GitHub takes comments of 65,536 characters; the rest is for who adds something of his own. */
export const MOST_CHARACTERS = 60_000;

/** How much room each section may take, so that the last one has some left whatever the others say. */
const ROOM = {
  data: 14_000,
  errors: 6_000,
  refusals: 8_000,
  warnings: 4_000,
  arrows: 2_500,
  exposure: 3_500,
  rights: 8_000,
  images: 3_000,
} as const;

/** The first line of a page: by it the comment of a stack is found again. */
export const markerOf = (stack: string): string => `<!-- semblance-review stack=${stack} -->`;

/** The review of a stack as one page of GitHub-flavoured Markdown. The same preview gives the same page, but for its last line. */
export function page(whole: Preview, facts: Facts, verdict: Verdict): string {
  const preview = masked(whole);
  const { stack, changes } = preview;
  const changed = changes.length > 0;
  const place = (room: number) => ({ stack, room });
  const sections = [
    dataSection(verdict, stack, ROOM.data),
    errorsSection(preview, ROOM.errors),
    refusalsSection(preview, ROOM.refusals),
    arrowsSection(facts, changed, place(ROOM.arrows)),
    exposureSection(facts, place(ROOM.exposure)),
    rightsSection(facts, place(ROOM.rights)),
    imagesSection(facts, place(ROOM.images)),
    changed ? costSection(facts) : "",
    changed || verdict.faults.length > 0 ? warningsSection(preview, verdict, ROOM.warnings) : "",
  ].filter((text) => text !== "");
  const head = [markerOf(stack), `### ${title(preview)}`].join("\n");
  const summary = `${verdictLine(preview, verdict)}; against ${againstText(preview)}.`;
  const above = changed || sections.length > 0 ? [head + "\n" + summary, ...sections] : [head];
  const used = above.join("\n\n").length;
  const rest = changed ? changesOf(preview, MOST_CHARACTERS - used - 1_000) : [];
  const end = changed || sections.length > 0 ? "" : `${summary} `;
  const footer = `${end}${seconds(preview)}`;
  return changed || sections.length > 0
    ? `${[...above, ...rest, footer].join("\n\n")}\n`
    : `${[...above, footer].join("\n")}\n`;
}

function title({ stack, changes, same, messages }: Preview): string {
  const failed = messages.some(({ severity }) => severity === "error");
  const unchanged = `${same.toLocaleString("en-US")} unchanged`;
  const what = changes.length > 0 ? counted(changes) : failed ? "no preview" : "no change";
  return `${code(stack, 100)}: ${what}; ${unchanged}`;
}

function changesOf(preview: Preview, room: number): string[] {
  const { text, shortened, dropped } = changesPart(preview, room);
  const told = [
    ...(shortened === 0 ? [] : [`details of ${count(shortened, "service")}`]),
    ...(dropped === 0 ? [] : [`${count(dropped, "service")} with all changes`]),
  ];
  const where = `\`review-${preview.stack}.json\` has all of it: an artefact of the run in CI, else in the folder of the review.`;
  const note = told.length === 0 ? [] : [`Left out for want of room: ${told.join(", ")}. ${where}`];
  return [`#### Changes\n${text}`, ...note];
}

const seconds = (preview: Preview): string => `<sub>Preview: ${Math.round(preview.seconds)} s</sub>`;
