import { access, rename, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { UserError } from "../errors";
import { environmentOf } from "../policies/pack";
import { pulumiHome } from "../pulumi";
import { table } from "../terminal";
import type { Args } from "./args";
import type { Command, Surroundings } from "./command";
import { planned, titleOf, type Wish } from "./environment/plan";
import { renderStackFile } from "./environment/render";
import { collisions } from "./environment/room";
import { judged, type KnownStack, stacksIn } from "./environment/stacks";
import { readWords, requestOf, syntax } from "./environment/words";
import { type Backend, findBackend, shownUrl } from "./stack/backend";
import { PROJECT } from "./stack/open";
import { keyServiceOf, stackFilePath } from "./stack/stack-file";

/** `npm run environment`: the stacks that have a file in this folder. */
export const environment: Command & { read(argv: readonly string[]): Args } = {
  syntax,
  read: readWords,
  run,
};

async function run(args: Args, surroundings: Surroundings): Promise<number> {
  const request = requestOf(args);
  const stacks = await stacksIn(surroundings.root);
  if (request.do === "add") return add(request.wish, stacks, surroundings);
  if (request.do === "comment") return comment(request.name, stacks, surroundings);
  return request.do === "list" ? list(stacks, surroundings) : check(request.name, stacks, surroundings);
}

/** Writes the file of a new stack. Nothing is overwritten, and nothing is written that `up` would refuse. */
async function add(
  wish: Wish,
  stacks: readonly KnownStack[],
  { root, print }: Surroundings,
): Promise<number> {
  const { name } = wish;
  const path = stackFilePath(root, name);
  if (stacks.some((stack) => stack.name === name))
    throw new UserError(
      `${relative(root, path)} is there already`,
      "npm run environment   (lists the stacks)",
    );
  const { title, file, open } = planned(wish, stacks);
  const { settings, problem } = judged(name, file);
  if (settings === undefined) throw new UserError(`stack "${name}" would not be valid: ${problem ?? ""}`);
  await writeFile(path, renderStackFile(title, name, file), { flag: "wx" });
  print(`${relative(root, path)} is written: ${inWords({ name, file, settings, problem })}`);
  for (const point of open) print(`to be set before up: ${point}`);
  print(`git ignores it, as every file of one machine; to share it: git add --force ${relative(root, path)}`);
  print(`next:\n  npm run preview -- --stack ${name}\n  npm run up -- --stack ${name}`);
  return 0;
}

function inWords({ settings, file }: KnownStack): string {
  if (settings === undefined) return "";
  const { target, profile, subnets, aws } = settings;
  const place = { docker: `subnets ${subnets}`, kubernetes: "", aws: `VPC ${aws.network.cidr}` }[target];
  const parts = [`target ${target}`, `profile ${profile}`, addressOf(settings), place, secretsOf(file)];
  return parts.filter((part) => part !== "").join(", ");
}

const addressOf = ({ domain, edge: { httpsPort } }: NonNullable<KnownStack["settings"]>): string =>
  `https://${domain}${httpsPort === 443 ? "" : `:${httpsPort}`}`;

const secretsOf = (file: KnownStack["file"]): string =>
  `secrets by ${keyServiceOf(file)?.replace(/:\/\/.*/, "") ?? "passphrase"}`;

async function list(stacks: readonly KnownStack[], { root, print, style }: Surroundings): Promise<number> {
  const backend = await findBackend(root, pulumiHome());
  const rows = stacks.map(async ({ name, settings, file }) => [
    name,
    ...(settings === undefined
      ? [style.red("invalid: npm run environment -- check"), "", "", "", ""]
      : [
          settings.target,
          settings.profile,
          addressOf(settings),
          settings.target === "docker" ? settings.subnets : "",
          `as ${environmentOf(settings)}`,
        ]),
    secretsOf(file).replace("secrets by ", ""),
    await stateOf(backend, name),
  ]);
  const head = ["STACK", "TARGET", "PROFILE", "ADDRESS", "SUBNETS", "POLICIES", "SECRETS", "STATE"];
  print(table(head, await Promise.all(rows), style.bold));
  print(`state: ${shownUrl(backend.url)} (${backend.chosenBy})`);
  return 0;
}

/** Whether there is a state of the stack; asking a bucket or a service would need credentials, and seconds. */
async function stateOf({ folder }: Backend, name: string): Promise<string> {
  if (folder === undefined) return "not asked";
  return access(join(folder, ".pulumi", "stacks", PROJECT, `${name}.json`)).then(
    () => "there",
    () => "none yet",
  );
}

async function check(
  only: string | undefined,
  stacks: readonly KnownStack[],
  { print, style }: Surroundings,
): Promise<number> {
  const looked = stacks.filter(({ name }) => only === undefined || name === only);
  if (looked.length === 0) throw unknown(only ?? "", stacks);
  for (const { name, problem } of looked)
    print(`Pulumi.${name}.yaml: ${problem === undefined ? style.green("valid") : style.red(problem)}`);
  const valid = looked.flatMap(({ name, settings }) => (settings === undefined ? [] : [{ name, settings }]));
  for (const line of collisions(valid)) print(style.yellow(`not at the same time on one machine: ${line}`));
  return looked.every(({ problem }) => problem === undefined) ? 0 : 1;
}

/** Writes the comments of a file anew: after an update of the project, or for a file that was written by hand. */
async function comment(
  name: string,
  stacks: readonly KnownStack[],
  { root, print }: Surroundings,
): Promise<number> {
  const stack = stacks.find((one) => one.name === name);
  if (stack === undefined) throw unknown(name, stacks);
  if (stack.settings === undefined) throw new UserError(`Pulumi.${name}.yaml: ${stack.problem ?? ""}`);
  const path = stackFilePath(root, name);
  const half = `${path}.new`;
  await writeFile(half, renderStackFile(titleOf(name, stack.settings.target), name, stack.file));
  await rename(half, path);
  print(`${relative(root, path)}: every key with its meaning and default; what was set is as it was`);
  return 0;
}

const unknown = (name: string, stacks: readonly KnownStack[]): UserError =>
  new UserError(`Pulumi.${name}.yaml: not found; allowed: ${stacks.map((stack) => stack.name).join(", ")}`);
