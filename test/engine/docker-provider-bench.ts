import { execFileSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import Docker from "dockerode";
import tar from "tar-stream";

/** The engine that the provider under test talks to as well. */
export const docker = new Docker();

/** Everything that these tests make is named with it. */
export const PREFIX = `t-provider-${process.pid}`;
export const IMAGE = `${PREFIX}:1`;

const COMMANDS = ["/bin/sh", "/bin/sleep", "/bin/cat", "/bin/ls", "/usr/bin/id", "/usr/bin/env"];

/** An image of a few of this machine's own programs and their libraries: nothing is downloaded. */
export async function importTinyImage(): Promise<void> {
  const files = new Set(COMMANDS);
  for (const command of COMMANDS) {
    const libraries = execFileSync("ldd", [command], { encoding: "utf8" }).matchAll(/(\/\S+) \(0x/g);
    for (const [, library = ""] of libraries) files.add(library);
  }
  const pack = tar.pack();
  for (const file of files)
    pack.entry({ name: file.slice(1), mode: 0o755 }, readFileSync(realpathSync(file)));
  pack.finalize();
  const [repo = "", tag = ""] = IMAGE.split(":");
  const progress = await docker.importImage(Readable.from([await buffer(pack)]), {
    repo,
    tag,
    changes: ["ENV PATH=/bin:/usr/bin"],
  });
  await new Promise((resolve, reject) => {
    docker.modem.followProgress(progress, (error: Error | null) =>
      error ? reject(error) : resolve(undefined),
    );
  });
}

/** What the operation failed with. */
export async function failure(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("it did not fail");
}

/** Names of what these tests made and did not remove. */
export async function leftovers(): Promise<string[]> {
  const ofTests = { filters: { name: [PREFIX] } };
  const containers = await docker.listContainers({ all: true, ...ofTests });
  const networks = await docker.listNetworks(ofTests);
  const { Volumes: volumes } = await docker.listVolumes(ofTests);
  return [
    ...containers.map(({ Names: [name = ""] }) => name.slice(1)),
    ...networks.map(({ Name }) => Name),
    ...(volumes ?? []).map(({ Name }) => Name),
  ];
}
