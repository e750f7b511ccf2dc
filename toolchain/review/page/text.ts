/**
 * How a value gets onto a page of GitHub-flavoured Markdown without becoming a part of it: it may hold backticks, tags,
 * mentions of people and numbers of issues, and characters that nobody sees.
 */

/** Characters that a reader would not see, or that turn the order of others around; line breaks and tabs are not among them. */
const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** A text in which everything can be seen: `\u{202e}` for what turns it around. */
export const visible = (text: string): string =>
  text.replaceAll("\r\n", "\n").replace(INVISIBLE, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`);

/** The same on one line. */
const oneLine = (text: string): string => visible(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");

/** A text cut to a length, with how much there was. */
export const cut = (text: string, length: number): string =>
  text.length <= length
    ? text
    : `${whole(text.slice(0, length))}… (${text.length.toLocaleString("en-US")} characters)`;

/** Without the half of a pair of surrogates at an end. */
const whole = (text: string): string => text.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "");

const ticks = (text: string, least: number): string =>
  "`".repeat(Math.max(least, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));

/** A value as code within a sentence, on one line. Nobody is mentioned by what is in it. */
export function code(value: string, length = 200): string {
  const text = oneLine(cut(value, length));
  if (text === "") return "(empty)";
  const fence = ticks(text, 1);
  // A blank at both ends goes; without one, a backtick at an end would lengthen the fence.
  const space = /^[ `]|[ `]$/.test(text) ? " " : "";
  return `${fence}${space}${text}${space}${fence}`;
}

/** Lines as a block of code. */
export function block(language: string, lines: readonly string[]): string {
  const text = lines.map(oneLine).join("\n");
  const fence = ticks(text, 3);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** A value inside a tag of HTML. */
export const html = (value: string): string =>
  oneLine(value).replace(/[&<>"'@#`]/g, (one) => `&#${one.charCodeAt(0)};`);

/** Keeps two characters apart, so that GitHub makes nothing of them. */
const APART = "\u200b";

/** A sentence of somebody else's: its words are read, and nothing in it is markup, a link or a mention. */
export const prose = (text: string): string =>
  oneLine(text)
    .replace(/[\\`*_[\]<>&|~$]|^\s*[-+=](?=[\s=-]|$)/g, (one) => one.replace(/\S/, "\\$&"))
    .replace(/@(?=\S)/g, `@${APART}`)
    .replace(/#/g, `\\#${APART}`)
    .replace(/\b(GH)(?=\\?-\d)/gi, `$1${APART}`)
    .replaceAll("://", `:${APART}//`)
    .replace(/www\./gi, (www) => `${www.slice(0, -1)}${APART}.`)
    .replace(/^(\s*\d+)([.)])/, "$1\\$2");

/** Several lines of somebody else's, as one paragraph with a break after each. */
export const paragraph = (text: string): string =>
  text
    .split("\n")
    .map((line) => prose(line.trim()))
    .filter((line) => line !== "")
    .join("<br>\n");

/** `1 thing`, `2 things`. */
export const count = (number: number, thing: string, things = `${thing}s`): string =>
  `${number.toLocaleString("en-US")} ${number === 1 ? thing : things}`;
