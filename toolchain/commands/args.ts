import { parseArgs } from "node:util";
import { UserError } from "../errors";

/** One option of a command. */
export interface OptionSpec {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly help: string;
  /** Name of the value in the help text. */
  readonly value?: string;
  /** The only values allowed. */
  readonly choices?: readonly string[];
  /** May be given more than once. */
  readonly multiple?: boolean;
}

/** What a command takes: its options, and at most one argument. */
export interface Syntax {
  readonly name: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly argument?: { readonly name: string; readonly help: string; readonly required: boolean };
  readonly examples?: readonly string[];
}

/** Options that npm has too: given before the `--`, npm keeps them, and whether it did cannot be told. */
const NPM_HAS_TOO = new Set(["json", "yes", "diff", "help", "all"]);

/** The arguments of one call, checked. */
export class Args {
  constructor(
    private readonly values: Readonly<Record<string, unknown>>,
    readonly argument: string | undefined,
  ) {}

  text(option: string): string | undefined {
    const value = this.values[option];
    return typeof value === "string" ? value : undefined;
  }

  texts(option: string): readonly string[] {
    const value = this.values[option];
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  }

  flag(option: string): boolean {
    return this.values[option] === true;
  }
}

/**
 * Reads the arguments of a command.
 * @throws UserError that names what is not known or not allowed, and lists what is.
 */
export function parse(syntax: Syntax, argv: readonly string[], env: NodeJS.ProcessEnv = process.env): Args {
  const swallowed = Object.keys(syntax.options).find((name) => takenByNpm(name, env));
  if (swallowed !== undefined) {
    throw new UserError(
      `npm kept --${swallowed} for itself`,
      `npm run ${syntax.name} -- --${swallowed} …   (options go after the --)`,
    );
  }
  const { values, positionals } = read(syntax, argv);
  const [argument, ...more] = positionals;
  const surplus = syntax.argument === undefined ? argument : more[0];
  if (surplus !== undefined) {
    throw new UserError(
      `npm run ${syntax.name} does not take "${surplus}"; ${allowedOptions(syntax)}`,
      usage(syntax),
    );
  }
  for (const [name, option] of Object.entries(syntax.options)) checkChoice(name, option, values[name]);
  return new Args(values, argument);
}

function takenByNpm(name: string, env: NodeJS.ProcessEnv): boolean {
  const value = env[`npm_config_${name.replaceAll("-", "_")}`];
  return !NPM_HAS_TOO.has(name) && value !== undefined && value !== "";
}

function read(
  syntax: Syntax,
  argv: readonly string[],
): { values: Record<string, unknown>; positionals: string[] } {
  const options = Object.fromEntries(
    Object.entries(syntax.options).map(([name, { type, short, multiple }]) => [
      name,
      { type, multiple: multiple ?? false, ...(short === undefined ? {} : { short }) },
    ]),
  );
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    const reason =
      error instanceof Error ? (error.message.split(". ")[0] ?? "").replaceAll("'", "") : String(error);
    throw new UserError(`npm run ${syntax.name}: ${reason}; ${allowedOptions(syntax)}`, usage(syntax));
  }
}

function checkChoice(name: string, option: OptionSpec, found: unknown): void {
  if (option.choices === undefined || found === undefined) return;
  if (typeof found === "string" && option.choices.includes(found)) return;
  throw new UserError(`--${name}: found "${String(found)}"; allowed: ${option.choices.join(" | ")}`);
}

const allowedOptions = (syntax: Syntax): string =>
  `allowed: ${Object.entries(syntax.options)
    .map(([name, option]) => spelling(name, option))
    .join(", ")}`;

function spelling(name: string, option: OptionSpec): string {
  const value = option.choices?.join("|") ?? option.value;
  const long = value === undefined ? `--${name}` : `--${name} ${value}`;
  return option.short === undefined ? long : `-${option.short}, ${long}`;
}

function usage(syntax: Syntax): string {
  const argument = syntax.argument === undefined ? "" : ` ${syntax.argument.name}`;
  const shown = syntax.argument?.required === false ? argument.replace(/ (.*)/, " [$1]") : argument;
  return `npm run ${syntax.name} --${shown} [options]`;
}

/** The help text of a command. */
export function help(syntax: Syntax): string {
  const rows = Object.entries(syntax.options).map(
    ([name, option]) => [spelling(name, option), option.help] as const,
  );
  if (syntax.argument !== undefined) rows.unshift([syntax.argument.name, syntax.argument.help]);
  rows.push(["--help", "this text"]);
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
  const examples = (syntax.examples ?? []).map((example) => `  ${example}`);
  return [
    syntax.summary,
    "",
    `usage: ${usage(syntax)}`,
    ...lines,
    ...(examples.length === 0 ? [] : ["", "examples:", ...examples]),
  ].join("\n");
}
