import { createRequire } from "node:module";
import { join } from "node:path";
import type { ProgramInfo } from "@pulumi/pulumi/proto/language_pb";

/** A Pulumi program (or policy pack, or plugin written for Node.js) as the engine describes it. */
export interface Program {
  readonly directory: string;
  readonly rootDirectory: string;
  readonly entryPoint: string;
  /** `runtime.options` of Pulumi.yaml. */
  readonly options: RuntimeOptions;
}

/** The runtime options that the official language host takes and that mean something here. */
export interface RuntimeOptions {
  readonly typescript: boolean;
  readonly tsconfig: string | undefined;
  readonly nodeargs: readonly string[];
}

const OPTIONS = ["typescript", "tsconfig", "nodeargs", "packagemanager"];

/** Reads the engine's description; refuses runtime options that this host would ignore. */
export function programOf(info: ProgramInfo | undefined): Program {
  if (!info) throw new Error("the engine sent no description of the program");
  const options = info.getOptions()?.toJavaScript() ?? {};
  const unknown = Object.keys(options).filter((key) => !OPTIONS.includes(key));
  if (unknown.length > 0) {
    throw new Error(
      `runtime option ${unknown.join(", ")} in Pulumi.yaml is not known to this language host; allowed: ${OPTIONS.join(", ")}`,
    );
  }
  const { typescript, tsconfig, nodeargs } = options;
  return {
    directory: info.getProgramDirectory(),
    rootDirectory: info.getRootDirectory(),
    entryPoint: info.getEntryPoint() || ".",
    options: {
      typescript: typescript !== false,
      tsconfig: typeof tsconfig === "string" ? tsconfig : undefined,
      nodeargs: typeof nodeargs === "string" ? nodeargs.split(" ").filter((word) => word !== "") : [],
    },
  };
}

/** Environment that the SDK's run commands read these options from. */
export function optionsEnvironment(options: RuntimeOptions): Record<string, string> {
  return {
    ...(options.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    ...(options.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
  };
}

/** Path of one of the SDK's commands ("run", "run-policy-pack", "run-plugin"), out of the program's own node_modules. */
export function sdkCommand(directory: string, command: string): string {
  try {
    return createRequire(join(directory, "package.json")).resolve(`@pulumi/pulumi/cmd/${command}`);
  } catch {
    throw new Error(`cannot find @pulumi/pulumi from ${directory}\n  fix: npm install, in that directory`);
  }
}
