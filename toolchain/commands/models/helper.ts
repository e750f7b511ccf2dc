import { randomBytes } from "node:crypto";
import { Duplex, PassThrough, type Readable } from "node:stream";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { setTimeout } from "node:timers/promises";
import type Docker from "dockerode";
import { objectName } from "../../../components/platforms/docker/names";

/** Where a stack keeps its models, and what can work on them. */
export interface ModelStore {
  readonly docker: Docker;
  readonly stack: string;
  /** Id of the stack's image of Ollama. */
  readonly image: string;
  readonly user: string;
  readonly volume: string;
  /** Where the volume is mounted. */
  readonly folder: string;
}

/** One command beside the server, on the volume of its models. */
export interface Task {
  readonly command: readonly string[];
  /** The world, or nobody. */
  readonly network: "bridge" | "none";
  /** Whether it may only look. */
  readonly readOnly?: boolean;
  /** What it reads from its standard input. */
  readonly input?: Readable;
  /** Called with each line of its standard output. */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** How it ended. */
export interface Ended {
  /** Exit code; undefined when it was killed from outside. */
  readonly code: number | undefined;
  readonly lines: readonly string[];
}

const MEMORY = 1024 ** 3;
/** Time for what a container said last to arrive once it is gone. */
const LAST_WORDS_MS = 2000;

/** Its exit code is its last line: the engine forgets a container that has ended, and with it the code. */
const WRAPPER = ["sh", "-c", '"$@"; printf "\\nexit %s\\n" "$?"', "sh"];

/** Runs a command in a container of its own, with no more rights than the server has. The engine removes it when it has ended. */
export async function runTask(store: ModelStore, task: Task): Promise<Ended> {
  const container = await store.docker.createContainer(optionsOf(store, task));
  const stop = (): void => void container.remove({ force: true }).catch(() => undefined);
  task.signal?.addEventListener("abort", stop);
  try {
    const stream = await container.attach({
      stream: true,
      hijack: true,
      stdin: true,
      stdout: true,
      stderr: true,
    });
    const reading = read(store.docker, stream, task.onLine);
    await container.start();
    const [sent, said] = await Promise.all([
      send(task, stream),
      reading,
      closeWithContainer(container, stream, reading),
    ]);
    const ended = endedWith(said);
    task.signal?.throwIfAborted();
    if (sent !== undefined && (ended.code === undefined || ended.code === 0)) throw sent;
    return ended;
  } catch (error) {
    stop();
    throw error;
  } finally {
    task.signal?.removeEventListener("abort", stop);
  }
}

/** Sends what the task reads. An error is returned: where the task has ended early, what it said tells more. */
async function send({ input, signal }: Task, stream: NodeJS.WritableStream): Promise<unknown> {
  if (input === undefined) return undefined;
  // The engine goes on reading what is sent to a container that it has removed.
  const options = signal === undefined ? {} : { signal };
  return pipeline(input, stream, options).catch((error: unknown) => error);
}

/**
 * Closes the stream of a container that is gone. The engine leaves it open now and then where the container ended by itself
 * while it was sent something, and who waits for the stream alone waits for ever.
 */
async function closeWithContainer(
  container: Docker.Container,
  stream: NodeJS.ReadWriteStream,
  reading: Promise<unknown>,
): Promise<void> {
  await container.wait({ condition: "removed" }).catch((error: unknown) => {
    // It was gone before it could be waited for.
    if (!(error instanceof Error && "statusCode" in error && error.statusCode === 404)) throw error;
  });
  await Promise.race([reading, setTimeout(LAST_WORDS_MS, undefined, { ref: false })]);
  if (stream instanceof Duplex) stream.destroy();
}

function endedWith(said: readonly string[]): Ended {
  const code = /^exit (\d+)$/.exec(said.at(-1) ?? "")?.[1];
  const lines = said.filter((line) => line !== "");
  return code === undefined ? { code: undefined, lines } : { code: Number(code), lines: lines.slice(0, -1) };
}

function optionsOf(store: ModelStore, task: Task): Docker.ContainerCreateOptions {
  const reads = task.input !== undefined;
  return {
    name: objectName(store.stack, "models", randomBytes(3).toString("hex")),
    Image: store.image,
    Entrypoint: [...WRAPPER, ...task.command],
    Cmd: [],
    User: store.user,
    WorkingDir: store.folder,
    Env: [`OLLAMA_MODELS=${store.folder}`, `HOME=${store.folder}`],
    OpenStdin: reads,
    StdinOnce: reads,
    HostConfig: {
      NetworkMode: task.network,
      Init: true,
      AutoRemove: true,
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      Memory: MEMORY,
      MemorySwap: MEMORY,
      Tmpfs: { "/tmp": "rw,nosuid,nodev,noexec,size=128m,mode=1777" },
      Mounts: [
        { Type: "volume", Source: store.volume, Target: store.folder, ReadOnly: task.readOnly ?? false },
      ],
    },
  };
}

/** The lines of standard output, to the end. */
async function read(
  docker: Docker,
  stream: NodeJS.ReadWriteStream,
  onLine: (line: string) => void = () => undefined,
): Promise<readonly string[]> {
  const stdout = new PassThrough();
  const stderr = new PassThrough().resume();
  docker.modem.demuxStream(stream, stdout, stderr);
  for (const event of ["end", "close", "error"]) stream.once(event, () => (stdout.end(), stderr.end()));
  const lines: string[] = [];
  for await (const line of createInterface({ input: stdout })) {
    lines.push(line);
    onLine(line);
  }
  return lines;
}
