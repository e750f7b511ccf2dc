import type { Settings } from "../../components/config/schema";
import { findEngine } from "../engine";
import { UserError } from "../errors";
import { silent } from "../progress";
import { type Style, table } from "../terminal";
import type { Args } from "./args";
import { type Command, stackOf, stackOption, type Surroundings } from "./command";
import { imageTags, inventoryOf } from "./healing/inventory";
import { publicOutputs } from "./run/welcome";
import { hasState, openStack } from "./stack/open";
import { readSettings } from "./stack/settings";
import { outputsOf, readState, type StackState } from "./stack/state";
import { ageOf, rowsOf, type ServiceRow } from "./status/rows";

/** `npm run status`: what runs, and why not. */
export const status: Command = {
  syntax: {
    name: "status",
    summary:
      "Shows every service: ready or why not, URL, image, age. Exits with 1 when something is not ready.",
    options: {
      ...stackOption,
      json: {
        type: "boolean",
        help: "as JSON: {stack, services: [{name, ready, reason?, absent?, url?, image}]}",
      },
    },
    examples: ["npm run status", "npm run -s status -- --json"],
  },
  run: show,
};

async function show(args: Args, { root, style, print, progress }: Surroundings): Promise<number> {
  const stack = stackOf(args);
  const rows = await statusOf(root, stack);
  if (args.flag("json")) {
    const services = rows.map(({ name, ready, reason, absent, url, image }) => ({
      name,
      ready,
      reason,
      absent,
      url,
      image,
    }));
    print(JSON.stringify({ stack, services }, null, 2));
  } else {
    const cells = rows.map((row) => [
      row.name,
      stateOf(row, style),
      ageOf(row.startedAt, Date.now()),
      row.url ?? "",
      // The name of what was built here is the project's own; it goes without saying on a line that is long already.
      row.image.replace(/^semblance-curation\//, ""),
    ]);
    print(table(["SERVICE", "STATE", "AGE", "URL", "IMAGE"], cells, style.bold));
    for (const { name, absent } of rows)
      if (absent !== undefined) progress.note(`\nabsent: ${name}: ${absent}`);
    const sick = rows.filter(isSick);
    if (sick.length > 0)
      progress.note(
        `\n${sick.length} of ${rows.length} not ready. npm run logs -- SERVICE shows why; npm run up mends what is broken.`,
      );
  }
  return rows.some(isSick) ? 1 : 0;
}

/** A service that the stack has and that does not work; one that it cannot have is told, and is no failure. */
const isSick = ({ ready, absent }: ServiceRow): boolean => !ready && absent === undefined;

function stateOf({ ready, reason, absent }: ServiceRow, style: Style): string {
  if (ready) return style.green("ready");
  return absent === undefined
    ? style.red(`not ready: ${reason ?? "unknown"}`)
    : style.dim("absent: see below");
}

/** State of every service of a stack. */
async function statusOf(root: string, name: string): Promise<ServiceRow[]> {
  const fix = name === "dev" ? "npm run up" : `npm run up -- --stack ${name}`;
  if (!(await hasState(root))) throw new UserError(`stack "${name}" has not been brought up yet`, fix);
  const stack = await openStack(root, name, silent);
  const state = await readState(stack.cli);
  const { target, kubernetes } = await readSettings(stack.cli);
  const { urls, absent } = publicOutputs(outputsOf(state));
  const rows =
    target === "docker"
      ? await engineRows(name, state, urls, absent)
      : await onCluster(name, kubernetes, urls);
  if (rows.length === 0)
    throw new UserError(`stack "${name}" has no services: it was taken down, or never brought up`, fix);
  return rows;
}

async function engineRows(
  name: string,
  state: StackState,
  urls: Readonly<Record<string, string>>,
  absent: Readonly<Record<string, string>>,
): Promise<ServiceRow[]> {
  const engine = await findEngine();
  const [inventory, tags] =
    engine === undefined
      ? [undefined, new Map<string, string>()]
      : await Promise.all([inventoryOf(engine.docker, name), imageTags(engine.docker)]);
  return rowsOf({ state, engine: inventory, urls, absent, tags });
}

async function onCluster(
  name: string,
  { context }: Settings["kubernetes"],
  urls: Readonly<Record<string, string>>,
): Promise<ServiceRow[]> {
  // Loaded here: the client is large, and who runs on Docker has no use for it.
  const { clusterRows } = await import("./status/cluster");
  return clusterRows(name, context, urls);
}
