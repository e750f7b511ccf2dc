import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Transform } from "node:stream";
import type Docker from "dockerode";
import { z } from "zod";
import { objectName } from "../../../components/platforms/docker/names";
import { UserError } from "../../errors";
import { bytes } from "../../terminal";
import { inventoryOf } from "../healing/inventory";
import { type Ended, type ModelStore, runTask } from "./helper";

/** What lies in a store. */
export interface Contents {
  /** Digests of the files, as 64 hexadecimal digits. */
  readonly blobs: ReadonlySet<string>;
  /** The models that Ollama knows, and the digests of what each is made of. */
  readonly models: ReadonlyMap<string, ReadonlySet<string>>;
}

/** How work tells where it is, and how it is told to stop. */
export interface Control {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The store of a stack, by its server of models, whether or not that runs. */
export async function findStore(docker: Docker, stack: string, up: string): Promise<ModelStore> {
  const { containers } = await inventoryOf(docker, stack);
  const server = containers.find(({ service }) => service === "ollama");
  if (server === undefined) {
    throw new UserError(
      containers.length === 0
        ? `stack "${stack}" is not up on this engine`
        : `stack "${stack}" has no Ollama on this engine: npm run status says why`,
      up,
    );
  }
  const { Config, Image, Mounts } = await docker.getContainer(server.id).inspect();
  const volume = objectName(stack, "ollama", "models");
  const mount = Mounts.find(({ Name }) => Name === volume);
  if (mount === undefined) throw new UserError(`${server.name} has no volume "${volume}"`, up);
  return { docker, stack, image: Image, user: Config.User, volume, folder: mount.Destination };
}

/** Lists a store. It may be empty: the server makes its folders when it first needs them. */
export async function contentsOf(store: ModelStore): Promise<Contents> {
  const script =
    '[ ! -d blobs ] || ls blobs; [ ! -d manifests ] || grep -roE "sha256:[0-9a-f]{64}" manifests || true';
  const { lines } = must(
    await runTask(store, { command: ["sh", "-c", script], network: "none", readOnly: true }),
    "its store cannot be read",
  );
  return readContents(lines);
}

/** Reads `sha256-DIGEST` for a file, and `manifests/REGISTRY/NAMESPACE/MODEL/TAG:sha256:DIGEST` for a part of a model. */
export function readContents(lines: readonly string[]): Contents {
  const blobs = new Set<string>();
  const models = new Map<string, Set<string>>();
  for (const line of lines) {
    const blob = /^sha256-([0-9a-f]{64})$/.exec(line)?.[1];
    if (blob !== undefined) blobs.add(blob);
    const [, path, digest] = /^manifests\/(.+):sha256:([0-9a-f]{64})$/.exec(line) ?? [];
    if (path === undefined || digest === undefined) continue;
    const name = path.replace(/^registry\.ollama\.ai\/(library\/)?/, "").replace(/\/([^/]+)$/, ":$1");
    models.set(name, (models.get(name) ?? new Set()).add(digest));
  }
  return { blobs, models };
}

/** Brings a file into a store. @returns its digest, as 64 hexadecimal digits */
export async function putFile(
  store: ModelStore,
  file: string,
  size: number,
  { say, signal }: Control,
): Promise<string> {
  const hash = createHash("sha256");
  let sent = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sent += chunk.length;
      say(`${bytes(sent)} of ${bytes(size)}`);
      done(undefined, chunk);
    },
  });
  const source = createReadStream(file, { highWaterMark: 1024 ** 2 });
  source.once("error", (error) => meter.destroy(error));
  // What a run that was killed has left grows no more.
  const command = ["sh", "-c", `${sweep("-mmin +60")}; exec ollama-models put`];
  try {
    const ended = await runTask(store, { command, network: "none", input: source.pipe(meter), signal });
    const { lines } = must(ended, `"${file}" could not be stored`);
    const digest = hash.digest("hex");
    const stored = lines.at(-1) ?? "";
    if (stored === `sha256:${digest}`) return digest;
    throw new UserError(
      `"${file}" did not arrive whole: ${stored} was stored, sha256:${digest} was sent`,
      "run it again",
    );
  } catch (error) {
    if (signal.aborted) await runTask(store, { command: ["sh", "-c", sweep("")], network: "none" });
    throw error;
  }
}

/** Removes files that are half there. */
const sweep = (which: string): string =>
  `[ ! -d blobs ] || find blobs -type f -name "put-*.part" ${which} -delete`;

/** Pulls a model of Ollama's library into a store, by the engine's own way to the internet. */
export async function pullModel(store: ModelStore, name: string, { say, signal }: Control): Promise<void> {
  const onLine = (line: string): void => {
    const { status } = entryOf(line);
    if (status !== undefined) say(status);
  };
  const command = ["ollama-models", "pull", name];
  must(
    await runTask(store, { command, network: "bridge", onLine, signal }),
    `"${name}" could not be pulled`,
    `where Ollama's library cannot be reached, bring a file: npm run models -- add ${name} FILE.gguf`,
  );
}

/** The end of a task that had to succeed. */
function must(ended: Ended, what: string, fix?: string): Ended {
  if (ended.code === 0) return ended;
  const reason = ended.lines.map((line) => entryOf(line).error).findLast((error) => error !== undefined);
  const end = ended.code === undefined ? "it was killed" : `exit code ${ended.code}`;
  throw new UserError(`${what}: ${reason ?? end}`, fix);
}

const entrySchema = z.looseObject({ status: z.string().optional(), error: z.string().optional() });

/** A line of `ollama-models`' log; what is none says nothing. */
function entryOf(line: string): z.infer<typeof entrySchema> {
  if (!line.startsWith("{")) return {};
  return entrySchema.safeParse(JSON.parse(line)).data ?? {};
}
