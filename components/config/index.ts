import * as pulumi from "@pulumi/pulumi";
import { memberNames } from "../topology";
import { parseSettings, SETTINGS_KEY, type Settings } from "./schema";

export type { Settings } from "./schema";

/** The configuration of the selected stack. Refused before any resource is registered when something is wrong with it. */
export function loadSettings(): Settings {
  return parseSettings(new pulumi.Config().getObject<unknown>(SETTINGS_KEY), memberNames);
}
