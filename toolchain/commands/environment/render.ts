import { dump } from "js-yaml";
import { z } from "zod";
import { settingsSchema, SETTINGS_KEY } from "../../../components/config/schema";
import { valueAt } from "../../../components/config/problems";
import { PROJECT } from "../stack/open";
import type { StackFile } from "../stack/stack-file";

/** Key of the settings in a stack's file. */
export const SETTINGS = `${PROJECT}:${SETTINGS_KEY}`;

/** What zod says of one key. */
type KeySchema = z.core.JSONSchema.BaseSchema;

const WIDTH = 110;
const DEFAULTS = settingsSchema.parse({});

/** Which stacks a part of the settings is for, where that is not all. */
const PARTS: Readonly<Record<string, string>> = {
  kubernetes: "Used with target kubernetes or aws:",
  aws: "Used with target aws:",
  docker: "Used with target docker:",
};

/**
 * The file of a stack with every key of the settings: what is set, and as comments what is not, with its default and its
 * meaning. What else is in the file stays.
 * @param title first line of the file
 */
export function renderStackFile(title: string, stack: string, { config, ...more }: StackFile): string {
  const { [SETTINGS]: settings, ...other } = config ?? {};
  const schema = z.toJSONSchema(settingsSchema, { io: "input", unrepresentable: "any" });
  const lines = keys(schema, settings, [], true);
  return [
    `# ${title}`,
    ...prose(
      "All keys are here. One behind a # has its default, which is shown; to set it, take the # away, and those of the groups " +
        `around it. npm run environment -- check says whether all is right; -- comment ${stack} renews the comments.`,
    ),
    "config:",
    ...(Object.keys(other).length === 0 ? [] : indented(yaml(other), "  ")),
    `  ${SETTINGS}:`,
    ...indented(lines, "    "),
    ...(Object.keys(more).length === 0 ? [] : yaml(more)),
    "",
  ].join("\n");
}

/** The keys below a path, in the order of the schema. `live`: whether the place itself is set. */
function keys(schema: KeySchema, set: unknown, path: readonly string[], live: boolean): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, key]) => {
    if (typeof key !== "object") return [];
    const at = [...path, name];
    const part = path.length === 0 ? PARTS[name] : undefined;
    const block = one(name, key, valueAt(set, [name]), at, live);
    return [...(part === undefined ? [] : prose(part)), ...block];
  });
}

function one(name: string, key: KeySchema, set: unknown, path: readonly string[], live: boolean): string[] {
  const standard = valueAt(DEFAULTS, path);
  const isGroup = key.properties !== undefined && standard !== undefined;
  const asComment = (lines: string[]): string[] =>
    live && set === undefined ? indented(lines, "# ") : lines;
  if (isGroup)
    return asComment([`${name}:`, ...indented(keys(key, set, path, live && set !== undefined), "  ")]);
  const value = set ?? standard;
  const meaning = meaningOf(key, standard);
  // Without a default there is nothing to set: such a key stays a comment in whatever is set around it.
  if (value === undefined) return [...prose(meaning), `# ${name}:`];
  const setting = `${name}: ${flow(value)}`;
  const together = `${setting}  # ${meaning}`;
  if (together.length + 2 * path.length <= WIDTH) return asComment([together]);
  return [...prose(meaning, 2 * path.length), ...asComment([setting])];
}

function meaningOf(key: KeySchema, standard: unknown): string {
  const allowed = key.enum === undefined ? "" : `Allowed: ${key.enum.map(String).join(", ")}.`;
  const none = standard === undefined ? "Default: none." : "";
  return [key.description, allowed, none, keysIn(key)].filter(Boolean).join(" ");
}

/** The keys of a group that is there only where somebody names it. */
function keysIn({ properties }: KeySchema): string {
  if (properties === undefined) return "";
  const each = Object.entries(properties).map(([name, key]) => {
    if (typeof key !== "object") return `\`${name}\``;
    const standard = key.default === undefined ? "" : ` Default: ${flow(key.default)}.`;
    return `\`${name}\` ${key.description ?? ""}${standard}`.trim();
  });
  return `Keys: ${each.join(" ")}`;
}

/** Text as comments of at most the file's width. */
function prose(text: string, indent = 0): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 1 + indent <= WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`# ${word}`);
  }
  return lines;
}

const indented = (lines: readonly string[], by: string): string[] => lines.map((line) => `${by}${line}`);
const yaml = (value: unknown): string[] => dump(value, { lineWidth: -1 }).trimEnd().split("\n");
const flow = (value: unknown): string => dump(value, { flowLevel: 0, lineWidth: -1 }).trim();
