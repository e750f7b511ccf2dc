import { readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { type Lock, locksIn } from "../stack/locks";
import { type OpenStack, PROJECT } from "../stack/open";

const lockSchema = z.looseObject({
  pid: z.number(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.string(),
});

/** Who holds a stack. A service is asked by the run itself: it alone knows, and says so before anything is changed. */
export async function heldBy(stack: OpenStack): Promise<readonly Lock[]> {
  const { folder, kind } = stack.backend;
  if (kind === "service") return [];
  return folder === undefined
    ? inStore(stack)
    : inFolder(join(folder, ".pulumi", "locks", "organization", PROJECT, stack.name));
}

async function inFolder(folder: string): Promise<readonly Lock[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith(".json"));
  const read = files.map(async (name) => lockSchema.safeParse(await parsed(join(folder, name))));
  return (await Promise.all(read)).flatMap((lock) => (lock.success ? [lock.data] : [UNREADABLE]));
}

/** A lock that was being written when its run was killed: it names no one. */
const UNREADABLE: Lock = { pid: 0, username: "", hostname: hostname(), timestamp: "" };

/** The content of a lock; undefined when the run has ended, or was killed, while it was being read. */
async function parsed(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Pulumi has no command that shows the locks in a bucket. One that would make the stack looks for them, and then changes nothing,
 * since the stack is there.
 */
async function inStore({ cli, keyService }: OpenStack): Promise<readonly Lock[]> {
  const by = keyService === undefined ? [] : ["--secrets-provider", keyService];
  const args = ["stack", "init", "--no-select", ...by];
  const { code, stderr } = await cli.follow(args, () => undefined);
  const locks = locksIn(stderr);
  if (locks.length > 0 || code === 0 || /stack '.*' already exists/.test(stderr)) return locks;
  throw cli.explain(args, stderr);
}
