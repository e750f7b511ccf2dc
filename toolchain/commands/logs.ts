import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import { LABEL as POD } from "../../components/platforms/kubernetes/names";
import { findEngine } from "../engine";
import { UserError } from "../errors";
import type { Args } from "./args";
import { type Command, stackOf, stackOption } from "./command";
import { type EngineContainer, inventoryOf } from "./healing/inventory";

/** `npm run logs -- SERVICE`. */
export const logs: Command = {
  syntax: {
    name: "logs",
    summary: "Shows the log of a service or of a set-up job.",
    argument: {
      name: "SERVICE",
      help: "name of a service or job, as npm run status lists it",
      required: true,
    },
    options: {
      ...stackOption,
      follow: { type: "boolean", short: "f", help: "go on showing new lines until Ctrl-C, across restarts" },
      tail: { type: "string", value: "N", help: "lines from the end to start with, or all (default: 200)" },
    },
    examples: ["npm run logs -- label-studio -f", "npm run logs -- postgres-setup --tail all"],
  },
  run: show,
};

const RETRY_MS = 1_000;

async function show(args: Args): Promise<number> {
  const tail = args.text("tail") ?? "200";
  if (tail !== "all" && !/^\d+$/.test(tail))
    throw new UserError(`--tail: found "${tail}"; allowed: a number of lines | all`);
  const stack = stackOf(args);
  const docker = await engineOrError();
  const container = await find(docker, stack, args.argument);
  if (args.flag("follow")) return follow(docker, stack, container, tail === "all" ? undefined : Number(tail));
  const text = await docker
    .getContainer(container.id)
    .logs({ stdout: true, stderr: true, tail: tailOption(tail) });
  for (const { stream, line } of frames(text)) (stream === 2 ? process.stderr : process.stdout).write(line);
  return 0;
}

const tailOption = (tail: string): number => (tail === "all" ? -1 : Number(tail));

async function engineOrError(): Promise<Docker> {
  const engine = await findEngine();
  if (engine !== undefined) return engine.docker;
  throw new UserError(
    "no Docker Engine answers",
    "npm run doctor says what was looked for; a stack on Kubernetes has its logs there: kubectl logs",
  );
}

async function find(docker: Docker, stack: string, wanted: string | undefined): Promise<EngineContainer> {
  const { containers } = await inventoryOf(docker, stack);
  const names = containers.flatMap(({ service, job }) => service ?? job ?? []).sort();
  const found = containers.find(({ service, job }) => wanted !== undefined && (service ?? job) === wanted);
  if (found !== undefined) return found;
  if (names.length === 0)
    throw new UserError(
      `stack "${stack}" has no containers on this engine`,
      "npm run up; where it runs on Kubernetes: " +
        `kubectl logs -A --prefix -l ${POD.instance}=${stack},${POD.name}=${wanted ?? "SERVICE"}`,
    );
  const what = wanted === undefined ? "which service?" : `unknown service "${wanted}"`;
  throw new UserError(`${what}; allowed: ${names.join(", ")}`);
}

/** Follows a log; where the container is replaced, goes on with the new one. */
async function follow(
  docker: Docker,
  stack: string,
  first: EngineContainer,
  lines: number | undefined,
): Promise<number> {
  const name = first.service ?? first.job ?? "";
  let since = 0;
  for (let container: EngineContainer | undefined = first; ;) {
    const options = since === 0 ? { tail: lines ?? -1 } : { since };
    const stream = await docker
      .getContainer(container.id)
      .logs({ stdout: true, stderr: true, follow: true, ...options });
    docker.modem.demuxStream(stream, process.stdout, process.stderr);
    await new Promise((resolve) => stream.once("end", resolve).once("close", resolve));
    if (container.job !== undefined) return 0;
    since = Math.floor(Date.now() / 1000);
    container = await next(docker, stack, name);
  }
}

/** The container that has taken the place of one whose log has ended. */
async function next(docker: Docker, stack: string, name: string): Promise<EngineContainer> {
  for (;;) {
    await pause(RETRY_MS);
    const { containers } = await inventoryOf(docker, stack);
    const running = containers.find(({ service, state }) => service === name && state === "running");
    if (running !== undefined) return running;
  }
}

/** Splits what the engine sends for a container without a terminal: 8 bytes of header, then the text. */
function* frames(buffer: Buffer): Generator<{ stream: number; line: Buffer }> {
  for (let at = 0; at + 8 <= buffer.length;) {
    const size = buffer.readUInt32BE(at + 4);
    yield { stream: buffer[at] ?? 1, line: buffer.subarray(at + 8, at + 8 + size) };
    at += 8 + size;
  }
}
