import { parseSettings } from "../../components/config/schema";
import { memberNames } from "../../components/topology";
import { ensureEngine } from "../engine";
import { ensurePulumi } from "../pulumi";
import type { Args } from "./args";
import type { Command, Surroundings } from "./command";
import { getImages } from "./images";

/** `npm run toolchain`: what `up` needs, without a stack. For CI, and to have the slow part behind oneself. */
export const toolchain: Command = {
  syntax: {
    name: "toolchain",
    summary: "Gets the Pulumi CLI, the provider plugins, the Docker engine and the images; touches no stack.",
    options: {},
  },
  run: prepare,
};

async function prepare(_args: Args, { root, progress }: Surroundings): Promise<number> {
  await progress.step("Pulumi", () => ensurePulumi(progress));
  const engine = await ensureEngine(progress);
  await getImages(root, parseSettings({}, memberNames), engine, progress);
  return 0;
}
