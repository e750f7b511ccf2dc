import type { Progress } from "../progress";
import type { Style } from "../terminal";
import type { Args, OptionSpec, Syntax } from "./args";

/** What a command works with besides its arguments. */
export interface Surroundings {
  /** Folder of the project. */
  readonly root: string;
  /** Progress goes to standard error, so that standard output is the result alone. */
  readonly progress: Progress;
  readonly style: Style;
  /** Writes a result line to standard output. */
  print(text: string): void;
}

/** A command of the project: `npm run NAME`. */
export interface Command {
  readonly syntax: Syntax;
  /** Returns the exit code. */
  run(args: Args, surroundings: Surroundings): Promise<number>;
}

/** The option that selects a stack, the same in every command. */
export const stackOption: Record<"stack", OptionSpec> = {
  stack: {
    type: "string",
    short: "s",
    value: "NAME",
    help: "stack to work on (default: $PULUMI_STACK, else dev)",
  },
};

/** The stack that a call is about. */
export function stackOf(args: Args, env: NodeJS.ProcessEnv = process.env): string {
  return args.text("stack") ?? (env["PULUMI_STACK"] || "dev");
}
