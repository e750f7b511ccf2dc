import type { Progress } from "../progress";
import { ensureCli, type CliPath } from "./cli";
import { pulumiHome, PULUMI_VERSION } from "./home";
import { ensureLanguageHost, ensurePlugins, type PluginSource } from "./plugins";

export { PULUMI_VERSION, pulumiHome } from "./home";

/** What is needed to run Pulumi. */
export interface PulumiTools {
  readonly binary: string;
  readonly home: string;
  /** To be added to the environment of every call of `binary`. */
  readonly env: Readonly<Record<string, string>>;
  readonly path: CliPath;
  readonly plugins: PluginSource;
}

/** Gets the CLI, its language host and the provider plugins; does nothing where they are there and fresh. */
export async function ensurePulumi(progress: Progress): Promise<PulumiTools> {
  const { binary, path } = await ensureCli(progress);
  await ensureLanguageHost(progress, binary);
  const plugins = await ensurePlugins(progress);
  progress.note(`Pulumi ${PULUMI_VERSION} (${path}), ${describe(plugins)}`);
  const home = pulumiHome();
  return {
    binary,
    home,
    path,
    plugins,
    env: {
      PULUMI_HOME: home,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // A plugin that cannot be downloaded costs nine seconds and five retries; without this, one clear line.
      ...(plugins === "closed-network" ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" } : {}),
    },
  };
}

function describe(plugins: PluginSource): string {
  return plugins === "official"
    ? "official provider plugins"
    : "this project's own provider plugins (for closed networks; SEMBLANCE_PLUGINS=official for the others)";
}
