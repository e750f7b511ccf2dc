import { z } from "zod";
import { parseSettings, type Settings, SETTINGS_KEY } from "../../../components/config/schema";
import { memberNames } from "../../../components/topology";
import type { PulumiCli } from "./cli";
import { PROJECT } from "./open";

const configSchema = z.record(
  z.string(),
  z.looseObject({ value: z.string().optional(), objectValue: z.unknown() }),
);

/**
 * The settings of a stack, read as the program will read them: the project's defaults and the stack's file together.
 * @throws ConfigError that lists every problem.
 */
export async function readSettings(cli: PulumiCli): Promise<Settings> {
  const config = configSchema.parse(JSON.parse(await cli.capture(["config", "--json"])));
  const entry = config[`${PROJECT}:${SETTINGS_KEY}`];
  return parseSettings(entry?.objectValue ?? entry?.value, memberNames);
}

/** Sets one key of the settings, as `pulumi config set` does. */
export async function writeSetting(cli: PulumiCli, path: string, value: string): Promise<void> {
  await cli.capture(["config", "set", "--path", `${PROJECT}:${SETTINGS_KEY}.${path}`, value]);
}
