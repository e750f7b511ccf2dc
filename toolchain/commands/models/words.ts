import { parseArgs } from "node:util";
import { UserError } from "../../errors";
import { Args, parse, type Syntax } from "../args";
import { stackOption } from "../command";
import { pathOf } from "./file";

/** `npm run models`, with a first word that says what to do. */
export const syntax: Syntax = {
  name: "models",
  summary:
    "Lists the language models of a stack, or brings one: a GGUF file, or a model of Ollama's library.",
  argument: {
    name: "add NAME FILE.gguf | pull NAME",
    help: "brings a file of your own, or pulls from Ollama's library; without it, the models are listed",
    required: false,
  },
  options: stackOption,
  examples: [
    "npm run models",
    "npm run models -- add mistral ~/models/mistral-7b-q4.gguf",
    "npm run models -- pull llama3.2:1b",
  ],
};

/** What one call asks for. */
export type Request =
  | { readonly do: "list" }
  | { readonly do: "add"; readonly name: string; readonly file: string }
  | { readonly do: "pull"; readonly name: string };

const WORDS = "words";

/** Reads the arguments of a call: the options as every command does, and several words besides. */
export function readWords(argv: readonly string[]): Args {
  const { tokens } = parseArgs({
    args: [...argv],
    options: { stack: { type: "string", short: "s" } },
    strict: false,
    tokens: true,
  });
  const words = tokens.flatMap((token) => (token.kind === "positional" ? [token] : []));
  const places = new Set(words.map(({ index }) => index));
  const options = parse(
    syntax,
    argv.filter((_, index) => !places.has(index)),
  );
  return new Args(
    { stack: options.text("stack"), [WORDS]: words.map(({ value }) => value) },
    words[0]?.value,
  );
}

/** What the words of a call ask for. */
export function requestOf(args: Args): Request {
  const [what, name, file, ...more] = args.texts(WORDS);
  if (what === undefined) return { do: "list" };
  if (what === "add" && name !== undefined && file !== undefined && more.length === 0)
    return { do: "add", name, file: pathOf(file) };
  if (what === "pull" && name !== undefined && file === undefined) return { do: "pull", name };
  throw new UserError(
    `npm run models: found "${args.texts(WORDS).join(" ")}"; allowed: nothing | add NAME FILE.gguf | pull NAME`,
    what === "pull" ? "npm run models -- pull llama3.2:1b" : "npm run models -- add NAME FILE.gguf",
  );
}
