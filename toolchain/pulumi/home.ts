import { homedir } from "node:os";
import { join } from "node:path";

/** The one version that npm's `pulumi` package and the Go module proxy both have. */
export const PULUMI_VERSION = "3.256.0";

/** Pulumi's own folder: plugins, versions, credentials. */
export function pulumiHome(environment: NodeJS.ProcessEnv = process.env): string {
  return environment["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
}

/** Where npm's `pulumi` package looks for the CLI and puts it. */
export function versionFolder(home: string): string {
  return join(home, "versions", PULUMI_VERSION);
}
