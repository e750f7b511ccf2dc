import { z } from "zod";
import { UserError } from "../errors";
import { silent } from "../progress";
import type { Args } from "./args";
import { type Command, stackOf, stackOption, type Surroundings } from "./command";
import { publicOutputs, type PublicOutputs } from "./run/welcome";
import { hasState, openStack } from "./stack/open";
import { outputsOf, readState } from "./stack/state";

type Login = PublicOutputs["logins"][number];

/** `npm run password -- SERVICE`. */
export const password: Command = {
  syntax: {
    name: "password",
    summary: "Shows one generated login: user name and password.",
    argument: {
      name: "SERVICE",
      help: "the login to show; without it, the names of all are listed",
      required: true,
    },
    options: stackOption,
    examples: ["npm run password -- label-studio"],
  },
  run: show,
};

async function show(args: Args, { root, style, print }: Surroundings): Promise<number> {
  const name = stackOf(args);
  const up = name === "dev" ? "npm run up" : `npm run up -- --stack ${name}`;
  if (!(await hasState(root))) throw new UserError(`stack "${name}" has not been brought up yet`, up);
  const stack = await openStack(root, name, silent);
  const outputs = publicOutputs(outputsOf(await readState(stack.cli)));
  if (outputs.logins.length === 0)
    throw new UserError(`stack "${name}" has no logins: it was taken down, or never brought up`, up);
  const login = choose(outputs.logins, args.argument);
  const secrets = z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(await stack.cli.capture(["stack", "output", "passwords", "--json", "--show-secrets"])));
  const secret = secrets[login.passwordOutput];
  if (typeof secret !== "string")
    throw new UserError(`stack "${name}" has no password for "${login.passwordOutput}"`, up);
  const url = outputs.urls[login.service];
  if (url !== undefined) print(`${style.dim("url     ")}  ${url}`);
  print(`${style.dim("username")}  ${login.username}`);
  print(`${style.dim("password")}  ${secret}`);
  return 0;
}

/** The login that is meant: by the name of its password, or by its service where that has only one. */
export function choose(logins: readonly Login[], wanted: string | undefined): Login {
  const byName = logins.find(({ passwordOutput }) => passwordOutput === wanted);
  if (byName !== undefined) return byName;
  const ofService = logins.filter(({ service }) => service === wanted);
  const [only] = ofService;
  if (only !== undefined && ofService.length === 1) return only;
  const what =
    wanted === undefined
      ? "which login?"
      : only === undefined
        ? `unknown login "${wanted}"`
        : `"${wanted}" has several logins`;
  const list = (only === undefined ? logins : ofService).map(
    ({ passwordOutput, username }) => `${passwordOutput} (${username})`,
  );
  throw new UserError(`${what}; allowed: ${list.join(", ")}`);
}
