import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../errors";
import type { Progress } from "../progress";
import { run } from "../pulumi/command";

const lockSchema = z.looseObject({
  packages: z.record(z.string(), z.looseObject({ dev: z.boolean().optional() })),
});
const MODULES = "node_modules";

/**
 * Gives a checkout the npm packages that its lock file asks for: those of the project, where both ask for the same, otherwise
 * ones installed for it and kept, since the next review has the same base. Packages for development do not count: the program
 * runs without.
 */
export async function linkModules(
  root: string,
  folder: string,
  kept: string,
  progress: Progress,
): Promise<void> {
  const [own, wanted] = await Promise.all([root, folder].map(runtimePackages));
  const source = own === wanted ? join(root, MODULES) : await installed(folder, wanted ?? "", kept, progress);
  const target = join(folder, MODULES);
  // A working tree may have a link of its own there, which git does not ignore as it does the folder.
  await rm(target, { recursive: true, force: true });
  await symlink(source, target, "dir");
}

/** One text for all that a lock file asks for at run time. */
async function runtimePackages(folder: string): Promise<string> {
  const { packages } = lockSchema.parse(
    JSON.parse(await readFile(join(folder, "package-lock.json"), "utf8")),
  );
  const entries = Object.entries(packages).filter(([path, { dev }]) => path !== "" && dev !== true);
  return JSON.stringify(entries);
}

async function installed(folder: string, wanted: string, kept: string, progress: Progress): Promise<string> {
  const name = `modules-${createHash("sha256").update(wanted).digest("hex").slice(0, 16)}`;
  const target = join(kept, name);
  if (existsSync(target)) return join(target, MODULES);
  const draft = join(kept, `${name}.${process.pid}`);
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  for (const file of ["package.json", "package-lock.json"])
    await copyFile(join(folder, file), join(draft, file));
  await progress.step("Packages of the base, whose package-lock.json differs (npm ci)", async () => {
    const npm = process.env["npm_execpath"] ?? "";
    const [command, ...first] = npm.endsWith("npm-cli.js") ? [process.execPath, npm] : ["npm"];
    const options = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
    const { code, output } = await run(command, [...first, ...options], { cwd: draft });
    if (code !== 0) {
      throw new UserError(
        `npm ci failed for the base of the review:\n${output.trim().replace(/^/gm, "    ")}`,
        "check the network and `npm config get registry`, then run the command again",
      );
    }
  });
  // One set is kept: that of the base before is of no use any more.
  for (const other of await readdir(kept))
    if (/^modules-[0-9a-f]+$/.test(other)) await rm(join(kept, other), { recursive: true });
  await rename(draft, target);
  return join(target, MODULES);
}
