import type { Resource } from "../core/resource";
import { at, isMissing, isUnknown, items, text, texts, UNKNOWN, type Value } from "../core/value";

import type { Server, Software } from "./software";

/** A setting of a server, and where it is made. */
export interface Setting {
  readonly value: Value;
  readonly resource: Resource;
  readonly path: string;
}

/** What a server is told by its command, its environment and its files. */
export interface Settings {
  /** Keys in lower case; what is said later holds. */
  readonly known: ReadonlyMap<string, Setting>;
  /** Whether there is more that cannot be read: a file from elsewhere, a text that is not known yet. */
  readonly more: boolean;
}

/** The settings of a server. What its command says goes over what its environment says, and that over its files. */
export function settingsOf(server: Server, software: Software): Settings {
  const { resource, commandPath } = server;
  const known = new Map<string, Setting>();
  const files = server.files.filter(({ name }) => software.config.test(name));
  for (const file of files) {
    const found = { resource: file.resource, path: file.path };
    for (const [key, value] of keysOf(text(file.content) ?? "")) known.set(key, { ...found, value });
  }
  for (const { name, value, from, path } of server.env) {
    const key = software.envSetting?.(name)?.toLowerCase();
    if (key !== undefined) known.set(key, { value: from === "literal" ? value : UNKNOWN, resource, path });
  }
  for (const [key, value] of flagsOf(server.script)) known.set(key, { value, resource, path: commandPath });
  const more = [
    !server.readable,
    // Docker's variables are texts with their names in them: of one that is not known, the name is not either.
    server.env.some(({ name, value }) => isUnknown(value) && /^\d+$/.test(name)),
    ["envs", "env"].some((key) => isUnknown(at(server.spec, key))),
    !isMissing(at(server.spec, "envFrom")),
    files.some(({ content }) => typeof content !== "string"),
    files.length === 0 && [namesConfig, mountsConfig, hasUnread].some((test) => test(server, software)),
  ];
  return { known, more: more.includes(true) };
}

/** Files of which not even the names are known. */
const hasUnread = ({ files }: Server): boolean => files.some(({ name }) => name === "");

const namesConfig = ({ script }: Server, { config }: Software): boolean =>
  script.split(/[\s=]+/).some((word) => word.startsWith("/") && config.test(word));

/** A file of the host, over the image's own. */
const mountsConfig = ({ resource: { props } }: Server, { config }: Software): boolean =>
  [
    ...texts(items(props["volumes"]).map((one) => at(one, "containerPath"))),
    ...targets(props["mounts"]),
  ].some((path) => config.test(path));

const targets = (mounts: Value): string[] => texts(items(mounts).map((one) => at(one, "target")));

/** `--key value`, `--key=value`, `-c key=value` and `-E key=value`, as servers take them on their command line. */
function flagsOf(script: string): [string, string][] {
  const words = script.split(/\s+/).map((word) => word.replaceAll(/^["']|["']$/g, ""));
  return words.flatMap((word, index): [string, string][] => {
    const next = words[index + 1] ?? "";
    const pair = word === "-c" || word === "-E" ? next : /^-E./.test(word) ? word.slice(2) : word;
    const [, key, value] = /^(?:--)?([a-z][\w.-]*)=(.*)$/i.exec(pair) ?? [];
    if (key !== undefined && value !== undefined && (word.startsWith("-") || pair !== word))
      return [[key.toLowerCase(), value]];
    const [, name] = /^--([a-z][\w.-]*)$/i.exec(word) ?? [];
    return name === undefined || next.startsWith("--") ? [] : [[name.toLowerCase(), next]];
  });
}

/**
 * The settings in a file, by their keys in lower case: `key value`, `key = value` and `key: value`, one a line, below `[section]`
 * with its name; JSON; and YAML of keys within keys.
 */
export function keysOf(content: string): readonly (readonly [string, string])[] {
  const object = parsed(content);
  if (object !== undefined) return flattened(object);
  const above: { indent: number; key: string }[] = [];
  return content.split("\n").flatMap((line): [string, string][] => {
    const [, section] = /^\s*\[([\w. -]+)\]\s*$/.exec(line) ?? [];
    // All that follows is below it, whatever its indent.
    if (section !== undefined) above.splice(0, above.length, { indent: -1, key: section });
    const [, space = "", key, separator = "", rest = ""] =
      /^(\s*)["']?([a-z][\w./-]*)["']?(\s*[:=]|\s)\s*(.*)$/i.exec(line.trimEnd()) ?? [];
    if (key === undefined) return [];
    const indent = space.length;
    while ((above.at(-1)?.indent ?? -1) >= indent) above.pop();
    const full = [...above.map((one) => one.key), key].join(".").toLowerCase();
    if (rest === "" && separator.trim() === ":") above.push({ indent, key });
    const value = /^(["'])(.*?)\1|^([^#]*)/.exec(rest);
    return [[full, (value?.[2] ?? value?.[3] ?? "").trim()]];
  });
}

function parsed(content: string): object | undefined {
  if (!content.trimStart().startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    // It is no JSON after all, and is read line by line.
    return undefined;
  }
}

const flattened = (object: object, prefix = ""): [string, string][] =>
  Object.entries(object).flatMap(([key, value]: [string, unknown]) => {
    const full = `${prefix}${key}`.toLowerCase();
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return flattened(value, `${full}.`);
    return [[full, Array.isArray(value) ? value.join(" ") : String(value)] as [string, string]];
  });
