import type { Args } from "./args";
import { type Command, stackOf, stackOption, type Surroundings } from "./command";
import { environmentOf, readyPack } from "../policies/pack";
import { ensurePlugins } from "../pulumi/plugins";
import { openSelected } from "./stack/open";
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
        help: "policy packs to check, instead of this project's",
      },
    },
    examples: ["npm run preview", "npm run preview -- --stack prod --diff"],
  },
  run: show,
};

async function show(args: Args, { root, progress }: Surroundings): Promise<number> {
  const stack = await openSelected(root, stackOf(args), progress);
  // Pulumi would show the same error, inside the stack trace of the program.
  const settings = await readSettings(stack.cli);
  await ensurePlugins(progress, settings.target);
  const given = args.texts("policy-pack");
  const pack =
    given.length > 0
      ? { args: given.flatMap((folder) => ["--policy-pack", folder]), env: {} }
      : await readyPack(root, environmentOf(settings));
  return stack.cli.with(pack.env).show(["preview", ...(args.flag("diff") ? ["--diff"] : []), ...pack.args]);
}
