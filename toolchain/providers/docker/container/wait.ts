import type Docker from "dockerode";
import type { OperationContext } from "../../base/resource";
import { poll } from "../poll";
import { redact } from "../redact";
import type { ContainerInputs } from "./properties";

const SETTLE_MS = 500;
const LONGEST_LINE = 200;

/** A container that was made and started, but did not come to the state that its inputs ask for. */
export class NotReady extends Error {
  override readonly name = "NotReady";
}

/** Waits for what the inputs ask for: the end of a job, a healthy service, or at least one that does not die at once. */
export async function awaitReady(
  container: Docker.Container,
  inputs: ContainerInputs,
  context: OperationContext,
): Promise<void> {
  const { signal } = context;
  if (inputs.start === false) return;
  if (inputs.attach === true) await awaitEnd(container, signal);
  else if (inputs.wait === true) await awaitHealthy(container, inputs, context);
  else if (inputs.mustRun !== false) await awaitSettled(container, inputs, signal);
}

/** Asks again and again: the engine's own wait call never answers when the engine goes away in the meantime. */
async function awaitEnd(container: Docker.Container, signal: AbortSignal): Promise<void> {
  const ended = async () => (isOver((await container.inspect()).State) ? true : undefined);
  await poll(ended, Number.POSITIVE_INFINITY, signal);
}

async function awaitHealthy(
  container: Docker.Container,
  inputs: ContainerInputs,
  context: OperationContext,
): Promise<void> {
  const limitS = inputs.waitTimeout ?? 60;
  let last: Docker.ContainerInspectInfo["State"] | undefined;
  let said = "";
  const ask = async () => {
    const info = await container.inspect();
    last = info.State;
    if (isOver(last)) throw new NotReady(describe("ended before it was healthy", last, inputs));
    if (last.Health === undefined) {
      throw new NotReady(
        `container "${inputs.name}" has wait: true and no health check: add a healthcheck, or take wait away`,
      );
    }
    const line = `waiting: health ${last.Health.Status}, ${info.RestartCount} restarts, at most ${limitS} s`;
    if (line !== said) context.log((said = line));
    return last.Health.Status === "healthy" ? true : undefined;
  };
  if ((await poll(ask, limitS * 1000, context.signal)) === undefined) {
    throw new NotReady(describe(`is not healthy after ${limitS} s (waitTimeout)`, last, inputs));
  }
}

async function awaitSettled(
  container: Docker.Container,
  inputs: ContainerInputs,
  signal: AbortSignal,
): Promise<void> {
  const ask = async () => {
    const { State } = await container.inspect();
    if (isOver(State)) throw new NotReady(describe("ended right after its start", State, inputs));
    return undefined;
  };
  await poll(ask, SETTLE_MS, signal);
}

/** True when nothing will start the container again but somebody's command. */
function isOver(state: Docker.ContainerInspectInfo["State"]): boolean {
  return !state.Running && !state.Restarting;
}

/** Never the container's logs: they may hold secrets. Its health check's last words are its operator's own. */
function describe(
  what: string,
  state: Docker.ContainerInspectInfo["State"] | undefined,
  inputs: ContainerInputs,
): string {
  const facts = [`state ${state?.Status ?? "unknown"}`];
  if (state !== undefined && isOver(state)) facts.push(`exit code ${state.ExitCode}`);
  if (state?.OOMKilled === true) facts.push("killed for memory");
  const health = state?.Health;
  if (health !== undefined && health.Status !== "none") {
    facts.push(`health ${health.Status}, ${health.FailingStreak} failures in a row`);
  }
  const line = (health?.Log ?? []).at(-1)?.Output.trim().split("\n").at(-1)?.trim() ?? "";
  if (line !== "") facts.push(`the last check said: ${redact(line, inputs).slice(0, LONGEST_LINE)}`);
  return `container "${inputs.name}" ${what}: ${facts.join("; ")}\n  see: docker logs ${inputs.name}`;
}
