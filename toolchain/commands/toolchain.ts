import { parseSettings } from "../../components/config/schema";
import { memberNames, profiles } from "../../components/topology";
import { ensureEngine } from "../engine";
import { ensurePulumi } from "../pulumi";
import type { Args } from "./args";
import type { Command, Surroundings } from "./command";
import { getImages, planImages, withSearchEngine } from "./images";

/** `npm run toolchain`: what `up` needs, without a stack. For CI, and to have the slow part behind oneself. */
export const toolchain: Command = {
  syntax: {
    name: "toolchain",
    summary: "Gets the Pulumi CLI, the provider plugins, the Docker engine and the images; touches no stack.",
    options: {
      profile: { type: "string", choices: profiles, help: "images of which services (default: core)" },
      development: { type: "boolean", help: "images of development mode as well" },
    },
  },
  run: prepare,
};

async function prepare(args: Args, { root, progress }: Surroundings): Promise<number> {
  await progress.step("Pulumi", () => ensurePulumi(progress));
  const engine = await ensureEngine(progress);
  const profile = args.text("profile");
  const development = args.flag("development");
  const asked = parseSettings({ development, ...(profile === undefined ? {} : { profile }) }, memberNames);
  const settings = await withSearchEngine(asked, engine, []);
  // All at once: without a stack there is nobody to begin with a part.
  const stage = (await planImages(settings, engine, [])).at(-1);
  if (stage !== undefined) await getImages(root, settings, engine, stage, progress);
  return 0;
}
