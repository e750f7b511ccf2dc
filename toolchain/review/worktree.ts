import { copyFile, lstat, mkdir, readlink, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "../pulumi/command";
import { UserError } from "../errors";

/** Files that are copied side by side. */
const AT_ONCE = 64;

/** The commit that a review compares with. */
export interface BaseCommit {
  /** As it was asked for. */
  readonly ref: string;
  readonly commit: string;
}

/**
 * The commit at which the working tree's history leaves `ref`: what others have added there since is no change of this tree.
 * Where history is cut off before it (a shallow clone), `ref` itself.
 * @throws UserError where git knows no such commit
 */
export async function baseCommit(root: string, ref: string): Promise<BaseCommit> {
  const named = await git(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
  if (named === undefined) {
    throw new UserError(
      `--base: found "${ref}"; allowed: a commit, branch or tag that this clone has`,
      `git fetch origin ${ref}; in a workflow: fetch-depth: 0 at the checkout`,
    );
  }
  const fork = await git(root, ["merge-base", "HEAD", named]);
  return { ref, commit: fork ?? named };
}

/** Writes the files of a commit into an empty folder. Leaves no trace in the repository. */
export async function checkOut(root: string, commit: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const archive = `${folder}.tar`;
  // Not `git worktree`: a run that is killed would leave its entry in the repository.
  const packed = await run("git", ["-C", root, "archive", "--format=tar", `--output=${archive}`, commit]);
  const unpacked = packed.code === 0 ? await run("tar", ["-xf", archive, "-C", folder]) : packed;
  await rm(archive, { force: true });
  if (unpacked.code !== 0) throw new Error(`commit ${commit} cannot be checked out: ${unpacked.output}`);
}

/** Copies the working tree as it is, changes that are not committed included, without what git ignores. */
export async function copyTree(root: string, folder: string): Promise<void> {
  const args = ["-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const { code, output } = await run("git", args);
  if (code !== 0) throw new Error(`the working tree cannot be listed: ${output}`);
  const files = output.split("\0").filter((name) => name !== "");
  for (const parent of new Set(files.map((file) => dirname(join(folder, file)))))
    await mkdir(parent, { recursive: true });
  for (let next = 0; next < files.length; next += AT_ONCE) {
    const some = files.slice(next, next + AT_ONCE);
    await Promise.all(some.map((file) => copy(join(root, file), join(folder, file))));
  }
}

/** Links are copied as links. A file that git knows and that is gone is a change, too. */
async function copy(from: string, to: string): Promise<void> {
  try {
    if ((await lstat(from)).isSymbolicLink()) await symlink(await readlink(from), to);
    else await copyFile(from, to);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}

/** The content of a file at a commit; undefined where it has none. */
export async function fileAt(root: string, commit: string, file: string): Promise<string | undefined> {
  const { code, output } = await run("git", ["-C", root, "show", `${commit}:${file}`]);
  return code === 0 ? output : undefined;
}

/** Whether a file is of this machine alone: git is told to ignore it. */
export async function isIgnored(root: string, file: string): Promise<boolean> {
  return (await git(root, ["check-ignore", "--quiet", file])) !== undefined;
}

async function git(root: string, args: readonly string[]): Promise<string | undefined> {
  const { code, output } = await run("git", ["-C", root, ...args]);
  return code === 0 ? output.trim() : undefined;
}
