import { parseArgs } from "node:util";
import { UserError } from "../../errors";
import { Args, parse, type Syntax } from "../args";
import type { Wish } from "./plan";

const TARGETS = ["docker", "kubernetes", "aws"] as const;

/** `npm run environment`, with a first word that says what to do. */
export const syntax: Syntax = {
  name: "environment",
  summary:
    "Lists the stacks of this folder, adds one, checks their files, or writes the comments in them anew.",
  argument: {
    name: "list | add NAME | check [NAME] | comment NAME",
    help: "lists the stacks (so does nothing at all), adds one, checks the files, or renews the comments of one",
    required: false,
  },
  options: {
    like: {
      type: "string",
      value: "STACK",
      help: "add: with the settings of that stack (default: the bare target)",
    },
    target: { type: "string", choices: TARGETS, help: "add: where it runs (default: docker)" },
    "secrets-provider": {
      type: "string",
      value: "URL",
      help: "add: key service instead of a passphrase, such as awskms:///alias/NAME?region=REGION",
    },
  },
  examples: [
    "npm run environment",
    "npm run environment -- add lab",
    "npm run environment -- add staging --like prod",
  ],
};

/** What one call asks for. */
export type Request =
  | { readonly do: "list" }
  | { readonly do: "add"; readonly wish: Wish }
  | { readonly do: "check"; readonly name: string | undefined }
  | { readonly do: "comment"; readonly name: string };

const WORDS = "words";

/** Reads the arguments of a call: the options as every command does, and two words besides. */
export function readWords(argv: readonly string[]): Args {
  const options = Object.fromEntries(
    Object.keys(syntax.options).map((name) => [name, { type: "string" } as const]),
  );
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const words = tokens.flatMap((token) => (token.kind === "positional" ? [token] : []));
  const places = new Set(words.map(({ index }) => index));
  const read = parse(
    syntax,
    argv.filter((_, index) => !places.has(index)),
  );
  const given = Object.keys(syntax.options).map((name) => [name, read.text(name)] as const);
  return new Args(
    { ...Object.fromEntries(given), [WORDS]: words.map(({ value }) => value) },
    words[0]?.value,
  );
}

/** What the words of a call ask for. */
export function requestOf(args: Args): Request {
  const [what, name, ...more] = args.texts(WORDS);
  const options = Object.keys(syntax.options).filter((option) => args.text(option) !== undefined);
  if (more.length === 0 && what === "add" && name !== undefined)
    return { do: "add", wish: wishOf(args, name) };
  const [option] = options;
  if (option !== undefined)
    throw new UserError(`--${option} goes with add`, `npm run environment -- add NAME --${option} …`);
  if (what === undefined || (what === "list" && name === undefined)) return { do: "list" };
  if (more.length === 0 && what === "check") return { do: "check", name };
  if (more.length === 0 && what === "comment" && name !== undefined) return { do: "comment", name };
  throw new UserError(
    `npm run environment: found "${args.texts(WORDS).join(" ")}"; allowed: list | add NAME | check [NAME] | comment NAME`,
    "npm run environment -- add NAME",
  );
}

function wishOf(args: Args, name: string): Wish {
  const target = TARGETS.find((one) => one === args.text("target"));
  return { name: checkName(name), like: args.text("like"), target, secretsProvider: keyService(args) };
}

/** Pulumi takes more, but a name becomes part of host names, namespaces and names in AWS. */
function checkName(name: string): string {
  if (/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/.test(name) && !name.includes("--")) return name;
  throw new UserError(
    `NAME: found "${name}"; allowed: 2 to 32 lower-case letters, digits and single hyphens, a letter first and no hyphen last`,
  );
}

function keyService(args: Args): string | undefined {
  const url = args.text("secrets-provider");
  if (url === undefined || /^(awskms|azurekeyvault|gcpkms|hashivault):\/\/.+/.test(url)) return url;
  throw new UserError(
    `--secrets-provider: found "${url}"; allowed: a URL with awskms://, azurekeyvault://, gcpkms:// or hashivault://; without the option it is a passphrase`,
  );
}
