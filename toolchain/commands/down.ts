import { rm } from "node:fs/promises";
import type Docker from "dockerode";
import { findEngine } from "../engine";
import { UserError } from "../errors";
import type { Progress } from "../progress";
import { confirmByTyping } from "../terminal";
import type { Args } from "./args";
import { type Command, stackOf, stackOption, type Surroundings } from "./command";
import { removeFrom, settle } from "./healing/heal";
import { inventoryOf } from "./healing/inventory";
import { runPulumi } from "./run/run";
import { hasState, type OpenStack, openStack } from "./stack/open";
import { readSettings } from "./stack/settings";
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
  const stack = (await hasState(root)) ? await openStack(root, name, progress) : undefined;
  const known = stack !== undefined && (await exists(stack)) ? stack : undefined;
  const target = known === undefined ? "docker" : (await readSettings(known.cli)).target;
  const docker = target === "docker" ? (await findEngine())?.docker : undefined;
  if (withData && !args.flag("yes")) await confirm(name, await dataOf(known, docker, name));
  if (known !== undefined) {
    if (target === "docker") await refuseWithoutEngine(known, docker);
    await destroy(known, docker, withData, progress);
  }
  if (docker !== undefined) await removeLeftovers(docker, name, withData, progress);
  if (withData && stack !== undefined) await rm(stack.files, { recursive: true, force: true });
  print(conclusion(name, withData, await dataOf(known, docker, name)));
  return 0;
}

/** Names of what holds data: volumes on the engine, whatever made them; on a cluster the claims that the state protects. */
async function dataOf(
  stack: OpenStack | undefined,
  docker: Docker | undefined,
  name: string,
): Promise<readonly string[]> {
  if (docker !== undefined) return (await inventoryOf(docker, name)).volumes;
  if (stack === undefined) return [];
  const kept = resourcesOf(await readState(stack.cli)).filter(({ protect }) => protect === true);
  return kept.flatMap(({ type, id }) => (type.endsWith(":PersistentVolumeClaim") ? [id ?? ""] : []));
}

async function confirm(name: string, data: readonly string[]): Promise<void> {
  const what = data.length === 0 ? "its data" : `its data (${data.join(", ")})`;
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

async function refuseWithoutEngine(stack: OpenStack, docker: Docker | undefined): Promise<void> {
  if (docker !== undefined || resourcesOf(await readState(stack.cli)).length === 0) return;
  throw new UserError(
    "no Docker Engine answers, and the stack's containers are on one",
    "start it; npm run doctor says what was looked for",
  );
}

async function destroy(
  stack: OpenStack,
  docker: Docker | undefined,
  withData: boolean,
  progress: Progress,
): Promise<void> {
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
): Promise<void> {
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
}

function conclusion(name: string, withData: boolean, data: readonly string[]): string {
  if (withData) return `Stack ${name} and its data are gone.`;
  if (data.length === 0) return `Stack ${name} is down. It has no data.`;
  return (
    `Stack ${name} is down. Its data is kept: ${data.join(", ")}\n` +
    "  npm run up brings it back; npm run down -- --with-data removes the data too."
  );
}
