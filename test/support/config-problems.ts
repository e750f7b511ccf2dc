import assert from "node:assert/strict";
import { parseSettings } from "../../components/config/schema";
import { ConfigError } from "../../components/core/errors";

/** Services that the configuration of a spec knows. */
export const SERVICES = ["postgres", "redis"];

/** The lines of the message about a wrong configuration, one per problem. */
export function problems(found: unknown): string[] {
  try {
    parseSettings(found, SERVICES);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    const [head, ...lines] = error.message.split("\n");
    const count = lines.length === 1 ? "1 problem" : `${lines.length} problems`;
    assert.equal(head, `configuration: ${count}; nothing was changed`);
    return lines.map((line) => line.replace(/^ {2}- /, ""));
  }
  return [];
}

/** The command that a message names to set a key. */
export const set = (key: string, value: string) => `pulumi config set --path 'settings.${key}' ${value}`;
/** The command that a message names to take a key out. */
export const unset = (key: string) => `pulumi config rm --path 'settings.${key}'`;
