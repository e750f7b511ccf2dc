import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { pack } from "tar-stream";
import { UserError } from "../errors";
import type { ContextFile } from "./content";
import { messagesOf } from "./messages";

/** How many lines of a failed build the error shows. */
const SHOWN_LINES = 20;

/** What to build and where its output goes. */
export interface BuildRequest {
  /** Name for people: the folder in `images/`. */
  readonly name: string;
  readonly tag: string;
  readonly files: readonly ContextFile[];
  /** Stage of the Dockerfile that becomes the image. @default the last one */
  readonly target?: string | undefined;
  readonly buildArguments: Readonly<Record<string, string>>;
  /** File that gets the whole output. */
  readonly log: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Builds one image through the engine's API; works with the classic builder of Docker 20.10. The tag appears when the
 * build is complete and not before; the layers of an interrupted one stay as cache.
 * @throws UserError with the last lines of the output
 */
export async function buildImage(docker: Docker, request: BuildRequest): Promise<void> {
  await mkdir(dirname(request.log), { recursive: true });
  const log = createWriteStream(request.log);
  const recent: string[] = [];
  let step: string | undefined;
  const write = (text: string): void => {
    log.write(text);
    for (const line of text.split(/[\r\n]+/)) {
      const plain = line.replace(/\u001b\[[0-9;]*m/g, "").trim();
      if (plain === "") continue;
      recent.push(plain);
      if (recent.length > SHOWN_LINES) recent.shift();
      step = /^Step (\d+\/\d+) :/.exec(plain)?.[1] ?? step;
      request.say(step === undefined ? plain : `step ${step}: ${plain}`);
    }
  };
  try {
    const output = await docker.buildImage(archive(request.files), {
      t: request.tag,
      buildargs: { ...request.buildArguments },
      ...(request.target === undefined ? {} : { target: request.target }),
      rm: true,
      forcerm: true,
      abortSignal: request.signal,
    });
    for await (const message of messagesOf(output)) {
      if (message.stream !== undefined) write(message.stream);
      if (message.error !== undefined) throw new Error(message.error);
    }
  } catch (error) {
    request.signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    log.write(`\n${reason}\n`);
    const shown = recent.map((line) => `    ${line}`).join("\n");
    throw new UserError(
      `image "${request.name}" could not be built: ${reason}\n  last lines of ${request.log}:\n${shown}`,
      "see the log; once the cause is gone, run the same command again: finished steps are kept",
    );
  } finally {
    await new Promise((resolve) => log.end(resolve));
  }
}

/** The build context as a tar stream. */
function archive(files: readonly ContextFile[]): NodeJS.ReadableStream {
  const tar = pack();
  for (const file of files) {
    // One date for all, because the builder's cache compares contents only.
    tar.entry({ name: file.path, mode: file.executable ? 0o755 : 0o644, mtime: new Date(0) }, file.content);
  }
  tar.finalize();
  return Readable.from(tar);
}
