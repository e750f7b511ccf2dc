import { dirname } from "node:path";
import { UserError } from "../errors";
import { styleOf, TerminalProgress, terminalOf } from "../terminal";
import { type Args, help, parse, type Syntax } from "./args";
import type { Command } from "./command";

/** A command that takes several words reads its arguments itself. */
type Loaded = Command & { read?(argv: readonly string[]): Args };

/** Loaded when called, so that `npm run status` does not pay for what `npm run up` imports. */
const commands: Readonly<Record<string, () => Promise<Loaded>>> = {
  up: async () => (await import("./up")).up,
  preview: async () => (await import("./preview")).preview,
  policies: async () => (await import("./policies")).policies,
  review: async () => (await import("./review")).review,
  status: async () => (await import("./status")).status,
  logs: async () => (await import("./logs")).logs,
  password: async () => (await import("./password")).password,
  models: async () => (await import("./models")).models,
  publish: async () => (await import("./publish")).publish,
  down: async () => (await import("./down")).down,
  doctor: async () => (await import("./doctor")).doctor,
  environment: async () => (await import("./environment")).environment,
  env: async () => (await import("./env")).env,
  test: async () => (await import("./test")).test,
  ci: async () => (await import("./ci")).ci,
  toolchain: async () => (await import("./toolchain")).toolchain,
};

/** Errors whose message is written for the person at the keyboard; anything else is shown with its stack. */
const READABLE = new Set(["UserError", "ConfigError", "TopologyError", "UnsupportedError"]);

/** Runs one command and ends the process with its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const terminal = terminalOf(process.stderr);
  const style = styleOf(terminal);
  const progress = new TerminalProgress(terminal);
  process.once("exit", () => progress.stop());
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    // A command that has something to tidy up listens too and then ends the process itself.
    process.on(
      signal,
      () => process.listenerCount(signal) === 1 && process.exit(signal === "SIGINT" ? 130 : 143),
    );
  }
  try {
    process.exitCode = await dispatch(argv, progress);
  } catch (error) {
    progress.stop();
    process.stderr.write(`\n${style.red("error:")} ${describe(error)}\n`);
    process.exitCode = 1;
  }
  // Keep-alive sockets of the engine's client would hold the process for seconds.
  process.stdout.write("", () => process.exit());
}

async function dispatch(argv: readonly string[], progress: TerminalProgress): Promise<number> {
  const [name = "--help", ...rest] = argv;
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    const list = (await Promise.all(Object.values(commands).map((load) => load()))).map(({ syntax }) =>
      overview(syntax),
    );
    if (name !== "--help") throw new UserError(`unknown command "${name}"; allowed:\n${list.join("\n")}`);
    process.stdout.write(`${list.join("\n")}\n`);
    return 0;
  }
  const command = await load();
  if (rest.includes("--help") || rest.includes("-h")) {
    process.stdout.write(`${help(command.syntax)}\n`);
    return 0;
  }
  return command.run(command.read?.(rest) ?? parse(command.syntax, rest), {
    root: dirname(dirname(__dirname)),
    progress,
    style: styleOf(terminalOf(process.stdout)),
    print: (text) => void process.stdout.write(`${text}\n`),
  });
}

const overview = (syntax: Syntax): string => `  npm run ${syntax.name.padEnd(12)} ${syntax.summary}`;

/** A shell in which plain pulumi commands work has this. */
const inPulumiShell = (): boolean => (process.env["PULUMI_BACKEND_URL"] ?? "") !== "";
const SHELL_HINT = 'for pulumi commands in this shell, once: eval "$(npm run -s env)"';

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!READABLE.has(error.name)) {
    return `${error.stack ?? error.message}\n  This is a bug of the project: please report it.`;
  }
  const namesPulumi = /\bpulumi (config|cancel|stack|state)\b/.test(error.message);
  return namesPulumi && !inPulumiShell() ? `${error.message}\n  (${SHELL_HINT})` : error.message;
}
