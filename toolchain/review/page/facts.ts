import {
  type CostChange,
  type Exposure,
  type Facts,
  type ImageChange,
  type ImageRef,
  isSame,
} from "../facts";
import { fit, folded, more } from "./section";
import { block, code, cut, prose } from "./text";

/** More lines than this fold away. */
const OPEN = 25;
/** Longest line of a block. */
const LONGEST = 1000;

/** What the sections about facts need to know of the page. */
export interface Place {
  readonly stack: string;
  readonly room: number;
}

/** A section whose lines stand in a block of differences; empty where there are none. */
export function section(
  title: string,
  lines: readonly string[],
  about: string,
  { stack, room }: Place,
): string {
  if (lines.length === 0) return "";
  const { text, dropped } = fit(
    lines.map((line) => cut(line, LONGEST)),
    room,
  );
  const body = block("diff", text.split("\n"));
  const rest = dropped === 0 ? "" : `\n\n${more(dropped, "lines", stack)}`;
  const whole = lines.length > OPEN ? folded(about, body) : body;
  return `#### ${title}\n${whole}${rest}`;
}

/** Arrows of the topology. */
export function arrowsSection({ arrows }: Facts, changed: boolean, place: Place): string {
  if (arrows === undefined)
    return changed
      ? "#### Arrows\nNot known: one side does not tell its arrows. A state from before the output `arrows` does not, nor does a preview that failed."
      : "";
  const { gained, lost } = arrows;
  const lines = [...lost.map((one) => `- ${one}`), ...gained.map((one) => `+ ${one}`)];
  return section("Arrows", lines, sums(gained.length, lost.length), place);
}

/** How many members a set gains and loses. */
export const sums = (gained: number, lost: number): string => `${gained} gained, ${lost} lost`;

/** What can be reached from outside. */
export function exposureSection({ exposure }: Facts, place: Place): string {
  if (isSame(exposure)) return "";
  const line = ({ platform, what, from, wide }: Exposure): string =>
    `${platform}: ${what}${from === "" ? "" : `, from ${from}`}${wide ? "  ← open wide" : ""}`;
  const { gained, lost } = exposure;
  const lines = [...gained.map((one) => `+ ${line(one)}`), ...lost.map((one) => `- ${line(one)}`)];
  return section("Exposure", lines, sums(gained.length, lost.length), place);
}

/** Images by the references that go and come. */
export function imagesSection({ images }: Facts, { stack, room }: Place): string {
  if (images.length === 0) return "";
  const lines = images.map(imageLine);
  const { text, dropped } = fit(lines, room);
  const rest = dropped === 0 ? "" : `\n\n${more(dropped, "images", stack)}`;
  const body = lines.length > OPEN ? folded(`${images.length} images`, text) : text;
  return `#### Images\n${body}${rest}`;
}

function imageLine({ image, before, after, usedBy }: ImageChange): string {
  const what = code(image, 120);
  const users = usedBy.slice(0, 5).map((one) => code(one, 60));
  const by = ` (${[...users, ...(usedBy.length > 5 ? [`${usedBy.length - 5} more`] : [])].join(", ")})`;
  const list = (refs: readonly ImageRef[]): string => refs.map((ref) => code(refText(ref), 120)).join(", ");
  if (before.length === 0) return `- ${what}: new, ${list(after)}${by}`;
  if (after.length === 0) return `- ${what}: gone, was ${list(before)}${by}`;
  return `- ${what}: ${list(before)} → ${list(after)}${by}`;
}

/** Tag, and enough of the digest to tell two apart. */
const refText = ({ tag, digest }: ImageRef): string =>
  [tag === "" ? "no tag" : tag, ...(digest === "" ? [] : [digest.replace(/^sha256:/, "").slice(0, 12)])].join(
    " @ ",
  );

/** What AWS costs per month, where that changes. */
export function costSection({ cost }: Facts): string {
  if (cost === undefined || cost.lines.length === 0) return cost === undefined ? "" : notPriced(cost, false);
  const { before, after, lines } = cost;
  const range = (key: "least" | "most"): string =>
    `${money(before[key])} → ${money(after[key])} (${signed(after[key] - before[key])})`;
  const rows = lines
    .slice(0, 20)
    .map(
      (one) =>
        `- ${prose(cut(one.what, 80))}: ${changeOf(one.before.least, one.after.least, one.before.most, one.after.most)}`,
    );
  return [
    "#### Cost",
    `USD per month at rest: **${range("least")}**; with every pool at its maximum: ${range("most")}. What depends on use comes on top.`,
    "",
    ...rows,
    ...(lines.length > 20 ? [`- … and ${lines.length - 20} more lines`] : []),
    ...(cost.notPriced.length === 0 ? [] : [notPriced(cost, true)]),
  ].join("\n");
}

const changeOf = (least: number, toLeast: number, most: number, toMost: number): string => {
  const rest = signed(toLeast - least);
  return least === most && toLeast === toMost ? rest : `${rest} at rest, ${signed(toMost - most)} at most`;
};

const notPriced = ({ notPriced: list }: CostChange, inSection: boolean): string => {
  if (list.length === 0) return "";
  const line = `- not priced: ${list
    .slice(0, 10)
    .map((one) => prose(cut(one, 80)))
    .join(", ")}`;
  return inSection ? line : `#### Cost\n${line}`;
};

const money = (usd: number): string =>
  Math.abs(usd).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const signed = (usd: number): string => `${usd < 0 ? "−" : "+"}${money(usd)}`;
