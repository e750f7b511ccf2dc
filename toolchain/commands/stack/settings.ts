import { z } from "zod";
import { parseSettings, type Settings, SETTINGS_KEY } from "../../../components/config/schema";
import { memberNames } from "../../../components/topology";
import type { PulumiCli } from "./cli";
import { PROJECT } from "./open";

const configSchema = z.record(
  z.string(),
  z.looseObject({ value: z.string().optional(), objectValue: z.unknown().optional() }),
);

/**
 * The settings of a stack, read as the program will read them: the project's defaults and the stack's file together.
 * @param change keys of the first level that are about to be set: checked with the rest, before anything is written
 * @throws ConfigError that lists every problem
 */
export async function readSettings(
  cli: PulumiCli,
  change: Readonly<Record<string, string>> = {},
): Promise<Settings> {
  const config = configSchema.parse(JSON.parse(await cli.capture(["config", "--json"])));
  const entry = config[`${PROJECT}:${SETTINGS_KEY}`];
  const found = entry?.objectValue ?? entry?.value ?? {};
  return parseSettings(isObject(found) ? { ...found, ...change } : found, memberNames);
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Sets keys of the first level of the settings, as `pulumi config set` does. */
export async function writeSettings(cli: PulumiCli, change: Readonly<Record<string, string>>): Promise<void> {
  for (const [key, value] of Object.entries(change)) {
    await cli.capture(["config", "set", "--path", `${PROJECT}:${SETTINGS_KEY}.${key}`, value]);
  }
}
