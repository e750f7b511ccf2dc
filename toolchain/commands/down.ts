import { rm } from "node:fs/promises";
import type Docker from "dockerode";
import { findEngine } from "../engine";
import { UserError } from "../errors";
import type { Progress } from "../progress";
import { confirmByTyping } from "../terminal";
import type { Args } from "./args";
import { type Command, stackOf, stackOption, type Surroundings } from "./command";
import { removeFrom, settle } from "./healing/heal";
import { type Inventory, inventoryOf } from "./healing/inventory";
import { runPulumi } from "./run/run";
import { hasState, type OpenStack, openStack } from "./stack/open";
import { readState, resourcesOf } from "./stack/state";

/** `npm run down`. */
export const down: Command = {
  syntax: {
    name: "down",
    summary:
      "Takes the platform down. Data and generated passwords are kept, so that up brings it back as it was.",
    options: {
      ...stackOption,
      "with-data": {
        type: "boolean",
        help: "also remove the data volumes and the generated passwords; cannot be undone",
      },
      yes: {
        type: "boolean",
        short: "y",
        help: "do not ask (needed with --with-data where there is no terminal)",
      },
    },
    examples: ["npm run down", "npm run down -- --with-data --yes"],
  },
  run: takeDown,
};

async function takeDown(args: Args, { root, progress, print }: Surroundings): Promise<number> {
  const name = stackOf(args);
  const withData = args.flag("with-data");
  const docker = (await findEngine())?.docker;
  if (withData && !args.flag("yes")) await confirm(name, docker);
  const stack = (await hasState(root)) ? await openStack(root, name, progress) : undefined;
  if (stack !== undefined && (await exists(stack))) await destroy(stack, docker, withData, progress);
  const left = docker === undefined ? undefined : await removeLeftovers(docker, name, withData, progress);
  if (withData && stack !== undefined) await rm(stack.files, { recursive: true, force: true });
  print(conclusion(name, withData, left));
  return 0;
}

async function confirm(name: string, docker: Docker | undefined): Promise<void> {
  const volumes = docker === undefined ? [] : (await inventoryOf(docker, name)).volumes;
  const what = volumes.length === 0 ? "its data" : `its data (${volumes.join(", ")})`;
  const question = `This removes stack "${name}" with ${what} and its passwords. It cannot be undone.`;
  await confirmByTyping(
    question,
    name,
    `npm run down -- --with-data --yes${name === "dev" ? "" : ` --stack ${name}`}`,
  );
}

/** Whether the backend knows the stack: one that was never made has only leftovers, if anything. */
async function exists(stack: OpenStack): Promise<boolean> {
  const list: unknown = JSON.parse(await stack.cli.capture(["stack", "ls", "--json"]));
  return Array.isArray(list) && list.some((entry: { name?: unknown }) => entry.name === stack.name);
}

async function destroy(
  stack: OpenStack,
  docker: Docker | undefined,
  withData: boolean,
  progress: Progress,
): Promise<void> {
  if (docker === undefined && resourcesOf(await readState(stack.cli)).length > 0) {
    throw new UserError(
      "no Docker Engine answers, and the stack's containers are on one",
      "start it; npm run doctor says what was looked for",
    );
  }
  await settle(stack, progress);
  const kept = withData ? "--ignore-protect" : "--exclude-protected";
  await runPulumi(stack, `Taking stack ${stack.name} down`, ["destroy", kept], docker, progress);
}

/** Removes what bears the stack's label and is not in any state. Volumes only together with the data. */
async function removeLeftovers(
  docker: Docker,
  name: string,
  withData: boolean,
  progress: Progress,
): Promise<Inventory> {
  const found = await inventoryOf(docker, name);
  await removeFrom(docker, found.containers, found.networks);
  if (withData) await Promise.all(found.volumes.map((volume) => docker.getVolume(volume).remove()));
  const removed = [...found.containers, ...found.networks]
    .map((object) => object.name)
    .concat(withData ? found.volumes : []);
  if (removed.length > 0) progress.note(`Removed what no state knew: ${removed.join(", ")}`);
  const left = await inventoryOf(docker, name);
  const rest = [...left.containers, ...left.networks]
    .map((object) => object.name)
    .concat(withData ? left.volumes : []);
  if (rest.length > 0)
    throw new UserError(`still on the engine: ${rest.join(", ")}`, "run the command again");
  return left;
}

function conclusion(name: string, withData: boolean, left: Inventory | undefined): string {
  if (withData) return `Stack ${name} and its data are gone.`;
  const volumes = left?.volumes ?? [];
  if (volumes.length === 0) return `Stack ${name} is down. It has no data.`;
  return (
    `Stack ${name} is down. Its data is kept: ${volumes.join(", ")}\n` +
    "  npm run up brings it back; npm run down -- --with-data removes the data too."
  );
}
