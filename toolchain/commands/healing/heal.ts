import type Docker from "dockerode";
import { UserError } from "../../errors";
import type { Progress } from "../../progress";
import type { OpenStack } from "../stack/open";
import { pendingOf, readState, resourcesOf, type StackState } from "../stack/state";
import { compare, type Differences } from "./compare";
import { inventoryOf, type Inventory } from "./inventory";
import { freeLock } from "./lock";

/**
 * Brings a stack whose last run was killed, or whose containers were touched by hand, to where `pulumi up` can go on.
 * Answers whether the state must be refreshed against the engine.
 */
export async function heal(
  stack: OpenStack,
  docker: Docker,
  progress: Progress,
): Promise<{ readonly refresh: boolean }> {
  await freeLock(stack, progress);
  const [state, engine] = await Promise.all([readState(stack.cli), inventoryOf(docker, stack.name)]);
  refuseForeign(stack, state, engine);
  const found = compare(engine, state);
  // Only what holds no data is removed. Volumes are taken over by their name.
  await removeFrom(docker, [...found.orphans.containers, ...found.sick], found.orphans.networks);
  for (const line of story(found)) progress.note(line);
  const interrupted = await dropPending(stack, state, progress);
  return { refresh: found.gone.length > 0 || found.sick.length > 0 || interrupted };
}

/**
 * Frees the stack after a run that was killed, without a look at what it left behind. Answers whether one was.
 * Enough for `pulumi destroy`, where that goes with the rest, and on Kubernetes, where it is taken over by its name.
 */
export async function settle(stack: OpenStack, progress: Progress): Promise<boolean> {
  await freeLock(stack, progress);
  return dropPending(stack, await readState(stack.cli), progress);
}

/** What was found, one line per kind. */
function story({ orphans, sick, gone }: Differences): string[] {
  const lines: string[] = [];
  const left = [...orphans.containers, ...orphans.networks].map(({ name }) => name);
  if (left.length > 0)
    lines.push(`Removed what an interrupted run left behind (no data in it): ${left.join(", ")}`);
  for (const container of sick)
    lines.push(`Removed ${container.name} (${ailment(container)}): it is made anew`);
  if (gone.length > 0) lines.push(`Gone from the engine, made anew: ${gone.join(", ")}`);
  return lines;
}

function ailment({ state, health, exitCode }: Inventory["containers"][number]): string {
  if (state === "running") return health;
  return exitCode === undefined ? state : `${state} with code ${exitCode}`;
}

/** An empty state beside things that bear the stack's name: they belong to another folder, or their state is lost. */
function refuseForeign(stack: OpenStack, state: StackState, engine: Inventory): void {
  if (resourcesOf(state).length > 0 || pendingOf(state).length > 0) return;
  const fix =
    `in the folder it came from: npm run down; if that is gone, remove it together with its data: ` +
    `npm run down -- --stack ${stack.name} --with-data; or choose another name: npm run up -- --stack NAME`;
  if (engine.containers.some(({ state: condition }) => condition === "running")) {
    const names = engine.containers.map(({ name }) => name).join(", ");
    throw new UserError(
      `a stack "${stack.name}" whose state is not in ${stack.backend.url} runs on this engine: ${names}`,
      fix,
    );
  }
  if (engine.volumes.length > 0) {
    throw new UserError(
      `data of an earlier stack "${stack.name}" is on this engine (${engine.volumes.join(", ")}), but the state that holds its ` +
        `passwords is not in ${stack.backend.url}`,
      fix,
    );
  }
}

/** Removes containers, then the networks that they were in. What is already gone counts as removed. */
export async function removeFrom(
  docker: Docker,
  containers: readonly { readonly id: string }[],
  networks: readonly { readonly id: string }[],
): Promise<void> {
  const unlessGone = (error: unknown): void => {
    if (!(error instanceof Error && "statusCode" in error && error.statusCode === 404)) throw error;
  };
  await Promise.all(
    containers.map(({ id }) => docker.getContainer(id).remove({ force: true }).catch(unlessGone)),
  );
  await Promise.all(networks.map(({ id }) => docker.getNetwork(id).remove().catch(unlessGone)));
}

/** Clears operations that were under way when a run was killed: Pulumi cannot know how they ended, the engine does. */
async function dropPending(stack: OpenStack, state: StackState, progress: Progress): Promise<boolean> {
  const count = pendingOf(state).length;
  if (count === 0) return false;
  const cleared = { ...state, deployment: { ...state.deployment, pending_operations: [] } };
  await stack.cli.capture(["stack", "import"], JSON.stringify(cleared));
  progress.note(`Cleared ${count} unfinished operation${count === 1 ? "" : "s"} of an interrupted run`);
  return true;
}
