import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Args } from "./args";
import { type Command, stackOf, stackOption, type Surroundings } from "./command";
import { ensurePlugins } from "../pulumi/plugins";
import { openStack } from "./stack/open";
import { readSettings } from "./stack/settings";

/** `npm run preview`: what `up` would change. */
export const preview: Command = {
  syntax: {
    name: "preview",
    summary: "Shows what up would change, and checks it against the project's policy packs. Changes nothing.",
    options: {
      ...stackOption,
      diff: { type: "boolean", help: "show every changed property" },
      "policy-pack": {
        type: "string",
        value: "FOLDER",
        multiple: true,
        help: "policy packs to check, instead of those in policies/",
      },
    },
    examples: ["npm run preview", "npm run preview -- --stack prod --diff"],
  },
  run: show,
};

async function show(args: Args, { root, progress }: Surroundings): Promise<number> {
  const stack = await openStack(root, stackOf(args), progress);
  // Pulumi previews only stacks that exist. One that has a file is meant to; any other name is a slip of the pen.
  const meant = await access(join(root, `Pulumi.${stack.name}.yaml`)).then(
    () => ["--create"],
    () => [],
  );
  await stack.cli.capture(["stack", "select", ...meant]);
  // Pulumi would show the same error, inside the stack trace of the program.
  const { target } = await readSettings(stack.cli);
  await ensurePlugins(progress, target);
  const given = args.texts("policy-pack");
  const packs = given.length > 0 ? given : await packsIn(join(root, "policies"));
  if (packs.length === 0) progress.note("No policy packs in policies/: previewing without");
  const options = packs.flatMap((pack) => ["--policy-pack", pack]);
  return stack.cli.show(["preview", ...(args.flag("diff") ? ["--diff"] : []), ...options]);
}

/** The folders that hold a policy pack. */
export async function packsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
  const hold = await Promise.all(
    folders.map(async (path) => (await readdir(path)).includes("PulumiPolicy.yaml")),
  );
  return folders.filter((_, index) => hold[index]).sort();
}
