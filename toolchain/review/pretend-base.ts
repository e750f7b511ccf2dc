import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../progress";
import { ensurePretending } from "../pulumi/plugins";
import { writePretendedImages } from "./pretend-images";
import { PretendedStack } from "./pretend-stack";
import { type BaseCommit, checkOut } from "./worktree";
import { linkModules } from "./worktree-modules";

/** Where a comparison takes place. */
export interface Workplace {
  /** Folder of the project. */
  readonly root: string;
  /** Folder for this comparison alone. */
  readonly folder: string;
  /** Folder of what the next comparison can use again. */
  readonly kept: string;
  /** Folder with `plugins/` in it that only pretend. */
  readonly home: string;
  /** Pulumi's CLI. */
  readonly binary: string;
  readonly stack: string;
}

/** A stack as a commit makes it, and why it is not whole where it is not. */
export interface BaseStack {
  readonly stack: PretendedStack;
  readonly incomplete: string | undefined;
}

/**
 * A stack as a commit makes it, by providers that only pretend; taken over from the comparison before where that was with the
 * same commit.
 * @param file the stack's file at that commit; undefined where there is none, and so nothing
 */
export async function baseStack(
  place: Workplace,
  { commit }: BaseCommit,
  file: string | undefined,
  progress: Progress,
): Promise<BaseStack> {
  const plugins = await ensurePretending(progress, place.home, join(place.root, "node_modules"));
  if (file === undefined) return { stack: await PretendedStack.open(place), incomplete: undefined };
  const kept = join(place.kept, `base-${place.stack}-${await keyOf([commit, file], plugins)}`);
  if (existsSync(kept)) {
    progress.note(`commit ${commit.slice(0, 8)} as the last comparison left it`);
    return { stack: await PretendedStack.open(place, kept), incomplete: undefined };
  }
  const stack = await PretendedStack.open(place);
  await checkOut(place.root, commit, stack.project);
  await linkModules(place.root, stack.project, place.kept, progress);
  await ensurePretending(progress, place.home, join(stack.project, "node_modules"));
  await writePretendedImages(stack.project);
  const incomplete = await progress.step(
    `Commit ${commit.slice(0, 8)}, by providers that only pretend`,
    async () => {
      await stack.configure(file);
      return stack.bringUp();
    },
  );
  // The other program comes into the same folder, so that no path tells them apart.
  await rm(stack.project, { recursive: true });
  if (incomplete === undefined) await keep(stack, kept, place);
  return { stack, incomplete };
}

/** Keeps one state per stack: that of the commit before is of no use any more. */
async function keep(stack: PretendedStack, folder: string, place: Workplace): Promise<void> {
  for (const other of await readdir(place.kept)) {
    if (/^(.+)-[0-9a-f]{16}$/.exec(other)?.[1] !== `base-${place.stack}`) continue;
    await rm(join(place.kept, other), { recursive: true, force: true });
  }
  const draft = `${folder}.${process.pid}`;
  await stack.keep(draft);
  await rename(draft, folder);
}

/** Changes with all that decides what a base comes to. */
async function keyOf(texts: readonly string[], plugins: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length}:${text}`);
  for (const folder of plugins) hash.update(await readFile(join(folder, "semblance.json")));
  return hash.digest("hex").slice(0, 16);
}
