import { createHash } from "node:crypto";
import { appendFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { destinationOf } from "../commands/publish/destination";
import type { Surroundings } from "../commands/command";
import { openSelected } from "../commands/stack/open";
import { readSettings } from "../commands/stack/settings";
import { UserError } from "../errors";
import { run } from "../pulumi/command";
import type { Environment } from "./environment";
import { outputLine } from "./github";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const name = z.string().regex(/^[a-z0-9-]+$/);

/** What a registry has for one stack: of one architecture, or indexes of several. */
const publishedSchema = z.strictObject({
  registry: z.string().regex(/^[a-z0-9.:/_-]+$/),
  images: z.record(name, digest),
});
export type Published = z.infer<typeof publishedSchema>;

/** Reads a file that `published` or `index` wrote. */
export async function readPublished(file: string): Promise<Published> {
  const parsed = publishedSchema.safeParse(JSON.parse(await readFile(file, "utf8")));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  throw new UserError(`${file}: ${fields}`, "npm run ci -- published --stack STACK --out FILE writes it");
}

const write = (file: string, content: Published): Promise<void> =>
  writeFile(file, `${JSON.stringify(content, undefined, 2)}\n`);

/** `npm run ci -- published`: what `npm run publish` has noted on this machine, for a machine of another architecture to join. */
export async function published(
  stackName: string,
  file: string,
  { root, progress, print }: Surroundings,
): Promise<void> {
  const stack = await openSelected(root, stackName, progress);
  const settings = await readSettings(stack.cli);
  const { registry, names } = destinationOf(stackName, settings);
  const images = names.map((image): [string, string] => {
    const found = settings.images.digests[image];
    if (found !== undefined) return [image, found];
    throw new UserError(
      `image "${image}" has no digest in Pulumi.${stackName}.yaml`,
      `npm run publish -- --stack ${stackName}`,
    );
  });
  await write(file, { registry, images: Object.fromEntries(images) });
  print(`${images.length} digests in ${file}`);
}

/** The images of all architectures, joined by name. @throws UserError where one architecture lacks what another has */
export function joined(all: readonly Published[]): {
  registry: string;
  images: ReadonlyMap<string, readonly string[]>;
} {
  const [first, ...others] = all;
  if (first === undefined)
    throw new UserError("there is no file of digests", "npm run ci -- published writes one");
  const wanted = Object.keys(first.images).sort();
  for (const other of others) {
    const found = Object.keys(other.images).sort();
    if (other.registry !== first.registry || found.join() !== wanted.join()) {
      throw new UserError(
        `the architectures differ: ${first.registry} has ${wanted.join(", ")}; ${other.registry} has ${found.join(", ")}`,
        "publish from the same commit on each machine",
      );
    }
  }
  const images = wanted.map((image) => [image, all.flatMap(({ images }) => images[image] ?? [])] as const);
  return { registry: first.registry, images: new Map(images) };
}

/** A tag that follows from the content, so that a registry may make tags immutable. */
const tagOf = (digests: readonly string[]): string =>
  `index-${createHash("sha256")
    .update([...digests].sort().join("\n"))
    .digest("hex")
    .slice(0, 16)}`;

/** `npm run ci -- index`: one name for an image on every architecture. */
export async function index(
  folder: string,
  file: string,
  env: Environment,
  print: (text: string) => void,
): Promise<Published> {
  const files = (await readdir(folder, { recursive: true })).filter((one) => one.endsWith(".json")).sort();
  const { registry, images } = joined(
    await Promise.all(files.map((one) => readPublished(join(folder, one)))),
  );
  const result: Record<string, string> = {};
  for (const [image, digests] of images) {
    const repository = `${registry}/${image}`;
    result[image] = await pushIndex(repository, digests);
    print(`${repository}@${result[image]}: ${digests.length} architectures`);
  }
  const content = { registry, images: result };
  await write(file, content);
  const matrix = Object.entries(result).map(([image, digest]) => ({
    name: image,
    repository: `${registry}/${image}`,
    digest,
  }));
  // Elsewhere than on GitHub there is no matrix to make.
  const output = env["GITHUB_OUTPUT"];
  if (output !== undefined) await appendFile(output, outputLine("images", JSON.stringify(matrix)));
  return content;
}

async function pushIndex(repository: string, digests: readonly string[]): Promise<string> {
  const target = `${repository}:${tagOf(digests)}`;
  // As the engine does it: plain HTTP with loopback addresses, and with no other.
  const insecure = /^(localhost|127\.)/.test(repository) ? ["--insecure"] : [];
  // What a push that broke off has left on this machine; the registry is not asked.
  await run("docker", ["manifest", "rm", target]);
  await manifest("create", ...insecure, target, ...digests.map((one) => `${repository}@${one}`));
  const said = await manifest("push", "--purge", ...insecure, target);
  const found = /sha256:[0-9a-f]{64}/.exec(said)?.[0];
  if (found === undefined)
    throw new UserError(`docker manifest push ${target} told no digest: ${said.trim()}`);
  return found;
}

async function manifest(...args: readonly string[]): Promise<string> {
  const { code, output } = await run("docker", ["manifest", ...args]);
  if (code === 0) return output;
  throw new UserError(
    `docker manifest ${args.join(" ")}: ${output.trim()}`,
    "log in to the registry (docker login), and run the job again",
  );
}
