import { join } from "node:path";
import { buildGoCommand } from "../go-build";
import type { Progress } from "../progress";
import { PULUMI_VERSION } from "./home";

/** Builds the CLI out of its Go module, in which it is a `tool`. */
export function buildCli(progress: Progress, target: string): Promise<void> {
  const command = {
    title: `Pulumi CLI ${PULUMI_VERSION}`,
    module: join(__dirname, "cli"),
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${PULUMI_VERSION}` },
    insteadOfGo: `pulumi ${PULUMI_VERSION} itself`,
  };
  return buildGoCommand(progress, command, target);
}
