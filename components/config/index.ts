import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "../core/errors";
import { memberNames } from "../topology";
import { parseSettings, SETTINGS_KEY, type Settings } from "./schema";

export type { Settings } from "./schema";

/** The configuration of the selected stack. Refused before any resource is registered when something is wrong with it. */
export function loadSettings(): Settings {
  const config = new pulumi.Config();
  const settings = parseSettings(config.getObject<unknown>(SETTINGS_KEY), memberNames);
  const sends = settings.profile === "full" && settings.alerts.receiver === "webhook";
  if (sends && config.get(WEBHOOK_URL) === undefined)
    throw new ConfigError(
      `configuration: 1 problem; nothing was changed\n  - ${WEBHOOK_URL}: found nothing, and alerts.receiver is webhook; allowed: a URL; ` +
        `fix: pulumi config set --secret ${WEBHOOK_URL} https://…`,
    );
  return settings;
}

/** Key of the secret that says where alerts go. */
export const WEBHOOK_URL = "alertWebhookUrl";
