import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import { docker } from "./engine";
import type { Needles } from "./secrets";

/** Where a secret was found that must not be there. The secret itself is not shown, only where it comes from. */
export interface Find {
  readonly where: string;
  readonly secret: string;
}

/** Looks for secrets in a text. */
export function inText(needles: Needles, where: string, text: string | Buffer): Find[] {
  const bytes = Buffer.from(text);
  return [...needles].filter(([, needle]) => bytes.includes(needle)).map(([secret]) => ({ where, secret }));
}

/** Looks for secrets in all files below a folder. */
export async function inFiles(needles: Needles, folder: string): Promise<{ finds: Find[]; files: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const finds = await Promise.all(files.map(async (file) => inText(needles, file, await readFile(file))));
  return { finds: finds.flat(), files: files.length };
}

/** Looks for secrets in what `docker inspect` shows of every container on the engine, whoever it belongs to. */
export async function inInspect(needles: Needles): Promise<{ finds: Find[]; containers: number }> {
  const all = await docker.listContainers({ all: true });
  const finds = await Promise.all(
    all.map(async ({ Id, Names }) => {
      const shown = await docker
        .getContainer(Id)
        .inspect()
        .catch(() => undefined);
      return inText(needles, `docker inspect ${Names[0] ?? Id}`, JSON.stringify(shown ?? ""));
    }),
  );
  return { finds: finds.flat(), containers: all.length };
}

/** Looks for secrets in the history of an image: its commands, environment and labels. */
export async function inHistory(needles: Needles, image: string): Promise<Find[]> {
  const [history, shown] = await Promise.all([
    docker.getImage(image).history(),
    docker.getImage(image).inspect(),
  ]);
  return inText(needles, `history of image ${image}`, JSON.stringify([history, shown]));
}

/**
 * Looks for byte strings in the layers of images, and answers which are there. grep does it in one pass for all of them;
 * the patterns reach it by a pipe, so that they stand in no file and in no argument list.
 */
export async function inLayers(images: readonly string[], patterns: readonly Buffer[]): Promise<Set<string>> {
  const archive = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    docker.modem.dial(
      {
        path: "/images/get?",
        options: { names: images },
        method: "GET",
        isStream: true,
        statusCodes: { 200: true, 404: "no such image" },
      },
      (error: unknown, stream: unknown) => (isReadable(stream) ? resolve(stream) : reject(toError(error))),
    );
  });
  // bash makes a true pipe out of what Node.js gives: a socket, which grep could not open.
  const grep = spawn("bash", ["-c", "exec grep -aoF -f <(cat <&3)"], {
    stdio: ["pipe", "pipe", "inherit", "pipe"],
  });
  const list = grep.stdio[3];
  if (grep.stdin === null || grep.stdout === null || !(list instanceof Writable))
    throw new Error("no pipes to grep");
  list.end(`${patterns.map(String).join("\n")}\n`);
  archive.pipe(grep.stdin);
  const found = new Set<string>();
  let rest = "";
  grep.stdout.setEncoding("latin1").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) found.add(line);
  });
  await new Promise((resolve) => grep.once("close", resolve));
  return found;
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const isReadable = (value: unknown): value is NodeJS.ReadableStream =>
  typeof value === "object" && value !== null && "pipe" in value;

/** Looks again and again at the arguments of every process of this machine, those inside containers included. */
export class ArgumentWatch {
  private readonly finds = new Map<string, Find>();
  private readonly timer: NodeJS.Timeout;
  looks = 0;
  private readonly seen = new Set<string>();

  constructor(private readonly needles: Needles) {
    this.timer = setInterval(() => this.look(), 5);
  }

  /** Ends the watch, and answers what was seen. */
  stop(): { finds: Find[]; looks: number; commandLines: number } {
    clearInterval(this.timer);
    return { finds: [...this.finds.values()], looks: this.looks, commandLines: this.seen.size };
  }

  private look(): void {
    this.looks += 1;
    for (const pid of readdirSync("/proc")) {
      if (!/^\d+$/.test(pid)) continue;
      const line = readOrNothing(`/proc/${pid}/cmdline`);
      if (this.seen.has(line)) continue;
      this.seen.add(line);
      const program = line.split("\0")[0] ?? "";
      for (const find of inText(this.needles, `arguments of ${program}`, line))
        this.finds.set(find.where, find);
    }
  }
}

/** A process may end between two looks. */
function readOrNothing(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
